#include "capture/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace capture {
namespace {

base::Error disk_error(const std::string& what) {
    return {what, std::strerror(errno), "make room there, or set TMPDIR to another place"};
}

} // namespace

base::Result<int> nameless_file() {
    const char* folder = std::getenv("TMPDIR");
    std::string name =
        std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/wsdbg-XXXXXX";
    const int fd = ::mkostemp(name.data(), O_CLOEXEC); // mode 0600
    if (fd < 0) return disk_error("cannot create a temporary file, " + name);
    ::unlink(name.c_str());
    return fd;
}

base::Result<std::unique_ptr<Spool>> Spool::create() {
    const auto file = nameless_file();
    if (!file) return file.error();
    return std::unique_ptr<Spool>(new Spool(file.value()));
}

Spool::~Spool() { ::close(fd_); }

base::Status Spool::append(Stream& stream, std::string_view bytes) {
    if (!stream.known_) streams_.push_back(&stream);
    stream.known_ = true;
    stream.tail_.append(bytes);
    held_ += bytes.size();
    if (held_ <= kHeld) return {};
    for (Stream* const each : streams_)
        if (const base::Status written = write_out(*each); !written) return written;
    streams_.clear();
    held_ = 0;
    return {};
}

base::Status Spool::write_out(Stream& stream) {
    stream.known_ = false;
    for (std::size_t done = 0; done < stream.tail_.size();) {
        const ssize_t now = ::pwrite(fd_, stream.tail_.data() + done, stream.tail_.size() - done,
                                     static_cast<off_t>(size_ + done));
        if (now < 0 && errno != EINTR) return disk_error("cannot write to a temporary file");
        if (now > 0) done += static_cast<std::size_t>(now);
    }
    auto& pieces = stream.pieces_;
    if (!pieces.empty() && pieces.back().offset + pieces.back().size == size_)
        pieces.back().size += stream.tail_.size();
    else
        pieces.push_back({size_, stream.tail_.size()});
    size_ += stream.tail_.size();
    stream.tail_ = std::string();
    return {};
}

base::Status Spool::read(const Stream& stream,
                         const std::function<base::Status(std::string_view)>& take) {
    constexpr std::size_t kAtOnce = 256u << 10;
    std::string buffer(kAtOnce, '\0');
    for (const Stream::Piece& piece : stream.pieces_) {
        for (std::uint64_t done = 0; done < piece.size;) {
            const std::size_t wanted =
                static_cast<std::size_t>(std::min<std::uint64_t>(kAtOnce, piece.size - done));
            const ssize_t got =
                ::pread(fd_, buffer.data(), wanted, static_cast<off_t>(piece.offset + done));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return disk_error("cannot read a temporary file");
            done += static_cast<std::uint64_t>(got);
            const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
            if (const base::Status taken = take(bytes); !taken) return taken;
        }
    }
    return stream.tail_.empty() ? base::Status() : take(stream.tail_);
}

} // namespace capture

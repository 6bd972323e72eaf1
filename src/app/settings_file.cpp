#include "app/settings_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace app {
namespace {

constexpr std::size_t kLargest = 64u << 20;

std::string reason(int number) { return std::strerror(number); }

/// Closes itself; -1 is none.
struct File {
    int fd = -1;
    explicit File(int opened) : fd(opened) {}
    ~File() {
        if (fd >= 0) ::close(fd);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
};

/// The bytes of a file; errno on failure (EFBIG: larger than settings can be).
int read_whole(const std::string& path, std::string* text) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd < 0) return errno;
    char buffer[1 << 16];
    for (;;) {
        const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
        if (got == 0) return 0;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        text->append(buffer, static_cast<std::size_t>(got));
        if (text->size() > kLargest) return EFBIG;
    }
}

int write_whole(int fd, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t put = ::write(fd, text.data() + done, text.size() - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        done += static_cast<std::size_t>(put);
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

/// Makes the folder and those above it, for the user alone.
int make_folders(const std::string& path) {
    for (std::size_t at = 1; at <= path.size(); ++at) {
        if (at < path.size() && path[at] != '/') continue;
        if (::mkdir(path.substr(0, at).c_str(), 0700) != 0 && errno != EEXIST) return errno;
    }
    return 0;
}

/// Where a link leads: a file that lies elsewhere stays there.
std::string resolved(const std::string& path) {
    char* real = ::realpath(path.c_str(), nullptr);
    if (!real) return path;
    std::string out = real;
    std::free(real);
    return out;
}

base::Error cannot_write(const std::string& path, int number) {
    return {"the settings cannot be saved", path + ": " + reason(number),
            "make the folder writable; until then nothing is remembered"};
}

} // namespace

std::string settings_folder() {
    const char* config = std::getenv("XDG_CONFIG_HOME");
    if (config && config[0] == '/') return std::string(config) + "/websocket-debugger";
    const char* home = std::getenv("HOME");
    if (home && home[0] == '/') return std::string(home) + "/.config/websocket-debugger";
    return "";
}

base::Status SettingsFile::set_aside(std::string* to) const {
    for (int n = 1; n < 1000; ++n) {
        *to = path() + ".damaged-" + std::to_string(n);
        struct stat there {};
        if (::lstat(to->c_str(), &there) == 0) continue;
        if (std::rename(path().c_str(), to->c_str()) == 0) return {};
        return base::Error{"", reason(errno), ""};
    }
    return base::Error{"", "there are too many damaged ones already", ""};
}

model::Settings SettingsFile::load(std::optional<base::Error>* told) {
    told->reset();
    if (folder_.empty()) return {};
    std::string text;
    const int failed = read_whole(path(), &text);
    if (failed == ENOENT) return {};
    if (failed != 0 && failed != EFBIG) {
        hands_off_ = true;
        *told = base::Error{"the settings cannot be read", path() + ": " + reason(failed),
                            "make the file readable; until then nothing is remembered"};
        return {};
    }
    model::ReadSettings read = model::settings_of(text);
    using State = model::ReadSettings::State;
    if (failed == EFBIG) read = {{}, State::damaged, "it is larger than settings can be"};
    if (read.state == State::good) {
        written_ = text; // as it stands there: the same again is no reason to write
        return std::move(read.settings);
    }
    if (read.state == State::newer) {
        hands_off_ = true;
        *told = base::Error{"the settings are of a newer version of this program, and are not used",
                            path() + ": " + read.why,
                            "use the newer version, or move the file away; nothing is remembered"};
        return {};
    }
    std::string aside;
    if (const base::Status moved = set_aside(&aside); !moved.ok()) {
        hands_off_ = true;
        *told = base::Error{"the settings are damaged, and could not be set aside",
                            path() + ": " + read.why + "; " + moved.error().why,
                            "move the file away; until then nothing is remembered"};
        return {};
    }
    *told = base::Error{"the settings were damaged: this session begins with the usual ones",
                        read.why, "what was there is kept in " + aside};
    return {};
}

void SettingsFile::touch(std::int64_t now_ns) {
    if (!folder_.empty() && !hands_off_ && due_ns_ == kNever) due_ns_ = now_ns + kRest;
}

base::Status SettingsFile::write_when_due(std::int64_t now_ns,
                                          const std::function<model::Settings()>& collect) {
    if (now_ns < due_ns_) return {};
    const model::Settings settings = collect();
    std::string text = model::text_of(settings);
    if (text == written_) {
        due_ns_ = kNever;
        return {};
    }
    if (text != seen_) { // still changing: once more, when it has come to rest
        seen_ = std::move(text);
        due_ns_ = now_ns + kRest;
        return {};
    }
    due_ns_ = kNever;
    return write(settings);
}

base::Status SettingsFile::write(const model::Settings& settings) {
    if (folder_.empty() || hands_off_) return {};
    const std::string text = model::text_of(settings);
    if (text == written_) return {};
    const base::Status done = write_text(text);
    if (done.ok()) {
        written_ = text;
        failed_ = false;
        return {};
    }
    return std::exchange(failed_, true) ? base::Status() : done;
}

/// A file of its own beside the old one, brought to the disk, then put in its place: whoever reads
/// meanwhile, or after a crash, has the old one or the new one, whole.
base::Status SettingsFile::write_text(const std::string& text) {
    if (const int failed = make_folders(folder_)) return cannot_write(folder_, failed);
    const std::string target = resolved(path());
    std::string temporary = target + ".XXXXXX";
    const File file(::mkostemp(temporary.data(), O_CLOEXEC)); // mode 0600
    if (file.fd < 0) return cannot_write(target, errno);
    int failed = write_whole(file.fd, text);
    if (failed == 0 && std::rename(temporary.c_str(), target.c_str()) != 0) failed = errno;
    if (failed != 0) {
        ::unlink(temporary.c_str());
        return cannot_write(target, failed);
    }
    const File folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.fd >= 0) (void)::fsync(folder.fd); // the name too; some file systems refuse
    return {};
}

} // namespace app

// Events written as a file of one of the formats, which takes its name when it is whole. Owned by
// one thread: that of a command or of a worker.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "capture/har_writer.h"
#include "capture/line_writer.h"
#include "capture/redact.h"
#include "wire/event.h"

namespace app {

enum class CaptureFormat : std::uint8_t { none, ndjson, har, csv };
/// By the end of its name: .ndjson, .har, .csv, in either case.
CaptureFormat format_of(const std::string& path);

/// A file that takes the place of another one when it is whole, and else leaves no trace. It keeps
/// the other one's mode.
class Replacement {
public:
    /// `mode`: of a new file, less the umask.
    static base::Result<std::unique_ptr<Replacement>> create(const std::string& path,
                                                             unsigned mode = 0600);
    /// What was not finished goes.
    ~Replacement();
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;

    base::Status write(std::string_view bytes);
    /// Waits until it is on the disk, then gives it its name. `overwrite` false: an Error when
    /// something has that name by now.
    base::Status finish(bool overwrite = true);
    std::uint64_t bytes() const { return bytes_; } ///< written

private:
    Replacement() = default;
    base::Error fault(const char* what) const;

    std::string path_, temporary_;
    int fd_ = -1;
    std::uint64_t bytes_ = 0;
};

class CaptureOutput {
public:
    struct Options {
        CaptureFormat format = CaptureFormat::ndjson;
        bool redact = false;
        bool count_secrets = false; ///< those that are written, without redaction
        std::string program;        ///< name and version, for the head of the file
    };
    CaptureOutput(Replacement& out, Options options) : out_(out), options_(std::move(options)) {}

    /// Once, before the first event: the wall clock at t 0. Events' `mono_ns` count from there.
    base::Status begin(std::int64_t started_wall_ns);
    bool begun() const { return begun_; }
    base::Status append(const wire::EventView& event);
    /// The end of the file's text; the Replacement is not finished by it.
    base::Status end();

    std::uint64_t secrets() const { return redactor_.found(); } ///< replaced, or counted

private:
    static constexpr std::size_t kWriteAt = 256u << 10;
    base::Status flush();

    Replacement& out_;
    const Options options_;
    bool begun_ = false;
    capture::Redactor redactor_;
    std::unique_ptr<capture::HarWriter> har_;
    capture::LineWriter lines_{0};
    std::string buffer_;
};

} // namespace app

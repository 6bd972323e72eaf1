// The settings in the user's folder: read once at the start, written a second after the last change
// and at the end, in a way that never leaves a torn file. Owned by the window's loop; UI thread.
// With an empty folder it keeps everything to itself: no file is read or written.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/settings.h"

namespace app {

/// "$XDG_CONFIG_HOME/websocket-debugger", else "~/.config/websocket-debugger"; empty when neither
/// is known (a relative XDG_CONFIG_HOME does not count, as its specification says).
std::string settings_folder();

class SettingsFile {
public:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t kRest = 1'000'000'000; ///< ns without a change before it writes

    explicit SettingsFile(std::string folder) : folder_(std::move(folder)) {}

    /// What was remembered, or the defaults. A damaged file is set aside as
    /// settings.json.damaged-N; one of a newer program, or that cannot be read, is left alone and
    /// nothing is written in this session. `*told`: what the user should know.
    model::Settings load(std::optional<base::Error>* told);

    /// Something may have changed.
    void touch(std::int64_t now_ns);
    /// When `write_when_due` has something to do.
    std::int64_t due_ns() const { return due_ns_; }
    /// Asks `collect` when it is time, and writes once it gives the same twice, a second apart. An
    /// Error is returned once; further ones only after a write that worked.
    base::Status write_when_due(std::int64_t now_ns,
                                const std::function<model::Settings()>& collect);
    /// Now, if it differs from what is in the file.
    base::Status write(const model::Settings& settings);

    /// False: nothing is written in this session.
    bool keeps() const { return !folder_.empty() && !hands_off_; }
    std::string path() const { return folder_ + "/settings.json"; }

private:
    base::Status set_aside(std::string* to) const;
    base::Status write_text(const std::string& text);

    std::string folder_;
    bool hands_off_ = false; ///< the file is not ours to write
    bool failed_ = false;    ///< told of
    std::string seen_, written_;
    std::int64_t due_ns_ = kNever;
};

} // namespace app

// What is at a path that somebody types, and how it may go on; and where new recordings go. Asks
// the file system, which may be slow; UI thread, once for each change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/files.h"

namespace app {

/// "~" and "~/…" as the user's home, a relative path under the current folder.
std::string absolute_path(std::string_view text);

/// Looks at the path; `complete`: also for names that it may go on with.
model::PathLook look_at_path(const std::string& text, bool complete);

/// "$XDG_DATA_HOME/websocket-debugger/recordings", else "~/.local/share/…"; the current folder when
/// neither is known.
std::string recordings_folder();

/// A name in `folder` that nothing has yet: "2026-11-26_08-31-05.ndjson".
std::string recording_path(const std::string& folder, std::int64_t wall_ns);

/// Makes the folder and those above it, for the user alone.
base::Status make_folder(const std::string& path);

} // namespace app

// The command line of websocket-debugger (CONTRACT.md). Pure; once at the start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace app {

struct WindowArguments {
    std::string url;   ///< dialled at the start; empty: none was given, kUsualUrl is tried
    bool demo = false; ///< an own simulator, connected
    std::vector<std::string> captures; ///< read into the log at the start
    std::uint64_t frames = 0; ///< draw so many without waiting, then end; 0: until it is closed
    std::string screenshot;   ///< PNG of the last frame, or of two seconds after the start
    bool help = false, version = false;
    std::string program; ///< name and version, for the heads of files; main adds it
};

/// One clear line that names the offending part is the Error's `what`.
base::Result<WindowArguments> window_arguments(const std::vector<std::string>& arguments);

extern const char* const kWindowHelp;

/// Where Coda listens.
constexpr const char* kUsualUrl = "ws://localhost:8765";

} // namespace app

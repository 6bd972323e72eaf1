#include "base/devlog.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/clock.h"

namespace base {

bool devlog_enabled() {
    static const bool enabled = std::getenv("WSDBG_DEVLOG") != nullptr;
    return enabled;
}

void devlog(std::string_view area, std::string_view line) {
    if (!devlog_enabled()) return;
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.6f ", static_cast<double>(mono_now_ns()) / 1e9);
    std::string text = seconds;
    text.append(area).append(": ").append(line).push_back('\n');
    // One write a line keeps lines of several threads whole; a lost developer line is no error.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace base

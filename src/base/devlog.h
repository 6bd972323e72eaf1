// The developer log: lines on standard error for those who work on this program itself, off unless
// the environment variable WSDBG_DEVLOG is set. Any thread; one write a line. Users are told
// through Notices and Errors, never through this.
#pragma once

#include <string_view>

namespace base {

/// True when the developer log is on. Ask before composing a costly line.
bool devlog_enabled();

/// Writes "seconds area: line" when the log is on; else does nothing.
void devlog(std::string_view area, std::string_view line);

} // namespace base

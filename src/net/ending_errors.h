// What goes wrong once a connection is open, in words: for a session and for the check, which must
// not tell the same thing in two ways. Pure; any thread.
#pragma once

#include <system_error>

#include "base/result.h"
#include "net/frame_walk.h"

namespace net {

/// TCP was ended by the other side, under TLS with or without its close_notify.
bool is_end(const std::error_code& error);
/// The line was reset, as a read or a write hears of it.
bool is_reset(const std::error_code& error);

/// The line ended with `error` and no Close frame came before.
base::Error lost_error(const std::error_code& error);
/// The server broke a rule. `told`: the Close frame that says so is ours; else one had gone before,
/// and there is only one (RFC 6455 section 5.5.1).
base::Error fault_error(const Fault& fault, bool told);
/// The server did not answer our Close.
base::Error no_close_error(double seconds);

} // namespace net

// Close codes in words (RFC 6455 section 7.4, the IANA registry). Pure; any thread.
#pragma once

#include <string>

namespace wire {

/// The name of a registered code ("Normal closure"), or of its range ("private use"), never empty.
/// 0 and 1005 are "no code received".
const char* close_code_name(int code);

/// One sentence that says what the code means and, where there is one, what to do.
std::string close_code_meaning(int code);

/// May stand in a Close frame that is sent (RFC 6455 section 7.4.1 and 7.4.2): 1000 to 1003, 1007
/// to 1014, 3000 to 4999. 1004, 1005, 1006 and 1015 never.
bool close_code_sendable(int code);

} // namespace wire

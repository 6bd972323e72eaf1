// The head of a handshake's request or answer, line by line, with what each header means, what is
// wrong with it, and whether it carries a secret (RFC 6455 section 4, RFC 9110). Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace model {

struct HeadLine {
    std::string_view text; ///< without its line end
    std::string_view name; ///< of a header; empty in the first line
    std::string_view value;
    const char* meaning = ""; ///< one sentence; empty: not known
    bool secret = false;      ///< its value is not shown unless asked for
    bool wrong = false;       ///< the fault is here
};

/// `error`: what was said of the attempt, if it failed; a header that it names by its full name is
/// marked, and so is a status that is not 101.
std::vector<HeadLine> head_lines(std::string_view head, bool request, std::string_view error = {});

bool carries_secret(std::string_view header_name);
/// "Authorization: ***".
std::string hidden_secret(const HeadLine& line);

} // namespace model

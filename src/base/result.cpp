#include "base/result.h"

namespace base {

std::string one_line(const Error& error) {
    std::string line = error.what;
    if (!error.why.empty()) line += (line.empty() ? "" : ": ") + error.why;
    if (!error.fix.empty()) line += (line.empty() ? "" : ". ") + error.fix;
    return line;
}

} // namespace base

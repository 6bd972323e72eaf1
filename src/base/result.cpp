#include "base/result.h"

namespace base {

std::string one_line(const Error& error) {
    std::string line = error.what;
    if (!error.why.empty()) line += (line.empty() ? "" : ": ") + error.why;
    if (error.fix.empty()) return line;
    if (!line.empty()) line += ". ";
    const std::size_t begins = line.size();
    line += error.fix;
    if (begins > 0 && line[begins] >= 'a' && line[begins] <= 'z')
        line[begins] = static_cast<char>(line[begins] - 'a' + 'A');
    return line;
}

} // namespace base

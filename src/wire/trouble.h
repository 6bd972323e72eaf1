// The guide's list of troubles (PROTOCOL.md part 1), each answered: what it looks like, why, and
// what to do. Constant data; any thread.
#pragma once

#include <string_view>
#include <vector>

namespace wire {

struct Trouble {
    const char* group;   ///< as the guide names it: "Connection failures"
    const char* symptom; ///< the guide's question, or what is seen
    const char* why;     ///< how the check answers it
    const char* fix;
    const char* phases; ///< where it is worth telling: phases of errors, commas between; "": none
    const char* text;   ///< by which it is known in what a server says; "": none
};

const std::vector<Trouble>& troubles();

/// The trouble that is known by a text in `said`; null when there is none.
const Trouble* trouble_in_text(std::string_view said);

/// Those worth telling when `phase` failed, in order.
std::vector<const Trouble*> troubles_of_phase(std::string_view phase);

} // namespace wire

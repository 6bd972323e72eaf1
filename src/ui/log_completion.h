// What the filter bar offers at the caret: fields, operators, words, types and paths that were
// seen. Pure; UI thread.
#pragma once

#include <string>
#include <vector>

#include "model/filter_help.h"
#include "model/model.h"
#include "model/path_book.h"

namespace ui {

struct Suggestion {
    std::string text; ///< stands in the place of what was typed
    std::string hint; ///< what it is
};
/// The best first: what begins with the typed text, then what holds it. At most 200.
std::vector<Suggestion> suggestions(const model::Typing& typing, const model::Model& model,
                                    const model::PathBook& paths);

} // namespace ui

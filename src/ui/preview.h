// One event in one line, and as lines of text: what the log's last column, the inspector and the
// clipboard say of it. Looks at a bounded piece of the payload. Pure; UI thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/log.h"
#include "wire/event.h"

namespace ui {

/// A piece of a preview: a field's name, a value, or a sentence.
struct PreviewPart {
    enum class Is : std::uint8_t { key, value, sentence, error } is = Is::value;
    std::string text;
};

/// The fields of `data` in the order sent; of anything else the payload as sent; of life events a
/// sentence. About `most_chars` characters of it.
std::vector<PreviewPart> preview_of(const wire::EventView& event, std::size_t most_chars = 240);

/// The parts in one string, as the tooltip and the clipboard have it.
std::string preview_text(const wire::EventView& event, std::size_t most_chars);

/// "TCP connect: refused", without saying the phase twice when `what` begins with it.
std::string with_phase(std::string_view phase, std::string_view what);

/// What stands in the type column: the message's type, else the kind, else what the JSON is.
std::string_view type_or_kind(const model::Log& log, const model::Row& row);

/// A row as a line with tabs: number, clock, direction, type, size, preview (bytes as sent).
std::string row_text(const model::Log& log, model::EventId id);

} // namespace ui

// Index: what is wide and what has no width; text that is safe to show; colours; previews;
// sentences of life events; the row.
#include "app/terminal.h"

#include <array>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "wire/close_code.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace app {
namespace {

using wire::EventView;
using wire::Kind;

//--- widths --------------------------------------------------------------------------------------

struct Range {
    std::uint32_t first, last;
};

// Drawn over or within the letter before them. Leaving one out cuts a row early, never late.
constexpr Range kNoWidth[] = {
    {0x0300, 0x036F},  {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0900, 0x0902},  {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A},  {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
    {0x2060, 0x2064},  {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
    {0xE0100, 0xE01EF}};

// East Asian wide and full-width letters (Unicode's UAX 11), and emoji in blocks.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},
    {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},
    {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},   {0x26D4, 0x26D4},
    {0x26EA, 0x26EA},   {0x26F2, 0x26F5},   {0x26FA, 0x26FD},   {0x2705, 0x2705},
    {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274E},   {0x2753, 0x2757},
    {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x16FE0, 0x18D08}, {0x1AFF0, 0x1B2FB}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F19A}, {0x1F200, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7F0},
    {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool in(const Range (&ranges)[N], std::uint32_t code_point) {
    for (const Range& range : ranges)
        if (code_point >= range.first && code_point <= range.last) return true;
    return false;
}

std::size_t width_of(std::uint32_t code_point) {
    if (code_point < 0x300) return 1;
    if (in(kNoWidth, code_point)) return 0;
    return in(kWide, code_point) ? 2 : 1;
}

//--- safe text -----------------------------------------------------------------------------------

/// Marks, embeddings, overrides and isolates of bidirectional text, and the two line breaks that
/// are not controls.
bool rearranges(std::uint32_t code_point) {
    return code_point == 0x061C || code_point == 0x200E || code_point == 0x200F ||
           (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

//--- colours -------------------------------------------------------------------------------------

constexpr const char* kReset = "\x1b[0m";
constexpr const char* kDim = "\x1b[2m";
constexpr const char* kError = "\x1b[1;31m";
constexpr const char* kOut = "\x1b[33m";

struct FamilyColor {
    std::string_view family; ///< the type's word before the first '_'
    const char* color;
};
constexpr FamilyColor kFamilies[] = {
    {"conversation", "\x1b[34m"}, {"stt", "\x1b[36m"},    {"llm", "\x1b[35m"},
    {"tts", "\x1b[32m"},          {"memory", "\x1b[33m"}, {"tool", "\x1b[93m"},
    {"latency", "\x1b[96m"},      {"system", "\x1b[37m"}, {"component", "\x1b[37m"},
};

const char* color_of(const EventView& event, std::string_view type) {
    if (event.kind == Kind::failed || event.kind == Kind::refused || type.ends_with("_error"))
        return kError;
    if (event.dir == wire::Dir::out) return kOut;
    const std::string_view family = type.substr(0, type.find('_'));
    for (const FamilyColor& known : kFamilies)
        if (known.family == family) return known.color;
    return "";
}

/// `text` in `color`; plain where there is none.
std::string painted(std::string text, const char* color, bool on) {
    if (!on || *color == '\0' || text.empty()) return text;
    return color + std::move(text) + kReset;
}

//--- previews ------------------------------------------------------------------------------------

/// Beyond this a row shows the payload as it was sent: taking it apart would cost more than it
/// tells.
constexpr std::size_t kFieldsUpTo = 64u << 10;

/// Bytes that can matter for a row of so many columns: a code point has at most four.
std::string_view worth_showing(std::string_view text, int columns) {
    const std::size_t most = static_cast<std::size_t>(columns > 0 ? columns : 0) * 4 + 8;
    return columns > 0 && text.size() > most ? text.substr(0, most) : text;
}

/// A JSON value as it is read: strings without their escapes, the rest as sent.
std::string value_text(std::string_view raw) {
    if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::string(raw);
    return '"' + wire::unescaped_json(raw.substr(1, raw.size() - 2)) + '"';
}

/// The fields of an envelope's `data` in the order sent; empty when it has none.
std::string fields_text(std::string_view data_raw, int columns) {
    std::string text;
    wire::JsonMembers members(data_raw);
    wire::JsonMember member;
    while (members.next(&member)) {
        if (columns > 0 && text.size() > static_cast<std::size_t>(columns) * 4) break;
        if (!text.empty()) text += "  ";
        text += wire::unescaped_json(member.key_raw) + ' ' +
                value_text(worth_showing(member.value_raw, columns));
    }
    return text;
}

std::string preview(const EventView& event, const wire::EnvelopeHead& head, int columns) {
    if (head.has_type && !head.data_raw.empty() && head.data_raw.size() <= kFieldsUpTo &&
        head.data_raw.front() == '{')
        return fields_text(head.data_raw, columns);
    if (event.kind == Kind::binary && !base::utf8_valid(event.payload)) {
        const std::size_t shown =
            columns > 0 ? static_cast<std::size_t>(columns) : event.payload.size();
        return base::hex_from_bytes(event.payload.substr(0, shown));
    }
    return std::string(worth_showing(event.payload, columns));
}

//--- sentences -----------------------------------------------------------------------------------

std::string quoted_reason(const std::string& reason) {
    return reason.empty() ? std::string() : ", reason \"" + reason + '"';
}

std::string code_sentence(const wire::Details& details) {
    if (details.code == 0) return "no code" + quoted_reason(details.reason);
    return std::to_string(details.code) + ' ' + wire::close_code_name(details.code) +
           quoted_reason(details.reason);
}

std::string seconds_text(double seconds) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    return buffer;
}

std::string first_head_line(std::string_view head) {
    return std::string(head.substr(0, head.find_first_of("\r\n")));
}

std::string open_sentence(const wire::Details& details) {
    std::string text = "open";
    if (!details.address.empty()) text += ", " + details.address;
    if (!details.subprotocol.empty()) text += ", subprotocol " + details.subprotocol;
    if (!details.extensions.empty()) text += ", " + details.extensions;
    return text;
}

std::string failed_sentence(const wire::Details& details) {
    if (!details.phase.empty()) return "failed: " + details.phase;
    return details.error ? "failed: " + details.error->what : "failed";
}

std::string refused_sentence(const EventView& event, const wire::Details& details) {
    const std::string what =
        details.error ? base::one_line(*details.error) : "it cannot be sent now";
    return "not sent: " + what + "  " + std::string(event.payload);
}

std::string life_sentence(const EventView& event, const wire::Details& details) {
    switch (event.kind) {
    case Kind::connecting:
        return "connecting to " + details.url +
               (details.attempt > 1 ? ", attempt " + std::to_string(details.attempt) : "");
    case Kind::request: return "asked: " + first_head_line(event.payload);
    case Kind::response: return "answered: " + first_head_line(event.payload);
    case Kind::open: return open_sentence(details);
    case Kind::failed: return failed_sentence(details);
    case Kind::closed: return ending_sentence(details);
    case Kind::retry:
        return "attempt " + std::to_string(details.attempt) + " in " +
               seconds_text(details.delay_s);
    case Kind::refused: return refused_sentence(event, details);
    case Kind::note:
        return "note: " + (event.has_payload ? std::string(event.payload) : details.note);
    default: return {};
    }
}

//--- the row -------------------------------------------------------------------------------------

const char* arrow(wire::Dir dir) {
    switch (dir) {
    case wire::Dir::in: return "↓";
    case wire::Dir::out: return "↑";
    case wire::Dir::none: break;
    }
    return "◆";
}

std::string padded(std::string text, std::size_t columns) {
    const std::size_t width = display_width(text);
    if (width < columns) text.append(columns - width, ' ');
    return text;
}

std::string padded_left(const std::string& text, std::size_t columns) {
    const std::size_t width = display_width(text);
    return width < columns ? std::string(columns - width, ' ') + text : text;
}

constexpr std::size_t kTypeColumns = 22;

/// What stands behind time and arrow, in pieces that have a colour each.
struct Pieces {
    std::string name; ///< kind and type
    std::string rest;
    std::string_view type;
    bool rest_is_name = false; ///< the rest has the name's colour
};

Pieces message_pieces(const EventView& event, const wire::EnvelopeHead& head, int columns) {
    Pieces pieces;
    pieces.type = head.has_type ? head.type_raw : std::string_view();
    const std::string type = shown_text(head.has_type ? head.type() : std::string());
    pieces.name =
        padded(wire::word(event.kind), 7) + padded(cut_to_width(type, kTypeColumns), kTypeColumns);
    pieces.rest = padded_left(base::size_text(event.payload.size()), 9) + "  " +
                  shown_text(preview(event, head, columns));
    return pieces;
}

Pieces control_pieces(const EventView& event, const wire::Details& details, int columns) {
    Pieces pieces;
    pieces.name = padded(wire::word(event.kind), 7);
    if (event.kind == Kind::close)
        pieces.rest = code_sentence(details);
    else if (!event.payload.empty())
        pieces.rest = base::utf8_valid(event.payload)
                          ? std::string(worth_showing(event.payload, columns))
                          : base::hex_from_bytes(event.payload);
    if (details.rtt_ns >= 0) pieces.rest += "  round trip " + base::duration_text(details.rtt_ns);
    pieces.rest = shown_text(pieces.rest);
    return pieces;
}

Pieces pieces_of(const EventView& event, int columns) {
    static const wire::Details kNone;
    const wire::Details& details = event.details ? *event.details : kNone;
    if (wire::is_message(event.kind))
        return message_pieces(event, wire::read_envelope(event.payload), columns);
    if (wire::is_frame(event.kind)) return control_pieces(event, details, columns);
    Pieces pieces;
    pieces.rest = shown_text(life_sentence(event, details));
    pieces.rest_is_name = true;
    return pieces;
}

} // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) width += width_of(base::utf8_next(text, &at));
    return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
    std::size_t width = 0;
    std::size_t fits = 0; // as much as leaves one column for the "…"
    for (std::size_t at = 0; at < text.size();) {
        std::size_t next = at;
        width += width_of(base::utf8_next(text, &next));
        if (width > columns)
            return columns == 0 ? std::string() : std::string(text.substr(0, fits)) + "…";
        if (width + 1 <= columns) fits = next;
        at = next;
    }
    return std::string(text);
}

std::string shown_text(std::string_view text) {
    const std::string escaped = base::escape_for_terminal(text);
    std::string out;
    out.reserve(escaped.size());
    for (std::size_t at = 0; at < escaped.size();) {
        const std::size_t from = at;
        const std::uint32_t code_point = base::utf8_next(escaped, &at);
        if (rearranges(code_point)) {
            char buffer[16];
            std::snprintf(buffer, sizeof buffer, "\\u{%04x}", static_cast<unsigned>(code_point));
            out += buffer;
        } else {
            out.append(escaped, from, at - from);
        }
    }
    return out;
}

std::string ending_sentence(const wire::Details& details) {
    if (details.error) return base::one_line(*details.error);
    if (!details.clean) return "connection lost";
    const char* who = details.by == wire::By::peer ? " by the server"
                      : details.by == wire::By::us ? " from here"
                                                   : "";
    return std::string("closed") + who + ", " + code_sentence(details);
}

std::string row(const EventView& event, const RowStyle& style) {
    if (event.kind == Kind::status) return {};
    Pieces pieces = pieces_of(event, style.columns);
    const std::string start = base::local_clock(event.wall_ns) + ' ' + arrow(event.dir) + ' ';
    if (style.columns > 0) {
        const auto columns = static_cast<std::size_t>(style.columns);
        const std::size_t used = display_width(start) + display_width(pieces.name);
        pieces.rest = cut_to_width(pieces.rest, columns > used ? columns - used : 0);
    }
    const char* color = color_of(event, pieces.type);
    std::string line = painted(start, kDim, style.color);
    line += painted(std::move(pieces.name), color, style.color);
    line += pieces.rest_is_name
                ? painted(std::move(pieces.rest), *color ? color : kDim, style.color)
                : std::move(pieces.rest);
    line += '\n';
    return line;
}

} // namespace app

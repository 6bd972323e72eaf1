// The inspector's text: a payload as it was sent, and of what is no JSON all that there is to read.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "model/handshake_lines.h"
#include "ui/panel_inspector.h"
#include "ui/preview.h"
#include "wire/close_code.h"

namespace ui {
namespace {

constexpr std::size_t kMostShown = 256u << 10; ///< bytes of a payload; copying gives all

/// What a line can hold.
struct Page {
    std::size_t columns = 80; ///< characters of the mono face
    ImFont* words = nullptr;
    float width = 0; ///< pixels

    std::size_t fit(std::string_view text) const {
        const char* const end = text.data() + text.size();
        const char* const stop = words->CalcWordWrapPositionA(1, text.data(), end, width);
        return std::max<std::size_t>(1, static_cast<std::size_t>(stop - text.data()));
    }
};

/// The head of a request or an answer, line by line, secrets as *** unless asked for.
void append_head(TextLines& lines, const wire::EventView& event, bool show_secrets,
                 std::size_t columns) {
    bool first = true;
    for (const model::HeadLine& line :
         model::head_lines(event.payload, event.kind == wire::Kind::request)) {
        const bool hide = !show_secrets && line.secret;
        append_text(lines, hide ? model::hidden_secret(line) : std::string(line.text),
                    std::exchange(first, false) ? Role::text : Role::text2, columns);
    }
}

void append_block(TextLines& lines, const char* heading, std::string_view words, Role role,
                  const Page& page) {
    if (words.empty()) return;
    const auto fit = [&](std::string_view text) { return page.fit(text); };
    if (lines.size() > 0) append_text(lines, "", Role::text, page.columns);
    append_words(lines, heading, role, Face::strong, fit);
    append_words(lines, sentence(words), Role::text, Face::words, fit);
}

void append_error(TextLines& lines, const base::Error& error, const Page& page) {
    append_block(lines, "What", error.what, Role::err, page);
    append_block(lines, "Why", error.why, Role::text2, page);
    append_block(lines, "What to do", error.fix, Role::ok, page);
}

std::string seconds_text(double seconds) {
    return base::duration_text(static_cast<std::int64_t>(seconds * 1e9));
}

/// Name and value of each detail that is there.
void append_details(TextLines& lines, const wire::Details& d, std::size_t columns) {
    const auto say = [&](std::string_view name, const std::string& value) {
        if (value.empty()) return;
        std::string line(name);
        line.resize(std::max<std::size_t>(14, line.size() + 2), ' ');
        append_text(lines, line + value, Role::text2, columns);
    };
    const auto number = [](auto value) {
        return value == 0 ? std::string() : std::to_string(value);
    };
    say("URL", d.url);
    say("Address", d.address);
    say("Subprotocol", d.subprotocol);
    say("Extensions", d.extensions);
    say("HTTP status", number(d.status));
    say("Attempt", number(d.attempt));
    if (d.delay_s > 0) say("Delay", seconds_text(d.delay_s));
    if (d.delay_cap_s > 0) say("At most", seconds_text(d.delay_cap_s));
    if (d.code != 0) say("Code", std::to_string(d.code) + " " + wire::close_code_name(d.code));
    say("Reason", d.reason);
    if (d.by != wire::By::nobody) say("Ended by", d.by == wire::By::us ? "us" : "the server");
    say("Phase", d.phase);
    if (d.gap > 0) say("Missing", base::count_text(d.gap) + " events");
    say("Note", d.note);
    if (d.rtt_ns >= 0) say("Round trip", base::duration_text(d.rtt_ns));
}

void append_shortened(TextLines& lines, std::size_t size, std::size_t columns) {
    if (size <= kMostShown) return;
    append_text(lines, "", Role::text, columns);
    append_text(lines,
                "The first " + base::size_text(kMostShown) + " of " + base::size_text(size) +
                    ". Copy payload gives all of it.",
                Role::warn, columns);
}

/// What is shown of a payload, cut between two code points.
std::string_view first_part(std::string_view payload) {
    if (payload.size() <= kMostShown) return payload;
    std::size_t end = kMostShown;
    while (end > kMostShown - 3 && (payload[end] & 0xC0) == 0x80) --end;
    return payload.substr(0, end);
}

/// As it was sent: each line end begins a new line and stays to be seen at the end of its own.
void append_raw(TextLines& lines, std::string_view text, std::size_t columns) {
    while (true) {
        const std::size_t end = text.find('\n');
        append_text(lines, text.substr(0, end), Role::text, columns);
        if (end == std::string_view::npos) return;
        const auto offset = static_cast<std::uint32_t>(lines.text.size());
        lines.text += "␊";
        lines.pieces.push_back({offset, 3, Role::text3, Face::mono});
        text.remove_prefix(end + 1);
    }
}

void append_payload(TextLines& lines, const wire::EventView& event, std::size_t columns) {
    const std::string_view shown = first_part(event.payload);
    if (event.kind == wire::Kind::binary || !base::utf8_valid(shown)) {
        append_hex(lines, shown, columns);
    } else {
        append_raw(lines, shown, columns);
    }
    append_shortened(lines, event.payload.size(), columns);
}

TextLines lines_of(const wire::EventView& event, bool raw, bool secrets, const Page& page) {
    TextLines lines;
    const std::size_t columns = page.columns;
    if (event.kind == wire::Kind::request || event.kind == wire::Kind::response) {
        append_head(lines, event, secrets, columns);
        return lines;
    }
    if (!raw && event.details) {
        append_details(lines, *event.details, columns);
        const bool end = event.kind == wire::Kind::close || event.kind == wire::Kind::closed;
        if (end) {
            append_block(lines, "Meaning", wire::close_code_meaning(event.details->code),
                         Role::text2, page);
        }
        if (event.details->error) append_error(lines, *event.details->error, page);
        if (event.has_payload && !event.payload.empty())
            append_text(lines, "", Role::text, columns);
    }
    if (event.has_payload) append_payload(lines, event, columns);
    return lines;
}

void make_lines(TextView& view, const wire::EventView& event, InspectorTab tab, bool secrets,
                const Page& page) {
    const bool same = view.made_for == event.id && view.made_tab == tab &&
                      view.made_width == page.width && view.made_secrets == secrets;
    if (same) return;
    if (view.made_for != event.id || view.made_tab != tab) view.scroll.first = 0;
    view.lines = lines_of(event, tab == InspectorTab::raw, secrets, page);
    view.made_for = event.id;
    view.made_tab = tab;
    view.made_width = page.width;
    view.made_secrets = secrets;
}

} // namespace

void draw_text_line(Frame& f, const Rect& row, const TextLines& lines, std::uint64_t line) {
    const std::size_t end = line + 1 < lines.size() ? lines.lines[line + 1] : lines.pieces.size();
    float x = row.x;
    for (std::size_t piece = lines.lines[line]; piece < end; ++piece) {
        const TextLines::Piece& part = lines.pieces[piece];
        x = text_at(f, x, row, part.face, part.role,
                    std::string_view(lines.text).substr(part.offset, part.size));
    }
}

void draw_inspector_text(Frame& f, const InspectorContent& content, bool raw) {
    InspectorPanel& panel = content.panel;
    const Rect& place = content.place;
    const float room = place.w - f.px(12) * 2 - f.px(14);
    const auto columns = static_cast<std::size_t>(std::max(8.0f, room / f.fonts.c - (raw ? 1 : 0)));
    make_lines(panel.text, content.event, raw ? InspectorTab::raw : InspectorTab::tree,
               panel.show_secrets, {columns, f.fonts.words, room});
    const TextLines& lines = panel.text.lines;
    if (lines.size() == 0) {
        empty_state(f, place, "No text", "This event has no payload and no details.");
        return;
    }
    Rect rest = place;
    rest.cut_top(f.px(6));
    Scroll& scroll = panel.text.scroll;
    rest = scrolled(f, rest, "Inspector scroll bar", lines.size(), &scroll);
    rest.cut_left(f.px(12));
    for (std::uint64_t i = 0; i < scroll.shown && scroll.first + i < lines.size(); ++i)
        draw_text_line(f, rest.cut_top(f.px(kInspectorRow)), lines, scroll.first + i);
}

} // namespace ui

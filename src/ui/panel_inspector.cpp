// The inspector: the selected event, what is known of it, and its text.
//   1. what is shown of an event as text     2. facts     3. about the type     4. the whole
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "ui/panels.h"
#include "ui/preview.h"
#include "wire/catalogue.h"
#include "wire/close_code.h"
#include "wire/envelope.h"

namespace ui {
namespace {

using model::EventId;
using model::Model;

constexpr std::size_t kMostShown = 256u << 10; ///< bytes of a payload; copying gives all

//--- 1. what is shown of an event as text

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

bool carries_secret(std::string_view header) {
    constexpr std::string_view kSecret[] = {"authorization", "proxy-authorization", "cookie",
                                            "set-cookie", "sec-websocket-key"};
    return std::any_of(std::begin(kSecret), std::end(kSecret),
                       [&](std::string_view name) { return base::ascii_iequal(header, name); });
}

std::string_view header_name(std::string_view line) {
    const std::size_t colon = line.find(':');
    return colon == std::string_view::npos ? std::string_view() : line.substr(0, colon);
}

/// The head of a request or an answer, line by line, secrets as *** unless asked for.
void append_head(TextLines& lines, std::string_view head, bool show_secrets, std::size_t columns) {
    bool first = true;
    while (!head.empty()) {
        const std::size_t end = std::min(head.find('\n'), head.size());
        std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 1, head.size()));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.empty() && head.empty()) break;
        const std::string_view name = header_name(line);
        const bool hide = !show_secrets && carries_secret(name);
        const std::string shown = hide ? std::string(name) + ": ***" : std::string(line);
        append_text(lines, shown, first ? Role::text : Role::text2, columns);
        first = false;
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

void append_payload(TextLines& lines, const wire::EventView& event, bool pretty,
                    std::size_t columns) {
    const std::string_view shown = first_part(event.payload);
    if (event.kind == wire::Kind::binary || !base::utf8_valid(shown)) {
        append_hex(lines, shown, columns);
    } else if (pretty) {
        append_json(lines, wire::pretty_json(shown), columns);
    } else {
        append_text(lines, shown, Role::text, columns);
    }
    append_shortened(lines, event.payload.size(), columns);
}

TextLines lines_of(const wire::EventView& event, bool pretty, bool secrets, const Page& page) {
    TextLines lines;
    const std::size_t columns = page.columns;
    if (event.kind == wire::Kind::request || event.kind == wire::Kind::response) {
        append_head(lines, event.payload, secrets, columns);
        return lines;
    }
    if (pretty && event.details) {
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
    if (event.has_payload) append_payload(lines, event, pretty, columns);
    return lines;
}

bool has_secret(const wire::EventView& event) {
    if (event.kind != wire::Kind::request && event.kind != wire::Kind::response) return false;
    for (std::size_t at = 0; at < event.payload.size();) {
        const std::size_t end = std::min(event.payload.find('\n', at), event.payload.size());
        if (carries_secret(header_name(event.payload.substr(at, end - at)))) return true;
        at = end + 1;
    }
    return false;
}

//--- 2. facts

struct Fact {
    const char* name;
    std::string value;
    std::string more; ///< in the tooltip
};

/// "0.5 ms behind" or "ahead": a message's own clock against the local one at arrival.
std::string offset_text(std::int64_t theirs_ns, std::int64_t ours_ns) {
    const std::int64_t ahead = theirs_ns - ours_ns;
    return base::duration_text(std::llabs(ahead)) + (ahead > 0 ? " ahead" : " behind");
}

Fact clock_fact(const wire::EventView& event, const wire::EnvelopeHead& head) {
    Fact fact{"Clock", "no timestamp", ""};
    const wire::ClockKind kind = wire::clock_kind_of(head.timestamp_raw, event.wall_ns);
    if (kind == wire::ClockKind::none) return fact;
    fact.value = wire::word(kind);
    std::int64_t wall_ns = 0;
    if (!wire::wall_ns_of(head.timestamp_raw, event.wall_ns, &wall_ns)) {
        fact.more = "Seconds of the sender's machine since some start: no date can be made of it.";
        return fact;
    }
    fact.value += ", " + offset_text(wall_ns, event.wall_ns);
    fact.more = base::local_date_clock(wall_ns, 3) + " local time, " +
                offset_text(wall_ns, event.wall_ns) + " its arrival";
    return fact;
}

std::string since_start(const Model& model, std::int64_t mono_ns) {
    char text[40];
    std::snprintf(text, sizeof text, "%.6f s",
                  static_cast<double>(mono_ns - model.log.start_mono_ns()) / base::kSecond);
    return text;
}

void draw_fact(Frame& f, Rect row, const Fact& fact) {
    text(f, row.cut_left(f.px(76)), Face::small, Role::text3, fact.name);
    bool cut = false;
    text(f, row, Face::mono, Role::text, fact.value, Align::left, &cut);
    if (cut || !fact.more.empty()) {
        if (touch(f, row, fact.name).hovered) {
            tooltip(f, fact.more.empty() ? fact.value : fact.value + "\n" + fact.more);
        }
    }
}

void draw_facts(Frame& f, const Rect& place, const Model& model, const wire::EventView& event,
                bool sent) {
    line_below(f, place);
    Rect inside = place.inset(f.px(12), f.px(4));
    const float half = std::round(inside.w * 0.5f);
    Fact right[2];
    if (event.kind == wire::Kind::text) {
        const wire::EnvelopeHead head = wire::read_envelope(event.payload.substr(0, kMostShown));
        right[0] = {"Seq", head.has_seq ? std::to_string(head.seq) : "none", ""};
        right[1] = clock_fact(event, head);
    } else {
        right[0] = {"Connection", std::to_string(event.link), ""};
        right[1] = {"Attempt", std::to_string(event.conn), ""};
    }
    const Fact left[2] = {{sent                   ? "Sent"
                           : is_frame(event.kind) ? "Arrived"
                                                  : "At",
                           base::local_clock(event.wall_ns, 6),
                           base::local_date_clock(event.wall_ns, 9)},
                          {"Since start", since_start(model, event.mono_ns), ""}};
    for (int i = 0; i < 2; ++i) {
        Rect row = inside.cut_top(f.px(20));
        draw_fact(f, row.cut_left(half - f.px(8)), left[i]);
        row.cut_left(f.px(8));
        draw_fact(f, row, right[i]);
    }
}

//--- 3. about the type

struct AboutLine {
    std::string words;
    Role role = Role::text;
    Face face = Face::words;
};

std::vector<AboutLine> about_type(const wire::MessageType& type) {
    std::vector<AboutLine> lines;
    lines.push_back({std::string(type.description)});
    lines.push_back(
        {std::string(type.command ? "A command to the backend" : "An event from the backend") +
             ", described in: " + wire::word(type.where) +
             (type.bare ? ". Comes without version, seq and timestamp" : "") +
             (type.by_clock ? ". Comes by the clock, caused by nothing" : "") + ".",
         Role::text3, Face::words});
    for (const wire::Field& field : type.fields) {
        std::string kind = wire::word(field.kind);
        if (!field.unit.empty()) kind += ", " + std::string(field.unit);
        if (field.optional) kind += ", optional";
        lines.push_back({std::string(field.path) + "  " + kind, Role::f_tts, Face::mono});
        if (!field.description.empty()) lines.push_back({sentence(field.description), Role::text2});
    }
    return lines;
}

std::vector<AboutLine> about_event(const Model& model, const wire::EventView& event) {
    const std::string_view name = type_or_kind(model.log, model.log.row(event.id));
    if (const wire::MessageType* type = wire::find_type(name)) return about_type(*type);
    if (event.kind == wire::Kind::text) {
        return {{"Not in the catalogue of what Coda speaks.", Role::text2}};
    }
    const char* words = "";
    switch (event.kind) {
    case wire::Kind::binary: words = "A binary message: bytes that are no text."; break;
    case wire::Kind::ping:
        words =
            "A Ping: the other side answers it with a Pong of the same bytes (RFC 6455, 5.5.2).";
        break;
    case wire::Kind::pong: words = "A Pong: the answer to a Ping (RFC 6455, 5.5.3)."; break;
    case wire::Kind::close:
        words = "A Close frame: the closing handshake, as sent or received (RFC 6455, 5.5.1).";
        break;
    case wire::Kind::connecting:
        words =
            "An attempt to connect begins: name lookup, then TCP, then TLS for wss, then the handshake.";
        break;
    case wire::Kind::request:
        words = "The head of the handshake's request, as it went over the wire (RFC 6455, 4.1).";
        break;
    case wire::Kind::response:
        words = "The head of the server's answer, as it came over the wire (RFC 6455, 4.2.2).";
        break;
    case wire::Kind::open:
        words = "The handshake is whole: messages can be sent and received.";
        break;
    case wire::Kind::failed:
        words = "The attempt failed; the text says in which phase and why.";
        break;
    case wire::Kind::closed: words = "The session has ended."; break;
    case wire::Kind::retry:
        words =
            "Another attempt follows by itself. The delay is random up to a limit that doubles each time, so that many clients do not come back at once.";
        break;
    case wire::Kind::refused:
        words = "A message that was not sent; the text says why and what to do.";
        break;
    default: words = "A note."; break;
    }
    return {{words, Role::text2}};
}

void draw_about(Frame& f, const Rect& place, const Model& model, const wire::EventView& event,
                InspectorPanel& panel) {
    f.list->PushClipRect(place.min(), place.max(), true);
    Rect rest = place.inset(f.px(12), 0);
    rest.cut_right(f.px(14));
    const float top = rest.y + f.px(8) - static_cast<float>(panel.first_line) * f.px(21);
    float y = top;
    for (const AboutLine& line : about_event(model, event)) {
        const Rect box{rest.x, y, rest.w, 1e6f};
        y += text_wrapped(f, box, line.face, line.role, line.words, f.px(21));
        y += line.face == Face::mono ? 0 : f.px(5);
    }
    f.list->PopClipRect();
    const auto total = static_cast<std::uint64_t>((y - top) / f.px(21)) + 1;
    const auto shown = static_cast<std::uint64_t>(std::max(1.0f, place.h / f.px(21)));
    Rect bar = place;
    bar = bar.cut_right(f.px(14));
    const std::uint64_t last = total > shown ? total - shown : 0;
    panel.first_line = std::min(panel.first_line, last);
    if (total > shown)
        scroll_bar(f, bar, "About scroll bar", &panel.bar, &panel.first_line, shown, total);
}

//--- 4. the whole

void draw_lines(Frame& f, Rect place, InspectorPanel& panel) {
    const std::uint64_t total = panel.lines.size();
    const float row_height = f.px(21);
    Rect inside = place;
    inside.cut_top(f.px(6));
    const auto shown = static_cast<std::uint64_t>(std::max(1.0f, inside.h / row_height));
    const std::uint64_t last = total > shown ? total - shown : 0;
    panel.first_line = std::min(panel.first_line, last);
    if (total > shown) {
        const Rect bar = place.cut_right(f.px(14));
        scroll_bar(f, bar, "Inspector scroll bar", &panel.bar, &panel.first_line, shown, total);
    }
    for (std::uint64_t i = 0; i < shown && panel.first_line + i < total; ++i) {
        const std::uint64_t line = panel.first_line + i;
        const Rect row{inside.x + f.px(12), inside.y + static_cast<float>(i) * row_height, inside.w,
                       row_height};
        const std::size_t end =
            line + 1 < total ? panel.lines.lines[line + 1] : panel.lines.pieces.size();
        float x = row.x;
        for (std::size_t piece = panel.lines.lines[line]; piece < end; ++piece) {
            const TextLines::Piece& part = panel.lines.pieces[piece];
            const std::string_view words(panel.lines.text.data() + part.offset, part.size);
            x = text_at(f, x, row, part.face, part.role, words);
        }
    }
}

void draw_head(Frame& f, const Rect& place, const Model& model, const wire::EventView& event,
               const model::Row& row) {
    fill(f, place, Role::bar);
    line_below(f, place);
    Rect inside = place.inset(f.px(12), 0);
    const Rect copy = inside.cut_right(f.px(26)).middle(f.px(26));
    if (icon_button(f, copy, Icon::copy, "Copy payload", Look::normal, row.has_payload)) {
        f.ask(Command::copy_payload);
    }
    inside.cut_right(f.px(10));
    const bool out = row.dir == wire::Dir::out;
    const bool error = model::is_error(model.log, row, event.details);
    const std::string_view type = row.type ? type_or_kind(model.log, row) : std::string_view();
    const Role role = error ? Role::err : row.type ? f.theme.of_type(type, out) : Role::f_life;
    icon(f, Icon::square, inside.cut_left(f.px(14)), role);
    inside.cut_left(f.px(5));
    inside.cut_left(text(f, inside, Face::mono_strong, Role::text, type_or_kind(model.log, row)) +
                    f.px(12));
    inside.cut_left(text(f, inside, Face::mono, Role::text3, "#" + std::to_string(row.id)) +
                    f.px(12));
    if (row.dir == wire::Dir::none) {
        text(f, inside, Face::words, Role::text2, "connection " + std::to_string(row.link));
        return;
    }
    icon(f, out ? Icon::arrow_up : Icon::arrow_down, inside.cut_left(f.px(14)),
         out ? Role::out : Role::text2);
    inside.cut_left(f.px(4));
    const std::string size = row.has_payload ? ", " + base::size_text(row.size) : "";
    text(f, inside, Face::words, Role::text2, (out ? "out" : "in") + size);
}

void make_lines(InspectorPanel& panel, const wire::EventView& event, const Page& page) {
    const bool same = panel.made_for == event.id && panel.made_tab == panel.tab &&
                      panel.made_width == page.width && panel.made_secrets == panel.show_secrets;
    if (same) return;
    panel.lines = lines_of(event, panel.tab == 0, panel.show_secrets, page);
    panel.made_for = event.id;
    panel.made_tab = panel.tab;
    panel.made_width = page.width;
    panel.made_secrets = panel.show_secrets;
}

void scroll_by_wheel(InspectorPanel& panel, const Rect& place) {
    const float wheel = ImGui::GetIO().MouseWheel;
    if (wheel == 0 || !ImGui::IsWindowHovered() || !place.contains(ImGui::GetIO().MousePos)) return;
    const double wanted = static_cast<double>(panel.first_line) - wheel * 3;
    panel.first_line = static_cast<std::uint64_t>(std::max(0.0, wanted));
}

void draw_tabs(Frame& f, const Rect& place, const wire::EventView& event, InspectorPanel& panel) {
    const TabName kTabs[] = {{"Pretty"}, {"Raw"}, {"About"}};
    const int tab = tabs(f, place, kTabs, 3, panel.tab);
    if (tab != panel.tab) panel.first_line = 0;
    panel.tab = tab;
    if (panel.tab == 2 || !has_secret(event)) return;
    Rect row = place.inset(f.px(12), 0);
    const char* words = panel.show_secrets ? "Hide secrets" : "Show secrets";
    const Rect at = row.cut_right(button_width(f, words)).middle(f.px(22));
    if (button(f, at, words)) panel.show_secrets = !panel.show_secrets;
}

} // namespace

void draw_inspector(Frame& f, const Model& model, model::Selection& selection,
                    InspectorPanel& panel, model::Actions&) {
    fill(f, f.place, Role::panel);
    if (!model.log.contains(selection.event)) {
        panel.made_for = 0;
        empty_state(f, f.place, "Nothing selected", "Select an event to see its fields.");
        return;
    }
    const wire::EventView event = model.log.view(selection.event);
    const model::Row row = model.log.row(selection.event);
    if (panel.made_for != event.id) {
        panel.first_line = 0;
        panel.show_secrets = false;
    }
    Rect rest = f.place;
    draw_head(f, rest.cut_top(f.px(40)), model, event, row);
    draw_facts(f, rest.cut_top(f.px(49)), model, event, row.dir == wire::Dir::out);
    draw_tabs(f, rest.cut_top(f.px(30)), event, panel);
    scroll_by_wheel(panel, rest);
    if (panel.tab == 2) {
        panel.made_for = event.id;
        panel.made_tab = panel.tab;
        draw_about(f, rest, model, event, panel);
        return;
    }
    const float room = rest.w - f.px(12) * 2 - f.px(14);
    const auto columns = static_cast<std::size_t>(std::max(8.0f, room / f.fonts.c));
    make_lines(panel, event, {columns, f.fonts.words, room});
    if (panel.lines.size() == 0) {
        empty_state(f, rest, "No text", "This event has no payload and no details.");
        return;
    }
    draw_lines(f, rest, panel);
}

} // namespace ui

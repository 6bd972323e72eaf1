// The inspector's wire: how the event crossed the line. Of a message its frames and sizes; of the
// handshake request and answer, each header explained, what is wrong marked, secrets as ***.
//   1. lines to show     2. a message     3. its frames     4. the handshake     5. the whole
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "model/handshake_lines.h"
#include "ui/panel_inspector.h"
#include "wire/close_code.h"

namespace ui {
namespace {

using model::EventId;
using model::Model;
using wire::Kind;

//--- 1. lines to show

struct WireLine {
    std::string name, value;
    std::string meaning; ///< dim, behind the value or in the tooltip
    Role role = Role::text;
    bool heading = false, wrong = false, words = false;
};
using WireLines = std::vector<WireLine>;

void heading(WireLines& lines, std::string words) {
    WireLine line;
    line.value = std::move(words);
    line.heading = true;
    lines.push_back(std::move(line));
}

void pair(WireLines& lines, std::string name, std::string value, std::string meaning = {}) {
    WireLine line;
    line.name = std::move(name);
    line.value = std::move(value);
    line.meaning = std::move(meaning);
    lines.push_back(std::move(line));
}

void say(WireLines& lines, std::string words, Role role) {
    WireLine line;
    line.value = std::move(words);
    line.role = role;
    line.words = true;
    lines.push_back(std::move(line));
}

//--- 2. a message

const char* opcode_of(Kind kind) {
    switch (kind) {
    case Kind::text: return "0x1, text";
    case Kind::binary: return "0x2, binary";
    case Kind::close: return "0x8, close";
    case Kind::ping: return "0x9, ping";
    case Kind::pong: return "0xA, pong";
    default: return "";
    }
}

/// Bytes of a frame's head (RFC 6455, 5.2).
std::uint64_t head_size(std::uint64_t payload, bool masked) {
    const std::uint64_t length = payload < 126 ? 0 : payload < 65536 ? 2 : 8;
    return 2 + length + (masked ? 4 : 0);
}

/// What the bytes on the wire say of compression: exact for one frame.
void say_sizes(WireLines& lines, const wire::EventView& event, bool masked) {
    const std::uint64_t payload = event.payload.size();
    pair(lines, "Payload", base::count_text(payload) + " B", "as it is shown, inflated");
    if (event.wire_size == 0) {
        if (is_message(event.kind)) pair(lines, "On the wire", "not known");
        return;
    }
    pair(lines, "On the wire", base::count_text(event.wire_size) + " B",
         "with the heads of its frames");
    const std::uint64_t plain = payload + head_size(payload, masked);
    if (event.frames == 1 && event.wire_size == plain) {
        pair(lines, "Head", base::count_text(head_size(payload, masked)) + " B");
        pair(lines, "Compressed", "no", "RSV1 is 0");
    } else if (event.wire_size < payload) {
        char share[32];
        std::snprintf(share, sizeof share, "to %.0f %%",
                      100.0 * static_cast<double>(event.wire_size) / static_cast<double>(payload));
        pair(lines, "Compressed", share,
             "permessage-deflate, RFC 7692: RSV1 of its first frame is 1");
    } else if (event.frames == 1) {
        pair(lines, "Compressed", "yes, and no smaller", "permessage-deflate, RFC 7692");
    } else {
        pair(lines, "Heads", base::count_text(event.wire_size - payload) + " B",
             "of all its frames");
    }
}

//--- 3. its frames, where they were kept

/// "33 % of 1,200 B".
std::string share_text(std::uint64_t part, std::uint64_t whole) {
    char share[32];
    std::snprintf(share, sizeof share, "%.0f %% of ",
                  100.0 * static_cast<double>(part) / static_cast<double>(whole));
    return share + base::count_text(whole) + " B";
}

/// What a message weighs, exactly.
void say_kept_sizes(WireLines& lines, const wire::FrameDetail& detail, bool message) {
    pair(lines, "Payload", base::count_text(detail.size) + " B",
         detail.compressed ? "inflated" : "");
    if (!message) return;
    if (detail.compressed && detail.size > 0) {
        pair(lines, "Compressed", base::count_text(detail.wire_body) + " B",
             share_text(detail.wire_body, detail.size) + " (permessage-deflate, RFC 7692)");
    } else {
        pair(lines, "Compressed", detail.compressed ? "yes, of nothing" : "no",
             detail.compressed ? "" : "RSV1 is 0");
    }
}

const char* opcode_word(int opcode) {
    constexpr const char* kWords[16] = {
        "0x0 continuation", "0x1 text", "0x2 binary", nullptr, nullptr, nullptr, nullptr, nullptr,
        "0x8 close",        "0x9 ping", "0xA pong"};
    const char* const word = kWords[opcode & 0xf];
    return word ? word : "reserved";
}

std::string mask_text(const wire::FrameMark& frame) {
    if (!frame.masked) return "no mask";
    char key[24];
    std::snprintf(key, sizeof key, "mask %08X", static_cast<unsigned>(frame.mask));
    return key;
}

/// One frame: what stood in its head, and below where and when it crossed.
void say_frame_mark(WireLines& lines, const wire::FrameMark& frame, std::int64_t begin_ns,
                    bool out) {
    char bits[64];
    std::snprintf(bits, sizeof bits, "FIN %d  RSV %d%d%d  ", frame.fin(), frame.rsv(1),
                  frame.rsv(2), frame.rsv(3));
    pair(lines, "+" + base::duration_text(frame.began_ns - begin_ns),
         bits + std::string(opcode_word(frame.opcode())) + "  " +
             base::count_text(frame.payload_size) + " B");
    std::string place = base::count_text(frame.offset) + ", head " +
                        std::to_string(frame.head_size) + " B, " + mask_text(frame);
    if (frame.ended_ns > frame.began_ns)
        place += ", took " + base::duration_text(frame.ended_ns - frame.began_ns);
    pair(lines, "At byte", std::move(place),
         out ? "of what we sent behind the handshake" : "of what came behind the handshake");
}

void say_frames(WireLines& lines, const wire::FrameDetail& detail, bool out) {
    if (detail.frames.empty()) return;
    heading(lines, detail.frames.size() == 1 ? "The frame, as it crossed"
                                             : "Each frame, as it crossed, with its time");
    const std::int64_t begin_ns = detail.frames.front().began_ns;
    for (const wire::FrameMark& frame : detail.frames) {
        if (&frame == &detail.frames.back() && detail.left_out > 0)
            say(lines, base::count_text(detail.left_out) + " more frames between were not kept",
                Role::text3);
        say_frame_mark(lines, frame, begin_ns, out);
    }
}

void say_frame(WireLines& lines, const wire::EventView& event) {
    const bool out = event.dir == wire::Dir::out;
    pair(lines, "Opcode", opcode_of(event.kind));
    if (is_message(event.kind)) {
        const std::string frames = base::count_text(event.frames);
        pair(lines, "Frames", frames,
             event.frames == 1
                 ? "whole: FIN is 1 in its only frame"
                 : "in fragments: FIN is 1 in the last, the others are continuations");
    } else {
        pair(lines, "Frames", "1", "control frames are never cut into fragments (RFC 6455, 5.4)");
    }
    const wire::FrameDetail* const frames =
        event.details && event.details->frames ? event.details->frames.get() : nullptr;
    if (frames) {
        say_kept_sizes(lines, *frames, is_message(event.kind));
    } else {
        pair(lines, "Mask", out ? "yes" : "no",
             out ? "a client masks every frame, with a fresh key (RFC 6455, 5.3)"
                 : "a server masks none (RFC 6455, 5.1)");
        say_sizes(lines, event, out);
    }
    if (event.kind == Kind::close && event.details) {
        const int code = event.details->code;
        pair(lines, "Close code",
             code == 0 ? "none" : std::to_string(code) + " " + wire::close_code_name(code),
             wire::close_code_meaning(code));
        if (!event.details->reason.empty()) pair(lines, "Reason", event.details->reason);
    }
    if (event.details && event.details->rtt_ns >= 0)
        pair(lines, "Round trip", base::duration_text(event.details->rtt_ns), "of our Ping");
    if (frames) say_frames(lines, *frames, out);
}

//--- 4. the handshake

/// Request, answer and failure of the event's attempt, a short way around it.
void find_attempt(const Model& model, const wire::EventView& event, WireView& view) {
    constexpr EventId kAround = 64;
    const EventId first = std::max(model.log.first(), event.id - std::min(event.id, kAround));
    const EventId end = std::min(model.log.end(), event.id + kAround);
    view.request = view.response = view.failed = 0;
    for (EventId id = first; id < end; ++id) {
        const Kind kind = model.log.kind(id);
        if (kind != Kind::request && kind != Kind::response && kind != Kind::failed) continue;
        const model::Row row = model.log.row(id);
        if (row.conn != event.conn || row.link != event.link) continue;
        if (kind == Kind::request) view.request = id;
        if (kind == Kind::response) view.response = id;
        if (kind == Kind::failed) view.failed = id;
    }
}

void say_head(WireLines& lines, std::string_view head, bool request, std::string_view error,
              bool secrets) {
    heading(lines, request ? "Request, as sent" : "Response, as received");
    for (const model::HeadLine& line : model::head_lines(head, request, error)) {
        WireLine shown;
        shown.value = line.secret && !secrets ? model::hidden_secret(line) : std::string(line.text);
        shown.meaning = line.meaning;
        shown.wrong = line.wrong;
        shown.role = line.wrong ? Role::err : line.name.empty() ? Role::text : Role::text2;
        lines.push_back(std::move(shown));
    }
}

void say_handshake(WireLines& lines, const Model& model, const WireView& view, bool secrets) {
    std::string error;
    const wire::Details* details = view.failed ? model.log.view(view.failed).details : nullptr;
    if (details && details->error) error = details->error->what + ". " + details->error->why;
    if (view.request) say_head(lines, model.log.view(view.request).payload, true, error, secrets);
    if (view.response)
        say_head(lines, model.log.view(view.response).payload, false, error, secrets);
    if (!details || !details->error) return;
    heading(lines, "What is wrong");
    say(lines, sentence(details->error->what), Role::err);
    if (!details->error->why.empty()) say(lines, sentence(details->error->why), Role::text2);
    if (!details->error->fix.empty()) say(lines, sentence(details->error->fix), Role::ok);
}

bool of_handshake(Kind kind) {
    return kind == Kind::request || kind == Kind::response || kind == Kind::failed ||
           kind == Kind::open || kind == Kind::connecting;
}

//--- 5. the whole

WireLines lines_of(const InspectorContent& content) {
    WireLines lines;
    const wire::EventView& event = content.event;
    WireView& view = content.panel.wire;
    if (is_frame(event.kind)) {
        say_frame(lines, event);
        if (!event.details || !event.details->frames)
            say(lines, "Tools > Keep frame detail shows the frames of what follows.", Role::text3);
    } else if (of_handshake(event.kind)) {
        find_attempt(content.model, event, view);
        say_handshake(lines, content.model, view, content.panel.show_secrets);
    }
    return lines;
}

void draw_line(Frame& f, Rect row, const WireLine& line) {
    if (line.wrong) fill(f, row, Role::errbg);
    row.cut_left(f.px(12));
    row.cut_right(f.px(8));
    if (line.wrong) icon(f, Icon::cross, row.cut_right(f.px(14)), Role::err);
    const Rect whole = row;
    bool cut = false;
    if (!line.name.empty()) {
        text(f, row.cut_left(f.px(96)), Face::words, Role::text3, line.name);
        row.cut_left(text(f, row, Face::mono, line.role, line.value, Align::left, &cut) + f.px(14));
    } else {
        const Face face = line.heading ? Face::strong : line.words ? Face::words : Face::mono;
        const Role role = line.heading ? Role::text2 : line.role;
        row.cut_left(text(f, row, face, role, line.value, Align::left, &cut) + f.px(14));
    }
    bool meaning_cut = line.meaning.empty() ? false : row.w < f.px(60);
    if (!line.meaning.empty() && !meaning_cut)
        text(f, row, Face::small, line.wrong ? Role::err : Role::text3, line.meaning, Align::left,
             &meaning_cut);
    const bool under = whole.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered();
    if (!under || (!cut && !meaning_cut)) return;
    tooltip(f, line.meaning.empty() ? line.value : line.value + "\n" + sentence(line.meaning));
}

} // namespace

void draw_inspector_wire(Frame& f, const InspectorContent& content) {
    WireView& view = content.panel.wire;
    if (view.made_for != content.event.id) view.scroll.first = 0;
    view.made_for = content.event.id;
    const WireLines lines = lines_of(content);
    if (lines.empty()) {
        empty_state(f, content.place, "Nothing crossed the wire",
                    "This event is about the connection itself.");
        return;
    }
    Rect rest = content.place;
    rest.cut_top(f.px(6));
    rest = scrolled(f, rest, "Wire scroll bar", lines.size(), &view.scroll);
    for (std::uint64_t i = 0; i < view.scroll.shown && view.scroll.first + i < lines.size(); ++i)
        draw_line(f, rest.cut_top(f.px(kInspectorRow)),
                  lines[static_cast<std::size_t>(view.scroll.first + i)]);
}

} // namespace ui

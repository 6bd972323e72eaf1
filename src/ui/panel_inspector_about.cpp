// What is known of the selected event's type: the catalogue's words, its fields, those that are
// missing or of an unexpected kind in this message, and the clock of its timestamp.
#include <algorithm>

#include "base/text.h"
#include "model/field_check.h"
#include "ui/panel_inspector.h"
#include "wire/catalogue.h"
#include "wire/envelope.h"

namespace ui {
namespace {

struct AboutLine {
    std::string words;
    Role role = Role::text;
    Face face = Face::words;
    float above = 0; ///< logical
    bool warns = false;
};
using Lines = std::vector<AboutLine>;

std::string origin_words(const wire::MessageType& type) {
    return std::string(type.command ? "A command to the backend" : "An event from the backend") +
           ", described in: " + wire::word(type.where) +
           (type.bare ? ". Comes without version, seq and timestamp" : "") +
           (type.by_clock ? ". Comes by the clock, caused by nothing" : "") + ".";
}

/// What of this very message is not as the catalogue has it.
void say_faults(Lines& lines, const std::vector<model::FieldFault>& faults) {
    if (faults.empty()) {
        lines.push_back({"All its fields are there, each of the kind that is expected.", Role::ok,
                         Face::words, 6});
        return;
    }
    lines.push_back({"In this message", Role::text2, Face::strong, 6});
    for (const model::FieldFault& fault : faults) {
        const bool unknown = fault.is == model::FieldFault::Is::unknown;
        lines.push_back({fault.path + "  " + fault.words, unknown ? Role::text2 : Role::warn,
                         Face::mono, 0, !unknown});
    }
}

void say_clock(Lines& lines, const wire::EventView& event) {
    const wire::EnvelopeHead head = wire::read_envelope(event.payload.substr(0, 256u << 10));
    const std::string clock = model::clock_words(head.timestamp_raw, event.wall_ns);
    if (clock.empty()) return;
    lines.push_back({"Timestamp", Role::text2, Face::strong, 6});
    lines.push_back({std::string(head.timestamp_raw) + "  " + clock, Role::text, Face::mono});
    const bool monotonic =
        wire::clock_kind_of(head.timestamp_raw, event.wall_ns) == wire::ClockKind::monotonic;
    lines.push_back({monotonic
                         ? "Seconds of the sender's machine since some start: no date can be made "
                           "of it. The time of arrival is this machine's own."
                         : "Against the arrival at this machine: the way here and the difference "
                           "of the two clocks, together.",
                     Role::text3});
}

void say_fields(Lines& lines, const wire::MessageType& type) {
    lines.push_back({"Fields", Role::text2, Face::strong, 6});
    if (type.fields.count == 0) lines.push_back({"None: data is {}.", Role::text3});
    for (const wire::Field& field : type.fields) {
        std::string kind = wire::word(field.kind);
        if (!field.unit.empty()) kind += ", " + std::string(field.unit);
        if (field.optional) kind += ", optional";
        lines.push_back({std::string(field.path) + "  " + kind, Role::f_tts, Face::mono});
        if (!field.description.empty()) lines.push_back({sentence(field.description), Role::text2});
    }
}

const char* kind_words(wire::Kind kind) {
    switch (kind) {
    case wire::Kind::text: return "Not in the catalogue of what Coda speaks.";
    case wire::Kind::binary: return "A binary message: bytes that are no text.";
    case wire::Kind::ping:
        return "A Ping: the other side answers it with a Pong of the same bytes (RFC 6455, 5.5.2).";
    case wire::Kind::pong: return "A Pong: the answer to a Ping (RFC 6455, 5.5.3).";
    case wire::Kind::close:
        return "A Close frame: the closing handshake, as sent or received (RFC 6455, 5.5.1).";
    case wire::Kind::connecting:
        return "An attempt to connect begins: name lookup, then TCP, then TLS for wss, then the "
               "handshake.";
    case wire::Kind::request:
        return "The head of the handshake's request, as it went over the wire (RFC 6455, 4.1).";
    case wire::Kind::response:
        return "The head of the server's answer, as it came over the wire (RFC 6455, 4.2.2).";
    case wire::Kind::open: return "The handshake is whole: messages can be sent and received.";
    case wire::Kind::failed: return "The attempt failed; the text says in which phase and why.";
    case wire::Kind::closed: return "The session has ended.";
    case wire::Kind::retry:
        return "Another attempt follows by itself. The delay is random up to a limit that doubles "
               "each time, so that many clients do not come back at once.";
    case wire::Kind::refused:
        return "A message that was not sent; the text says why and what to do.";
    default: return "A note.";
    }
}

Lines lines_of(const InspectorContent& content) {
    Lines lines;
    const wire::MessageType* type = known_type(content.model, content.event);
    if (!type) {
        lines.push_back({kind_words(content.event.kind), Role::text2});
        if (content.event.kind == wire::Kind::text) say_clock(lines, content.event);
        return lines;
    }
    lines.push_back({std::string(type->description)});
    lines.push_back({origin_words(*type), Role::text3});
    say_faults(lines, content.panel.about.faults);
    say_clock(lines, content.event);
    say_fields(lines, *type);
    return lines;
}

void check_once(const InspectorContent& content) {
    AboutView& view = content.panel.about;
    if (view.made_for == content.event.id) return;
    view = {};
    view.made_for = content.event.id;
    if (const wire::MessageType* type = known_type(content.model, content.event))
        view.faults =
            model::check_fields(*type, model::json_tree(content.event.payload, 1u << 20, 20'000));
}

} // namespace

void draw_inspector_about(Frame& f, const InspectorContent& content) {
    check_once(content);
    Scroll& scroll = content.panel.about.scroll;
    const Rect& place = content.place;
    const float line_height = f.px(kInspectorRow);
    f.list->PushClipRect(place.min(), place.max(), true);
    Rect rest = place.inset(f.px(12), 0);
    rest.cut_right(f.px(14));
    const float top = rest.y + f.px(8) - static_cast<float>(scroll.first) * line_height;
    float y = top;
    for (const AboutLine& line : lines_of(content)) {
        y += f.px(line.above);
        Rect box{rest.x, y, rest.w, 1e6f};
        if (line.warns) {
            icon(f, Icon::triangle, {box.x, y, f.px(14), line_height}, Role::warn);
            box.cut_left(f.px(20));
        }
        y += text_wrapped(f, box, line.face, line.role, line.words, line_height);
        y += line.face == Face::mono || line.face == Face::strong ? 0 : f.px(5);
    }
    f.list->PopClipRect();
    const auto total = static_cast<std::uint64_t>((y - top) / line_height) + 1;
    scrolled(f, place, "About scroll bar", total, &scroll);
}

} // namespace ui

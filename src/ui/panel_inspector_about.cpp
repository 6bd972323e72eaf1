// What is known of the selected event's type: the catalogue's words, its fields, those that are
// missing or of an unexpected kind in this message, and the clock of its timestamp.
#include <algorithm>

#include "base/text.h"
#include "model/field_check.h"
#include "ui/panel_inspector.h"
#include "wire/catalogue.h"
#include "wire/close_code.h"
#include "wire/envelope.h"

namespace ui {
namespace {

struct AboutLine {
    std::string words;
    Role role = Role::text;
    Face face = Face::words;
    bool above = false; ///< an empty line stands above it
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
void say_faults(Lines& lines, const std::vector<model::MessageFault>& faults) {
    if (faults.empty()) {
        lines.push_back({"All its fields are there, each of the kind that is expected.", Role::ok,
                         Face::words, true});
        return;
    }
    lines.push_back({"In this message", Role::text2, Face::strong, true});
    for (const model::MessageFault& fault : faults) {
        const bool unknown = fault.is == model::MessageFault::Is::unknown;
        lines.push_back({fault.path + "  " + fault.words, unknown ? Role::text2 : Role::warn,
                         Face::mono, false, !unknown});
    }
}

void say_clock(Lines& lines, const wire::EventView& event) {
    const wire::EnvelopeHead head = wire::read_envelope(event.payload.substr(0, 256u << 10));
    const std::string clock = model::clock_words(head.timestamp_raw, event.wall_ns);
    if (clock.empty()) return;
    lines.push_back({"Timestamp", Role::text2, Face::strong, true});
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
    lines.push_back({"Fields", Role::text2, Face::strong, true});
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

//--- how a session ended

void say_ending(Lines& lines, const wire::EventView& event) {
    const wire::Details* const d = event.details;
    if (!d) return;
    const std::string code = d->code == 0 ? "No code" : std::to_string(d->code);
    lines.push_back({code + ", " + wire::close_code_name(d->code), Role::text, Face::strong, true});
    lines.push_back({wire::close_code_meaning(d->code)});
    if (!d->reason.empty()) lines.push_back({"Reason: " + d->reason});
    if (event.kind != wire::Kind::closed) return;
    const char* const who = d->by == wire::By::us     ? "Closed by us"
                            : d->by == wire::By::peer ? "Closed by the server"
                                                      : "Nobody closed it";
    lines.push_back(
        {std::string(who) + (d->clean ? ", and the closing handshake was whole: both Close frames "
                                        "crossed (RFC 6455, 7.1.4)."
                                      : ", and the closing handshake was not whole (RFC 6455, "
                                        "7.1.4)."),
         d->clean ? Role::ok : Role::warn, Face::words, true});
    if (!d->error) return;
    lines.push_back({sentence(d->error->what) + ".", Role::err});
    if (!d->error->why.empty()) lines.push_back({sentence(d->error->why) + "."});
    if (!d->error->fix.empty()) lines.push_back({sentence(d->error->fix) + ".", Role::ok});
}

//--- what TLS agreed, and with whom

void say_certificate(Lines& lines, const wire::CertificateInfo& certificate, bool first) {
    lines.push_back(
        {first ? "Certificate of the server" : "Signed by", Role::text2, Face::strong, true});
    lines.push_back({certificate.subject, Role::text, Face::mono});
    if (!certificate.names.empty()) lines.push_back({"Names  " + certificate.names});
    lines.push_back({"Signed by  " + certificate.issuer});
    lines.push_back({"Valid from  " + certificate.from + "  to  " + certificate.to});
    lines.push_back({"SHA-256  " + certificate.fingerprint, Role::text2});
}

void say_tls(Lines& lines, const wire::TlsInfo& tls) {
    lines.push_back({"TLS", Role::text2, Face::strong, true});
    lines.push_back({tls.version + ", " + tls.cipher, Role::text, Face::mono});
    lines.push_back({tls.server_name.empty() ? "No server name was sent: an address was dialled."
                                             : "Server name sent (SNI)  " + tls.server_name});
    if (tls.wrong.empty())
        lines.push_back({"The certificate was accepted.", Role::ok});
    else
        lines.push_back({"Let through all the same (--insecure)", Role::err, Face::strong, true});
    for (const std::string& wrong : tls.wrong)
        lines.push_back({sentence(wrong) + ".", Role::err, Face::words, false, true});
    for (std::size_t i = 0; i < tls.chain.size(); ++i) say_certificate(lines, tls.chain[i], i == 0);
}

Lines lines_of(const InspectorContent& content) {
    Lines lines;
    const wire::MessageType* type = known_type(content.model, content.event);
    if (!type) {
        lines.push_back({kind_words(content.event.kind), Role::text2});
        if (content.event.kind == wire::Kind::text) say_clock(lines, content.event);
        if (content.event.kind == wire::Kind::close || content.event.kind == wire::Kind::closed)
            say_ending(lines, content.event);
        if (content.event.details && content.event.details->tls)
            say_tls(lines, *content.event.details->tls);
        return lines;
    }
    lines.push_back({std::string(type->description)});
    lines.push_back({origin_words(*type), Role::text3});
    say_faults(lines, content.panel.about.faults);
    say_clock(lines, content.event);
    say_fields(lines, *type);
    return lines;
}

/// Made once for an event and a width.
void make(Frame& f, const InspectorContent& content, float width) {
    AboutView& view = content.panel.about;
    if (view.made_for != content.event.id) {
        view = {};
        view.made_for = content.event.id;
        if (const wire::MessageType* type = known_type(content.model, content.event))
            view.faults = model::check_fields(
                *type, model::json_tree(content.event.payload, 1u << 20, 20'000));
    } else if (view.made_width == width) {
        return;
    }
    view.made_width = width;
    view.lines = {};
    for (const AboutLine& line : lines_of(content)) {
        if (line.above && view.lines.size() > 0) append_text(view.lines, "", Role::text, 8);
        const ImFont* const font = font_of(f, line.face);
        append_words(
            view.lines, (line.warns ? "⚠ " : "") + line.words, line.role, line.face,
            [&](std::string_view words) {
                const char* const end = words.data() + words.size();
                const char* const stop = font->CalcWordWrapPositionA(1, words.data(), end, width);
                return std::max<std::size_t>(1, static_cast<std::size_t>(stop - words.data()));
            });
    }
}

} // namespace

void draw_inspector_about(Frame& f, const InspectorContent& content) {
    Rect rest = content.place;
    rest.cut_top(f.px(6));
    make(f, content, rest.w - f.px(12) * 2 - f.px(14));
    AboutView& view = content.panel.about;
    const std::uint64_t total = view.lines.size();
    rest = scrolled(f, rest, "About scroll bar", total, &view.scroll);
    rest.cut_left(f.px(12));
    for (std::uint64_t i = 0; i < view.scroll.shown && view.scroll.first + i < total; ++i)
        draw_text_line(f, rest.cut_top(f.px(kInspectorRow)), view.lines, view.scroll.first + i);
}

} // namespace ui

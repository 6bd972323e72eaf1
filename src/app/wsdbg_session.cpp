#include "app/wsdbg_session.h"

#include "app/output.h"
#include "app/terminal.h"
#include "base/text.h"
#include "net/url.h"

namespace app {
namespace {

/// Close, end of TCP (CONTRACT.md: 5 s and 1 s), and some time for the news to get here.
constexpr std::int64_t kCloseNs = 7 * base::kSecond;
constexpr std::int64_t kCutNs = 1 * base::kSecond;

std::string tally_text(const Tally& tally, const char* direction) {
    return counted(tally.messages, "message") + ' ' + direction + " (" +
           base::size_text(tally.bytes) + ")";
}

/// A Close that says that all went as intended (CONTRACT.md, echo).
bool good_code(int code) { return code == 0 || code == 1000 || code == 1001; }

} // namespace

Session::Session(EventPump& pump, const wire::LinkOptions& options, wire::EventQueue::Limits queue)
    : engine_(net::EngineOptions{queue, pump.wake()}) {
    engine_.connect(kLink, options);
}

void Session::see(const wire::Event& event) {
    if (event.kind == wire::Kind::status) {
        if (event.details && event.details->link) phase_ = event.details->link->phase;
        return;
    }
    if (wire::is_message(event.kind)) {
        Tally& tally = event.dir == wire::Dir::out ? out_ : in_;
        ++tally.messages;
        tally.bytes += event.payload.size;
    }
    // Its status follows; until then the phase is that of the time before.
    if (event.kind == wire::Kind::connecting) phase_ = wire::Phase::resolving;
    dialled_ = true;
    if (event.kind == wire::Kind::open) ever_open_ = true;
    if (event.kind == wire::Kind::failed || event.kind == wire::Kind::closed) see_end(event);
}

void Session::see_end(const wire::Event& event) {
    static const wire::Details kNone;
    const wire::Details& details = event.details ? *event.details : kNone;
    const bool closed = event.kind == wire::Kind::closed;
    ended_well_ = closed && details.clean && !details.error && good_code(details.code);
    if (ended_well_) return;
    if (details.error)
        say(*details.error);
    else
        say(closed ? ending_sentence(details) : "the connection failed");
}

void Session::stop() {
    ++stops_;
    if (stops_ > 2) {
        give_up_ns_ = base::mono_now_ns();
        return;
    }
    engine_.disconnect(kLink);
    give_up_ns_ = base::mono_now_ns() + (stops_ == 1 ? kCloseNs : kCutNs);
}

bool Session::over() const {
    const bool at_rest = phase_ == wire::Phase::idle || phase_ == wire::Phase::failed;
    return (dialled_ && at_rest) || base::mono_now_ns() >= give_up_ns_;
}

std::string Session::summary() const {
    return tally_text(in_, "in") + ", " + tally_text(out_, "out") + ", " +
           base::duration_text(base::mono_now_ns() - started_.mono_ns);
}

void say_before_connecting(const wire::LinkOptions& options) {
    const base::Result<net::Url> url = net::url_from_text(options.url);
    if (url)
        for (const std::string& said : url.value().said) say("URL: " + said);
    if (options.insecure)
        say("WARNING: --insecure: any certificate is accepted. Nobody can tell who is at the other "
            "end or who reads along");
}

} // namespace app

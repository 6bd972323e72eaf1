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

Session::Session(EventPump& pump, wire::EventQueue::Limits queue)
    : engine_([&] {
          net::EngineOptions options;
          options.queue = queue;
          options.wake = pump.wake();
          options.recording_wake = [bell = bell_] { bell->ring(); };
          return options;
      }()),
      wake_(pump.wake()) {}

base::Status Session::record(capture::RecorderOptions options) {
    options.started = started_;
    options.changed = wake_;
    auto recorder = capture::Recorder::start(engine_.recording_events(), bell_, std::move(options));
    if (!recorder) return recorder.error();
    recorder_ = std::move(recorder.value());
    engine_.record(true);
    return {};
}

void Session::dial(const wire::LinkOptions& options) { engine_.connect(kLink, options); }

std::optional<std::string> Session::recording_news() {
    if (!recorder_) return std::nullopt;
    const wire::RecordingState state = recorder_->state();
    if (state.faults != faults_told_) {
        faults_told_ = state.faults;
        fault_stands_ = state.error.has_value();
        return base::one_line(state.last_error);
    }
    if (!fault_stands_ || state.error) return std::nullopt;
    fault_stands_ = false;
    return state.file + " is written again; " + counted(state.gap, "event") +
           (state.gap == 1 ? " is missing" : " are missing");
}

wire::RecordingState Session::recording() const {
    return recorder_ ? recorder_->state() : wire::RecordingState();
}

void Session::end_recording() {
    if (!recorder_) return;
    recorder_->finish();
    if (const auto news = recording_news()) say(*news);
}

std::string Session::recording_summary() const {
    if (!recorder_) return {};
    const wire::RecordingState state = recorder_->state();
    std::string text = ", " + counted(state.events, "event") + " in " + state.file;
    if (state.gap != 0) text += " (" + base::count_text(state.gap) + " missing)";
    if (state.hidden != 0) text += ", " + counted(state.hidden, "secret") + " replaced by marks";
    return text;
}

bool Session::recording_whole() const { return !recorder_ || wire::whole(recorder_->state()); }

bool Session::held_up() {
    constexpr std::uint64_t kLowBytes = 2u << 20;
    return engine_.send_queue_bytes(kLink) >= kHighBytes && engine_.arm_send(kLink, kLowBytes);
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

// wsdbg replay: what a capture sent is sent again, and with --expect its replies are held against
// what comes. The player decides; this is its connection, its clock and its voice.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/capture_output.h"
#include "app/filter_argument.h"
#include "app/output.h"
#include "app/replay_args.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "app/wsdbg_session.h"
#include "base/text.h"
#include "replay/player.h"
#include "replay/report.h"

namespace app {

const char* const kReplayHelp =
    R"(Usage: wsdbg replay CAPTURE URL [--speed X|max] [--expect] ...
Sends again what a capture sent; with --expect as a test: exit code 0 when all
that the capture received comes again, 1 when something is missing or different.

  --speed X|max        X times as fast as recorded (1), or as fast as possible
  --expect             each message goes out when all expected before it came
  --strict             further messages are failures too
  --strict-order       the order between types counts too
  --within SECONDS     the longest wait after each message (10)
  --ignore PATH        do not compare data.x, data.list[*].x, type:data.x
  --tolerance R        numbers agree when |a-b| <= R * max(|a|,|b|) (0)
  --junit FILE         a report for CI: a test case for each message sent
  --filter FILTER      only these events of the capture take part
Connection, as in tail: -H 'Name: value', --subprotocol P, --origin O,
  --insecure, --ca FILE, --cert FILE, --key FILE, --no-deflate, --no-auth,
  --ping-interval S, --connect-timeout S (10), --retry N|forever (0),
  --max-message BYTES

Example: wsdbg replay test.ndjson ws://localhost:8765 --expect --junit out.xml
)";

namespace {

constexpr std::size_t kMostTold = 20;

struct ReplayOptions {
    LinkArguments link;
    RulesArguments rules;
    std::string capture, junit, filter;
    replay::PlaySettings play;
    bool speed_given = false;
};

base::Error wrong(std::string line) { return {std::move(line), {}, {}}; }

std::string take_speed(const std::string& given, ReplayOptions* options) {
    options->speed_given = true;
    if (given == "max") {
        options->play.pace = wire::ReplayPace::max;
        return {};
    }
    double speed = 0;
    const char* const end = given.data() + given.size();
    const auto read = std::from_chars(given.data(), end, speed);
    constexpr double kLeast = 1e-6, kMost = 1e6;
    if (read.ec != std::errc() || read.ptr != end || !(speed >= kLeast && speed <= kMost))
        return "\"" + given + "\" is not a number from 0.000001 to 1000000, nor \"max\"";
    options->play.speed = speed;
    return {};
}

base::Status take_words(const std::vector<std::string>& words, ReplayOptions* options) {
    if (words.empty()) return wrong("the CAPTURE and the URL are missing");
    if (words.size() < 2)
        return wrong("the URL is missing, such as ws://localhost:8765, behind \"" + words[0] + '"');
    if (words.size() > 2)
        return wrong("\"" + words[2] + "\" is too much: there is one capture and one URL");
    options->capture = words[0];
    return options->link.finish_with(words[1]);
}

base::Status read_options(const std::vector<std::string>& given, ReplayOptions* options) {
    Arguments arguments;
    replay::PlaySettings& play = options->play;
    options->link.add_to(arguments);
    options->rules.add_to(arguments);
    arguments.option("--speed", [options](const std::string& v) { return take_speed(v, options); });
    arguments.flag("--expect", &play.expect);
    arguments.flag("--strict", &play.strict);
    arguments.flag("--strict-order", &play.strict_order);
    arguments.number("--within", &play.within_s, 0, 1e6);
    arguments.text("--junit", &options->junit);
    arguments.text("--filter", &options->filter);
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    if (const base::Status words = take_words(arguments.words(), options); !words) return words;
    if (!play.expect && play.strict) return wrong("--strict needs --expect beside it");
    if (!play.expect && play.strict_order) return wrong("--strict-order needs --expect beside it");
    if (play.expect) play.pace = wire::ReplayPace::cause;
    play.rules = options->rules.rules;
    // A session that was lost is an answer: the rest is not sent to another one.
    options->link.options.retry_after_open = 0;
    options->link.options.max_send_queue = Session::kHighBytes + replay::kMostRecordedBytes;
    return {};
}

base::Error of_junit(base::Error error) {
    error.what = "--junit: " + error.what;
    return error;
}

class Replay {
public:
    Replay(EventPump& pump, const ReplayOptions& options, replay::Recording recording, bool damaged)
        : pump_(pump), options_(options), damaged_(damaged),
          player_(std::move(recording), options.play), session_(pump) {}

    /// `junit`: where the report goes, or null.
    int run(Replacement* junit) {
        session_.dial(options_.link.options);
        while (!session_.over()) {
            const base::Stamp now = base::stamp_now(); // before what happened until then is told
            const bool all_told =
                session_.take_events([this](const wire::Event& event) { take(event); });
            if (all_told) advance(now);
            tell_decided();
            if (session_.over()) break;
            if (all_told) sleep();
        }
        if (!player_.over()) player_.stop({"the connection ended before the replay did", {}, {}});
        tell_decided();
        return report(junit);
    }

private:
    void take(const wire::Event& event) {
        session_.see(event);
        if (event.kind == wire::Kind::failed) {
            // Not the end while other attempts follow.
            failure_ = event.details ? event.details->error : std::nullopt;
            return;
        }
        if (session_.stopping()) return;
        const bool went_on = !player_.over();
        player_.see(wire::view_of(event));
        // The session has said what was wrong with its end.
        const bool ended = event.kind == wire::Kind::closed && !session_.ended_well();
        told_error_ = told_error_ || (went_on && player_.over() && ended);
    }

    void advance(base::Stamp now) {
        if (session_.over() && failure_ && !player_.over()) {
            told_error_ = true; // by the session
            player_.stop(*failure_);
        }
        while (!player_.over()) {
            if (session_.held_up()) {
                wait_for_room(now.mono_ns);
                break;
            }
            unsent_ = 0;
            replay::Order order = player_.next(now);
            if (order.is == replay::Order::Is::wait) break;
            if (order.is == replay::Order::Is::end) break;
            session_.engine().send(Session::kLink,
                                   order.binary ? net::Opcode::binary : net::Opcode::text,
                                   std::move(order.payload));
        }
        if (player_.over() && !session_.stopping() && !session_.over()) session_.stop();
    }

    /// Nothing more is sent while the server does not read, and that not forever.
    void wait_for_room(std::int64_t now_ns) {
        const std::uint64_t unsent = session_.engine().send_queue_bytes(Session::kLink);
        if (unsent_ == 0 || unsent < unsent_) {
            unsent_ = unsent;
            room_due_ns_ = now_ns + std::llround(options_.play.within_s * 1e9);
        } else if (now_ns >= room_due_ns_) {
            char seconds[32];
            std::snprintf(seconds, sizeof seconds, "%g s", options_.play.within_s);
            player_.stop({std::string("timed out: the server has read nothing for ") + seconds,
                          base::size_text(unsent) + " wait to be sent",
                          "look why the server stands still; --within waits longer"});
        }
    }

    /// Each message once it is decided.
    void tell_decided() {
        const wire::ReplayState& state = player_.state();
        if (!options_.play.expect) return;
        while (told_ < state.sends.size() && state.sends[told_].decided) {
            say(replay::send_line(state, told_));
            ++told_;
        }
    }

    void sleep() {
        // What is due waits for room, and the engine wakes for that.
        const std::int64_t due_ns = unsent_ != 0 ? room_due_ns_ : player_.due_ns();
        const std::int64_t deadline = session_.stopping() ? session_.give_up_ns() : due_ns;
        if (pump_.wait(session_.events(), deadline) != Woke::signal) return;
        player_.stop({"interrupted", {}, {}});
        session_.stop();
    }

    int report(Replacement* junit) {
        const wire::ReplayState& state = player_.state();
        if (state.error && !told_error_) say(*state.error);
        if (options_.play.expect)
            for (const std::string& line : replay::difference_lines(state, kMostTold)) say(line);
        say(replay::counts_line(state) + ", " +
            base::duration_text(base::mono_now_ns() - session_.started().mono_ns));
        if (damaged_) say("the capture is damaged: what its damaged lines held was not tested");
        bool good = wire::passed(state) && !damaged_;
        if (junit != nullptr) {
            const double seconds =
                static_cast<double>(base::mono_now_ns() - session_.started().mono_ns) / 1e9;
            const replay::JunitHead head{
                std::filesystem::path(options_.capture).filename().string(),
                session_.started().wall_ns, seconds};
            base::Status wrote = junit->write(replay::junit_xml(state, head));
            if (wrote) wrote = junit->finish();
            if (!wrote) {
                say(of_junit(wrote.error()));
                good = false;
            }
        }
        return good ? kDone : kNo;
    }

    EventPump& pump_;
    const ReplayOptions& options_;
    const bool damaged_; ///< lines of the capture were lost
    replay::Player player_;
    Session session_;
    std::optional<base::Error> failure_; ///< of the newest attempt
    std::size_t told_ = 0;               ///< messages whose end was said
    bool told_error_ = false;
    std::uint64_t unsent_ = 0; ///< bytes that are waited for before more is sent
    std::int64_t room_due_ns_ = 0;
};

void say_about(const replay::Recording& recording, const ReplayOptions& options) {
    if (recording.connections > 1)
        say("the capture has " + counted(recording.connections, "connection") +
            " with messages: all are played on one. --filter 'conn == 1' takes the first");
    if (recording.other_openings != 0)
        say(counted(recording.other_openings, "message") +
            " that came first on another connection than the first cannot be expected");
    if (recording.refused != 0)
        say(counted(recording.refused, "message") +
            " of the capture was not sent when it was recorded, and is not sent now");
    if (recording.sends.empty()) say("the capture has no message to send");
    if (options.play.expect && options.speed_given)
        say("--speed has no effect with --expect: each message waits for what is expected");
}

} // namespace

int run_replay(const Invocation& invocation) {
    ReplayOptions options;
    if (const base::Status read = read_options(invocation.arguments, &options); !read) {
        say("replay: " + base::one_line(read.error()));
        return kUsage;
    }
    const std::optional<model::Filter> filter = filter_argument("replay: --filter", options.filter);
    if (!filter) return kUsage;
    replay::RecordingMaker::Keep keep;
    EventContext context(asks_for(*filter, model::Field::rtt));
    if (!filter->everything())
        keep = [&](wire::EventView event) {
            context.fill(&event);
            return filter->matches(event);
        };
    std::vector<std::string> said;
    bool damaged = false;
    auto recording =
        replay::read_recording(options.capture, replay::RecordingMaker(keep), &said, &damaged);
    for (const std::string& line : said) say(line);
    if (!recording) {
        say(recording.error());
        return kNo;
    }
    // Behind the reading, which signals end as everywhere; before any thread, which inherits its
    // signal mask.
    auto pump = EventPump::create();
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    std::unique_ptr<Replacement> junit; // now, to say early that it cannot be written
    if (!options.junit.empty()) {
        auto created = Replacement::create(options.junit, 0666);
        if (!created) {
            say(of_junit(created.error()));
            return kNo;
        }
        junit = std::move(created.value());
    }
    say_about(recording.value(), options);
    say_before_connecting(options.link.options);
    return Replay(*pump.value(), options, std::move(recording.value()), damaged).run(junit.get());
}

} // namespace app

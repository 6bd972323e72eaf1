// wsdbg send: messages to a server, and the answer that is waited for.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>
#include <optional>

#include "app/filter_argument.h"
#include "app/output.h"
#include "app/terminal.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "app/wsdbg_session.h"
#include "base/text.h"
#include "capture/line_writer.h"
#include "capture/redact.h"
#include "replay/auth_gate.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace app {

const char* const kSendHelp =
    R"(Usage: wsdbg send URL [MESSAGE...] [--type T [--data JSON]] [--await FILTER] ...
Sends text messages, then closes; MESSAGE '-' reads lines from standard input.
Waits for Coda's authentication before. What begins with - goes behind --.

  --type T --data JSON  sends {"type":T,"data":JSON,"timestamp":now}; JSON is {}
                        when it is left out
  --await FILTER        waits for an event after the last message and prints its
                        payload; --timeout SECONDS: gives up after so long (10)
  --json                prints every event as a line of the capture format
  --redact              replaces tokens, passwords and cookies in it by marks
Connection:
  -H 'Name: value'      a request header (repeatable)
  --subprotocol P       offer one (repeatable); --origin O: the Origin header
  --insecure            accept any certificate; --ca FILE: trust these (PEM)
  --cert FILE --key FILE   show this client certificate (PEM)
  --no-deflate          do not offer compression
  --no-auth             do not answer Coda's auth_challenge
  --ping-interval S     send a Ping every S seconds
  --connect-timeout S   from name lookup to handshake, all together (10)
  --retry N|forever     attempts until it is connected (0)
  --max-message BYTES   the largest message taken (33554432)

Example: wsdbg send ws://localhost:8765 --type text_input \
           --data '{"text":"hi"}' --await 'type == latency_trace'
)";

namespace {

constexpr std::size_t kMostLine = 64u << 20;

struct SendOptions {
    LinkArguments link;
    std::vector<std::string> messages; ///< in order; "-": the lines of standard input
    std::string type, data;            ///< the composed one, behind the others
    bool reads_input = false;
    std::string await;
    bool awaits = false;
    double timeout_s = 10;
    bool json = false, redact = false;
};

base::Error wrong(std::string line) { return {std::move(line), {}, {}}; }

std::string take_data(const std::string& given, std::string* data) {
    if (const auto fault = wire::find_json_fault(given))
        return "it is not JSON: line " + std::to_string(fault->line) + ", column " +
               std::to_string(fault->column) + ": " + fault->message;
    *data = given;
    return {};
}

base::Status check_messages(const Arguments& arguments, SendOptions* options) {
    const std::vector<std::string>& words = arguments.words();
    options->messages.assign(words.begin() + 1, words.end());
    for (const std::string& message : options->messages) {
        if (message == "-") {
            if (options->reads_input) return wrong("MESSAGE - is given twice: there is one input");
            options->reads_input = true;
        }
        if (!base::utf8_valid(message))
            return wrong("the message \"" + message + "\" is not UTF-8, as text must be");
    }
    if (options->messages.empty() && options->type.empty() && !options->awaits)
        return wrong("there is nothing to send: write a MESSAGE, - or --type");
    return {};
}

base::Status read_options(const std::vector<std::string>& given, SendOptions* options) {
    Arguments arguments;
    options->link.add_to(arguments);
    arguments.option("--type", [options](const std::string& type) -> std::string {
        if (type.empty()) return "it must not be empty";
        if (!base::utf8_valid(type)) return "it is not UTF-8";
        options->type = type;
        return {};
    });
    arguments.option("--data",
                     [options](const std::string& v) { return take_data(v, &options->data); });
    arguments.option("--await", [options](const std::string& filter) -> std::string {
        options->awaits = true;
        options->await = filter;
        return {};
    });
    arguments.number("--timeout", &options->timeout_s, 0, 1e9);
    arguments.flag("--json", &options->json);
    arguments.flag("--redact", &options->redact);
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    if (arguments.words().empty()) {
        std::string url;
        return take_url(arguments, &url); // says what is missing
    }
    if (const base::Status link = options->link.finish_with(arguments.words()[0]); !link)
        return link;
    if (!options->data.empty() && options->type.empty())
        return wrong("--data needs --type beside it");
    if (arguments.given("--timeout") && !options->awaits)
        return wrong("--timeout needs --await beside it");
    // What was sent is never sent again by itself, on another connection.
    options->link.options.retry_after_open = 0;
    options->link.options.max_send_queue = Session::kHighBytes + kMostLine;
    return check_messages(arguments, options);
}

/// Lines of standard input, as they come.
class InputLines {
public:
    /// Reads what is there; call it when there is something.
    base::Status read() {
        const std::size_t before = buffer_.size();
        buffer_.resize(before + kPiece);
        const ssize_t got = ::read(STDIN_FILENO, buffer_.data() + before, kPiece);
        buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR && errno != EAGAIN)
            return base::Error{"standard input could not be read", std::strerror(errno), {}};
        if (got == 0) ended_ = true;
        if (buffer_.size() - taken_ > kMostLine + kPiece)
            return base::Error{"line " + std::to_string(number_ + 1) +
                                   " of standard input is longer "
                                   "than " +
                                   base::size_text(kMostLine),
                               "a message is held whole before it is sent", "send shorter lines"};
        return {};
    }
    /// The next whole line, without its end; the last one may have none.
    bool next(std::string* line) {
        const std::size_t end = buffer_.find('\n', std::max(taken_, searched_));
        searched_ = end == std::string::npos ? buffer_.size() : end;
        if (end == std::string::npos && (!ended_ || taken_ == buffer_.size())) return false;
        *line = buffer_.substr(taken_, end == std::string::npos ? end : end - taken_);
        taken_ = end == std::string::npos ? buffer_.size() : end + 1;
        ++number_;
        if (taken_ > kPiece) {
            buffer_.erase(0, taken_);
            taken_ = searched_ = 0;
        }
        return true;
    }
    bool ended() const { return ended_ && taken_ == buffer_.size(); }
    std::size_t number() const { return number_; }

private:
    static constexpr std::size_t kPiece = 64u << 10;
    std::string buffer_;
    std::size_t taken_ = 0, searched_ = 0;
    std::size_t number_ = 0;
    bool ended_ = false;
};

class Send {
public:
    Send(EventPump& pump, const SendOptions& options, model::Filter await)
        : pump_(pump), options_(options), await_(std::move(await)), session_(pump) {
        pump_.watch_hang_up(output_.pipe_fd());
        if (options_.redact) redactor_.emplace();
    }

    int run() {
        session_.dial(options_.link.options);
        while (!session_.over()) {
            const std::int64_t now = base::mono_now_ns(); // before what happened until then is told
            const bool all_told =
                session_.take_events([this](const wire::Event& event) { take(event); });
            if (all_told) advance(now);
            hand_over();
            if (session_.over()) break;
            if (all_told) sleep();
        }
        session_.take_rest([this](const wire::Event& event) {
            take(event);
            if (output_.buffer().size() >= kFlushAt) write_out();
        });
        write_out();
        say(session_.summary());
        return exit_code();
    }

private:
    static constexpr std::size_t kMostHeld = 4u << 20;
    static constexpr std::size_t kFlushAt = 64u << 10;

    //--- what happens

    void take(const wire::Event& event) {
        session_.see(event);
        if (event.kind == wire::Kind::status) return;
        const wire::EventView view = whole_view(event);
        gate_.see(view);
        if (event.kind == wire::Kind::refused) take_refused(event);
        const bool ours = take_sent(view);
        if (ours) forget_found();
        show(view);
        if (!ours) look_at(view);
        if (event.kind == wire::Kind::closed || event.kind == wire::Kind::failed) ended_ = true;
        if (event.kind == wire::Kind::connecting) ended_ = false;
    }

    /// With all that a filter may ask for.
    wire::EventView whole_view(const wire::Event& event) {
        wire::EventView view = wire::view_of(event);
        view.id = ++seen_;
        view.start_mono_ns = session_.started().mono_ns;
        context_.fill(&view);
        return view;
    }

    /// The first of the messages under way that came back as sent.
    bool take_sent(const wire::EventView& event) {
        const bool message = wire::is_message(event.kind) && event.dir == wire::Dir::out;
        if (!message || under_way_.empty() || under_way_.front() != event.payload) return false;
        under_way_.pop_front();
        ++sent_;
        return true;
    }

    void take_refused(const wire::Event& event) {
        const bool ours = !under_way_.empty() && under_way_.front() == event.payload.view();
        if (ours && event.details && event.details->error) fail(*event.details->error);
    }

    void show(const wire::EventView& event) {
        if (!options_.json || over_ || mute_) return;
        std::string& lines = found_ && !flooded_ ? held_ : output_.buffer();
        capture::append_line(lines, redactor_ ? redactor_->redact(event) : event, event.id,
                             session_.started().mono_ns);
        if (held_.size() < kMostHeld) return;
        flooded_ = true;
        output_.buffer() += held_;
        held_.clear();
    }

    /// An event after the message that was sent last so far. More may come from standard input:
    /// until that has ended, what was found is kept.
    void look_at(const wire::EventView& event) {
        if (!options_.awaits || found_ || over_ || !under_way_.empty() || !began_) return;
        if (!await_.matches(event)) return;
        found_ = true;
        found_payload_.reset();
        if (!event.has_payload) return;
        found_payload_ = redactor_ ? redactor_->redact(event).payload : event.payload;
    }

    void forget_found() {
        if (!found_) return;
        found_ = false;
        output_.buffer() += held_;
        held_.clear();
    }

    //--- what is to be done

    void advance(std::int64_t now) {
        if (over_) return;
        gate_.tick(now);
        if (gate_.stage() == replay::AuthGate::Stage::refused) {
            fail({"the authentication failed, nothing was sent", gate_.why(), {}});
            return;
        }
        if (ended_) {
            finish_ended();
            return;
        }
        if (gate_.stage() == replay::AuthGate::Stage::challenged &&
            !options_.link.options.auto_auth && !told_no_auth_) {
            told_no_auth_ = true;
            say("the server asks for authentication, and --no-auth leaves that unanswered: nothing is "
                "sent before auth_result");
        }
        if (gate_.stage() != replay::AuthGate::Stage::passed) return;
        began_ = true;
        feed();
        if (over_ || !all_ordered() || !under_way_.empty()) return;
        if (!options_.awaits) {
            done();
        } else if (found_) {
            print_found();
            done();
        } else if (await_until_ns_ == EventPump::kNever) {
            await_until_ns_ = now + static_cast<std::int64_t>(options_.timeout_s * 1e9);
        } else if (now >= await_until_ns_) {
            char seconds[32];
            std::snprintf(seconds, sizeof seconds, "%g s", options_.timeout_s);
            fail({std::string("timed out: nothing that passes --await came within ") + seconds,
                  {},
                  {}});
        }
    }

    bool all_ordered() const { return next_ == options_.messages.size() && typed_; }

    /// Orders messages while there is room for them.
    void feed() {
        while (!over_ && !all_ordered()) {
            held_up_ = session_.held_up();
            if (held_up_) return;
            if (next_ == options_.messages.size()) {
                if (!options_.type.empty())
                    order(
                        wire::compose_envelope(options_.type, options_.data, base::wall_now_ns()));
                typed_ = true;
            } else if (options_.messages[next_] != "-") {
                order(options_.messages[next_++]);
            } else if (!feed_line()) {
                return;
            }
        }
    }

    /// False when there is no whole line yet.
    bool feed_line() {
        std::string line;
        if (input_.next(&line)) {
            if (base::utf8_valid(line)) {
                order(std::move(line));
            } else {
                fail({"line " + std::to_string(input_.number()) + " of standard input is not UTF-8",
                      "a text message must be",
                      {}});
            }
            return true;
        }
        if (!input_.ended()) return false;
        ++next_;
        return true;
    }

    void order(std::string message) {
        under_way_.push_back(message);
        session_.engine().send(Session::kLink, net::Opcode::text, std::move(message));
    }

    void print_found() {
        held_.clear();
        if (options_.json || !found_payload_) return;
        output_.buffer() += output_.terminal() ? shown_text(*found_payload_) : *found_payload_;
        output_.buffer() += '\n';
    }

    void done() {
        if (options_.awaits) over_ = true; // the awaited event is the last that is shown
        succeeded_ = true;
        if (!session_.stopping()) session_.stop();
    }

    void fail(const base::Error& error) {
        if (failed_) return;
        say(error);
        failed_ = over_ = true;
        if (!session_.stopping() && !ended_) session_.stop();
    }

    /// The connection ended by itself; its end may be what was awaited.
    void finish_ended() {
        if (succeeded_ || over_) return;
        const bool all_sent = all_ordered() && under_way_.empty();
        if (options_.awaits && all_sent && found_) {
            print_found();
            succeeded_ = over_ = true;
        } else if (session_.ever_open()) {
            fail({all_sent ? "the connection ended, and nothing that passes --await had come"
                           : "the connection ended before all was sent",
                  counted(sent_, "message") + " sent",
                  {}});
        }
    }

    //--- waiting

    void hand_over() { write_until(deadline()); }

    /// Without a signal the reader of standard output may be as slow as it likes.
    void write_out() {
        while (!mute_ && !output_.buffer().empty()) write_until(EventPump::kNever);
    }

    void write_until(std::int64_t deadline_ns) {
        if (output_.buffer().empty() || mute_) return;
        switch (output_.flush(pump_, std::min(deadline_ns, patience_ns_))) {
        case Output::Flow::ok: break;
        case Output::Flow::closed: mute_ = true; break;
        case Output::Flow::interrupted:
            if (base::mono_now_ns() >= patience_ns_) {
                mute_ = true;
                say("nobody read standard output: its last " +
                    base::size_text(output_.buffer().size()) + " were not written");
            } else if (base::mono_now_ns() < deadline_ns) {
                interrupt();
            }
            break;
        case Output::Flow::failed:
            mute_ = true;
            fail(output_.fault());
            break;
        }
    }

    std::int64_t deadline() const {
        if (session_.stopping()) return session_.give_up_ns();
        return std::min(gate_.due_ns(), await_until_ns_);
    }

    void sleep() {
        const bool passed = gate_.stage() == replay::AuthGate::Stage::passed;
        const bool reads = passed && !over_ && !held_up_ && next_ < options_.messages.size() &&
                           options_.messages[next_] == "-";
        pump_.watch_input(reads ? STDIN_FILENO : -1);
        switch (pump_.wait(session_.events(), deadline())) {
        case Woke::signal: interrupt(); break;
        case Woke::ready:
            if (const base::Status read = input_.read(); !read) fail(read.error());
            break;
        case Woke::hung_up:
            pump_.watch_hang_up(-1);
            mute_ = true;
            break;
        case Woke::deadline:
        case Woke::wake: break;
        }
    }

    void interrupt() {
        if (patience_ns_ == EventPump::kNever) patience_ns_ = base::mono_now_ns() + base::kSecond;
        if (!failed_ && !succeeded_) {
            say("interrupted: " + counted(sent_, "message") + " sent");
            failed_ = over_ = true;
        }
        session_.stop();
    }

    int exit_code() const {
        if (failed_ || !succeeded_) return kNo;
        // Both Close frames crossed: the server has read all that was sent before.
        return options_.awaits || session_.ended_well() ? kDone : kNo;
    }

    EventPump& pump_;
    const SendOptions& options_;
    model::Filter await_;
    Output output_;
    Session session_;
    replay::AuthGate gate_;
    InputLines input_;

    std::size_t next_ = 0; ///< of the messages given
    bool typed_ = false;   ///< the composed one was ordered, or there is none
    std::deque<std::string> under_way_;
    std::uint64_t sent_ = 0, seen_ = 0;
    EventContext context_{asks_for(await_, model::Field::rtt)};
    std::optional<capture::Redactor> redactor_;
    bool held_up_ = false, told_no_auth_ = false;

    bool began_ = false;   ///< messages may be sent
    bool found_ = false;   ///< the awaited event came, behind the message sent last so far
    bool flooded_ = false; ///< too much came behind it to be held
    std::optional<std::string> found_payload_;
    std::string held_; ///< lines behind the event that was found
    std::int64_t await_until_ns_ = EventPump::kNever;

    bool over_ = false; ///< nothing more is shown or sent
    bool succeeded_ = false, failed_ = false, ended_ = false, mute_ = false;
    std::int64_t patience_ns_ = EventPump::kNever; ///< with a slow reader, once a signal came
};

} // namespace

int run_send(const Invocation& invocation) {
    SendOptions options;
    if (const base::Status read = read_options(invocation.arguments, &options); !read) {
        say("send: " + base::one_line(read.error()));
        return kUsage;
    }
    const std::optional<model::Filter> await = filter_argument("send: --await", options.await);
    if (!await) return kUsage;
    auto pump = EventPump::create(); // before any thread, which inherits its signal mask
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    say_before_connecting(options.link.options);
    return Send(*pump.value(), options, *await).run();
}

} // namespace app

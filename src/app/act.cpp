#include "app/act.h"

#include <algorithm>
#include <concepts>
#include <utility>
#include <variant>

#include "app/act_files.h"
#include "app/check_report.h"
#include "app/compose.h"
#include "app/drain.h"
#include "base/text.h"
#include "model/filter_parser.h"
#include "model/settings.h"
#include "wire/close_code.h"
#include "wire/json_text.h"

namespace app {
namespace {

using model::Connection;
using model::Model;
using model::Severity;

constexpr std::size_t kMaxCloseReason = 123; // RFC 6455 section 5.5: 125 bytes less the code
constexpr std::size_t kMaxName = 60;         // of a connection, bytes

/// The system takes UTF-8 and ends it at the first NUL.
bool fits_clipboard(const std::string& text) {
    return text.find('\0') == std::string::npos && base::utf8_valid(text);
}

std::string named(std::uint32_t link) { return "connection " + std::to_string(link); }

/// One function an Action. Each does it, or tells why not.
struct Performer {
    Model& model;
    net::Engine& engine;
    Desktop& desktop;

    void refuse(std::uint32_t link, const char* topic, base::Error text) const {
        model.notices.tell(Severity::error, link, topic, std::move(text), model.now.mono_ns);
    }

    /// The same, and one of the network: an opened file cannot be dialled.
    Connection* live(std::uint32_t link, const std::string& wish) const {
        Connection* connection = known(link, wish);
        if (connection == nullptr || connection->file.empty()) return connection;
        refuse(0, "action",
               {"cannot " + wish, named(link) + " is an opened file", "choose another connection"});
        return nullptr;
    }

    /// The connection an Action is about; tells and gives null when there is none.
    Connection* known(std::uint32_t link, const std::string& wish) const {
        Connection* connection = model.connection(link);
        if (connection == nullptr || connection->closed) {
            const std::string number = std::to_string(link);
            refuse(0, "action",
                   {"cannot " + wish,
                    connection ? "connection " + number + " was closed"
                               : "there is no connection " + number,
                    connection ? "choose another connection" : "connect first"});
            return nullptr;
        }
        return connection;
    }

    //--- connecting and ending

    Connection& add_connection() const {
        Connection& added = model.connections.emplace_back();
        added.link = added.state.link = static_cast<std::uint32_t>(model.connections.size());
        added.options.retry_first = added.options.retry_after_open = wire::LinkOptions::kForever;
        added.options.auto_auth = added.state.auto_auth = model.auto_answer;
        return added;
    }

    void dial(Connection& connection, model::Connect action) const {
        connection.options.url = std::move(action.url);
        connection.remembered = action.insist || connection.remembered;
        model.current_link = connection.link;
        dial_as_it_is(connection, action.insist);
    }

    void dial_as_it_is(Connection& connection, bool insist = true) const {
        connection.ended_by_user = true; // of the session that stands, if one does
        connection.options_changed = connection.redial = false;
        wire::LinkOptions options = connection.options;
        if (!insist) options.retry_first = 0;
        engine.connect(connection.link, std::move(options));
    }

    /// The next attempt, with what its options are now.
    void dial_again(Connection& connection) const {
        if (connection.options_changed) {
            dial_as_it_is(connection);
        } else {
            engine.retry_now(connection.link);
        }
    }

    /// Those that were to end first have done so.
    void dial_what_has_ended() const {
        for (Connection& connection : model.connections) {
            const wire::Phase phase = connection.state.phase;
            const bool ended = phase == wire::Phase::idle || phase == wire::Phase::failed;
            if (connection.redial && !connection.closed && ended) dial_as_it_is(connection);
        }
    }

    void operator()(model::Connect& action) const {
        // An opened file stays one: what is dialled from its tab is a new connection.
        const Connection* shown = model.connection(action.link);
        if (shown && !shown->file.empty()) action.link = 0;
        if (action.link == 0) {
            Connection& added = add_connection();
            added.remembered = action.insist;
            dial(added, std::move(action));
        } else if (Connection* connection = known(action.link, "connect")) {
            dial(*connection, std::move(action));
        }
    }

    void operator()(model::Disconnect& action) const {
        Connection* connection = live(action.link, "disconnect");
        if (connection == nullptr) return;
        if (action.code != 0 && !wire::close_code_sendable(action.code)) {
            refuse(action.link, "close",
                   {"close code " + std::to_string(action.code) + " was not sent",
                    wire::close_code_meaning(action.code),
                    "use 1000 to 1003, 1007 to 1014, or 3000 to 4999"});
            return;
        }
        if (action.reason.size() > kMaxCloseReason) {
            refuse(action.link, "close",
                   {"the connection was not closed",
                    "the reason has " + std::to_string(action.reason.size()) +
                        " bytes; a Close frame has room for 123",
                    "shorten the reason"});
            return;
        }
        if (action.code == 0 && !action.reason.empty()) {
            refuse(action.link, "close",
                   {"the connection was not closed",
                    "a Close frame without a code has no room for a reason",
                    "give a code, such as 1000, or leave the reason out"});
            return;
        }
        if (!base::utf8_valid(action.reason)) {
            refuse(action.link, "close",
                   {"the connection was not closed", "the reason is not UTF-8",
                    "write the reason as UTF-8"});
            return;
        }
        connection->ended_by_user = true;
        connection->redial = false;
        engine.disconnect(action.link, action.code, std::move(action.reason));
        // Whoever stops the attempts has read why they failed.
        model.notices.close_topic(action.link, "connection");
        model.notices.close_topic(action.link, "close");
    }

    void operator()(model::RetryNow& action) const {
        if (Connection* connection = live(action.link, "retry")) dial_again(*connection);
    }

    void operator()(model::Reconnect& action) const {
        Connection* connection = live(action.link, "reconnect");
        if (connection == nullptr) return;
        if (connection->options.url.empty()) {
            refuse(action.link, "action",
                   {"cannot reconnect", named(action.link) + " has no address yet",
                    "write one and connect"});
            return;
        }
        const wire::Phase phase = connection->state.phase;
        if (phase == wire::Phase::open) engine.disconnect(action.link);
        if (phase == wire::Phase::open || phase == wire::Phase::closing) {
            connection->ended_by_user = connection->redial = true;
        } else {
            dial_as_it_is(*connection);
        }
    }

    //--- connections as tabs

    void operator()(model::AddConnection& action) const {
        const Connection* like = model.live_connection(action.like);
        const wire::LinkOptions options = like ? like->options : wire::LinkOptions();
        const std::string name = like && !like->name.empty() ? like->name + " copy" : "";
        Connection& added = add_connection();
        if (like) added.options = options;
        added.name = name;
        model.current_link = added.link;
    }

    void operator()(model::CloseConnection& action) const {
        Connection* connection = known(action.link, "close the connection");
        if (connection == nullptr) return;
        connection->closed = connection->ended_by_user = true;
        connection->redial = false;
        if (connection->file.empty()) {
            engine.disconnect(action.link);
        } else if (desktop.files) {
            desktop.files->opened.cancel(model, action.link);
        }
        model.notices.close_link(action.link);
        if (model.current_link == action.link) model.current_link = neighbour_of(action.link);
    }

    /// The tab behind, else the one before; 0 when it was the only one.
    std::uint32_t neighbour_of(std::uint32_t link) const {
        std::uint32_t found = 0;
        for (const std::uint32_t each : model.tabs()) {
            if (each > link) return each;
            found = each;
        }
        return found;
    }

    void operator()(model::RenameConnection& action) const {
        Connection* connection = known(action.link, "rename the connection");
        if (connection == nullptr) return;
        connection->name = base::trimmed(action.name).substr(0, kMaxName);
        // Cut inside of a character: that one goes as a whole.
        connection->name.resize(base::utf8_error_offset(connection->name));
    }

    void operator()(model::SetOptions& action) const {
        Connection* connection = nullptr;
        if (action.link == 0) {
            connection = &add_connection();
            model.current_link = connection->link;
        } else {
            connection = live(action.link, "set the options");
        }
        if (connection == nullptr) return;
        const bool answer_changed = connection->options.auto_auth != action.options.auto_auth;
        connection->options = std::move(action.options);
        connection->options_changed = true;
        if (answer_changed) engine.set_auto_auth(connection->link, connection->options.auto_auth);
        if (connection->state.phase == wire::Phase::waiting) dial_as_it_is(*connection);
    }

    void operator()(model::BreakLine& action) const {
        if (live(action.link, "break the line")) engine.break_line(action.link);
    }

    void operator()(model::KeepFrameDetail& action) const {
        Connection* connection = live(action.link, "keep frame detail");
        if (connection == nullptr) return;
        connection->options.frame_detail = action.on;
        engine.keep_frame_detail(action.link, action.on);
    }

    //--- sending

    void not_sent(const Connection* connection, std::uint32_t link, std::string why) const {
        refuse(link, "send", {"the message was not sent", std::move(why), remedy(connection)});
    }

    /// True when the payload is ready to go; with `envelope` it has its timestamp now.
    bool put_timestamp(model::SendMessage& action) const {
        if (!action.envelope) return true;
        const auto fault = wire::find_json_fault(action.payload);
        const std::size_t begin = action.payload.find_first_not_of(" \t\r\n");
        if (fault || begin == std::string::npos || action.payload[begin] != '{') {
            const std::string why = fault ? "it is no JSON: line " + std::to_string(fault->line) +
                                                ", column " + std::to_string(fault->column) + ": " +
                                                fault->message
                                          : "an envelope is a JSON object, and this is none";
            refuse(action.link, "send",
                   {"the message was not sent", why,
                    "correct it, or switch Envelope off to send it as it stands"});
            return false;
        }
        action.payload = wire::with_timestamp(action.payload, model.now.wall_ns);
        return true;
    }

    void operator()(model::SendMessage& action) const {
        const Connection* connection = model.connection(action.link);
        const model::SendCheck check = model::check_send(connection, model.now.mono_ns);
        if (!check.allowed) {
            not_sent(connection, connection ? action.link : 0, check.what);
            return;
        }
        if (!put_timestamp(action)) return;
        engine.send(action.link, action.binary ? net::Opcode::binary : net::Opcode::text,
                    std::move(action.payload));
        model.notices.close_topic(action.link, "send");
    }

    //--- composing (app/compose.h)

    void operator()(model::SendComposed& action) const {
        if (send_composed(action, model, engine)) model.composer.remember(action.draft);
    }
    void operator()(model::StartRepeat& action) const {
        const model::Draft draft = action.draft;
        if (start_repeat(action, model, engine)) model.composer.remember(draft);
    }
    void operator()(model::StopRepeat&) const { model.repeat.running = false; }
    void operator()(model::SaveMessage& action) const {
        model.composer.save(std::move(action.name), std::move(action.draft));
    }
    void operator()(model::DeleteSaved& action) const { model.composer.remove(action.name); }
    void operator()(model::ForgetHistory&) const { model.composer.history.clear(); }
    void operator()(model::LookAtFile& action) const { look_at_file(action.path, model); }

    void operator()(model::PingNow& action) const {
        if (may_control(action.link, "Ping")) engine.ping(action.link, std::move(action.payload));
    }
    void operator()(model::PongNow& action) const {
        if (may_control(action.link, "Pong")) engine.pong(action.link, std::move(action.payload));
    }
    bool may_control(std::uint32_t link, const char* frame) const {
        const Connection* connection = live(link, "ping");
        if (connection == nullptr) return false;
        if (connection->state.phase == wire::Phase::open) {
            model.notices.close_topic(link, "ping");
            return true;
        }
        refuse(link, "ping",
               {std::string("no ") + frame + " was sent",
                model::check_send(connection, model.now.mono_ns).what, remedy(connection)});
        return false;
    }

    //--- Coda's authentication

    void operator()(model::SetAutoAuth& action) const {
        Connection* connection = live(action.link, "switch the automatic answer");
        if (connection == nullptr) return;
        connection->options.auto_auth = action.on;
        engine.set_auto_auth(action.link, action.on);
    }

    void operator()(model::AnswerChallenge& action) const {
        const Connection* connection = live(action.link, "answer the challenge");
        if (connection == nullptr) return;
        if (connection->state.auth != wire::AuthStage::challenged) {
            refuse(
                action.link, "answer",
                {"nothing was answered", named(action.link) + " has no unanswered challenge", ""});
            return;
        }
        engine.answer_challenge(action.link);
        model.notices.close_topic(action.link, "answer");
    }

    //--- the check (app/checking.h)

    void operator()(model::RunCheck& action) const { start_check(action, model, desktop.checking); }
    void operator()(model::StopCheck&) const { stop_check(desktop.checking); }
    void operator()(model::CopyCheckReport&) const {
        model::CopyText copy{report_text(model.check), ""};
        (*this)(copy);
    }

    //--- log and program

    void operator()(model::ClearLog&) const {
        if (desktop.files) desktop.files->opened.forget_rows();
        clear_log(model);
    }
    void operator()(model::SetFilter& action) const {
        model.index.set_filter(action.filter, model.log);
    }
    void operator()(model::SetFind& action) const { model.find.set_text(action.text); }
    void operator()(model::CopyText& action) const {
        if (!desktop.set_clipboard) {
            refuse(0, "copy", {"nothing was copied", "there is no clipboard here", ""});
        } else if (fits_clipboard(action.text)) {
            desktop.set_clipboard(action.text);
            model.notices.close_topic(0, "copy");
            if (!action.said.empty())
                model.notices.tell(Severity::info, 0, "copy", {action.said, "", ""},
                                   model.now.mono_ns);
        } else {
            desktop.set_clipboard(base::hex_from_bytes(action.text));
            model.notices.tell(
                Severity::info, 0, "copy",
                {"copied as hex", "the clipboard holds only text, and this is none", ""},
                model.now.mono_ns);
        }
    }
    //--- marks and filters

    /// False, and told, when the event is no longer in the log.
    bool in_log(std::uint64_t event) const {
        if (model.log.contains(event)) return true;
        refuse(0, "bookmark",
               {"event " + base::count_text(event) + " was not marked",
                "it is no longer in the log", "mark one that is"});
        return false;
    }
    void marked(model::EventId event) const {
        if (desktop.files) desktop.files->recording.mark(model, event);
    }
    void operator()(model::SetBookmark& action) const {
        if (action.on && !in_log(action.event)) return;
        model.bookmarks.set(action.event, action.on);
        marked(action.event);
    }
    void operator()(model::SetNote& action) const {
        if (!in_log(action.event)) return;
        model.bookmarks.set_note(action.event, std::move(action.note));
        marked(action.event);
    }
    void operator()(model::UseFilter& action) const { model.filters.used(action.text); }
    void operator()(model::SaveFilter& action) const {
        model.filters.save(action.name, action.text);
    }
    void operator()(model::ForgetFilter& action) const { model.filters.forget(action.name); }

    void operator()(model::PlotPath& action) const {
        const base::Status added = model.plots.add(action.type, action.path);
        if (!added.ok()) refuse(0, "plot", added.error());
    }
    void operator()(model::RemoveSeries& action) const { model.plots.remove(action.line); }
    void operator()(model::CloseNotice& action) const { model.notices.close(action.id); }

    void operator()(model::WatchPath& action) const {
        const auto same = [&](const model::Watch& watch) {
            return watch.type == action.type && watch.path_text == action.path;
        };
        if (std::any_of(model.watches.begin(), model.watches.end(), same)) return;
        auto path = model::parse_path(action.path);
        if (const auto* error = std::get_if<model::FilterError>(&path)) {
            refuse(0, "watch",
                   {"nothing is watched", "'" + action.path + "': " + error->message,
                    "write the path as in a filter: data.items[0].id"});
            return;
        }
        model.watches.push_back(
            {action.type, action.path, std::move(std::get<model::JsonPath>(path))});
    }
    void operator()(model::RemoveWatch& action) const {
        std::erase_if(model.watches, [&](const model::Watch& watch) {
            return watch.type == action.type && watch.path_text == action.path;
        });
    }

    //--- files (app/act_files.h)

    template <class A>
    requires std::invocable<const FileActs&, A&>
    void operator()(A& action) const { FileActs{model, desktop.files}(action); }
    void operator()(model::StartReplay& action) const {
        const FileActs files{model, desktop.files};
        if (!files.may_replay()) return; // before anything is dialled, or ended for it
        if (action.target == 0) {
            dial(add_connection(), {0, action.url});
            action.target = model.current_link;
        } else {
            if (live(action.target, "replay to the connection") == nullptr) return;
            model::Reconnect again{action.target};
            (*this)(again);
        }
        files.start_replay(action.target, action.wish);
    }

    void operator()(model::StartDemo&) const {
        if (!desktop.start_demo) {
            refuse(0, "demo", {"the demo did not start", "it is not part of this program", ""});
            return;
        }
        const base::Result<std::string> url = desktop.start_demo();
        if (!url.ok()) {
            refuse(0, "demo", url.error());
            return;
        }
        model.demo = true;
        model.notices.close_topic(0, "demo");
        for (Connection& connection : model.connections)
            if (connection.options.url == url.value() && !connection.closed)
                return to_demo(connection);
        dial(add_connection(), {0, url.value()});
    }

    /// Asked for again: shows the connection that is there, and dials only when it does not stand.
    void to_demo(const Connection& connection) const {
        model.current_link = connection.link;
        const wire::Phase phase = connection.state.phase;
        if (phase == wire::Phase::idle || phase == wire::Phase::failed ||
            phase == wire::Phase::waiting)
            engine.retry_now(connection.link);
    }

    void operator()(model::SelectLink& action) const {
        if (known(action.link, "show the connection")) model.current_link = action.link;
    }
    void operator()(model::SetTheme& action) const { model.dark_theme = action.dark; }
    void operator()(model::SetTextSize& action) const {
        model.text_size = std::clamp(action.factor, model::kLeastText, model::kMostText);
    }
    void operator()(model::SetAnswerDefault& action) const { model.auto_answer = action.on; }
    void operator()(model::SetLogBudget& action) const {
        model.log.set_budget(std::clamp(action.bytes, model::kLeastBudget, model::kMostBudget));
    }
    void operator()(model::Quit&) const { model.quit = true; }
};

} // namespace

void act(model::Actions& actions, Model& model, net::Engine& engine, Desktop& desktop) {
    advance_repeat(model, engine);
    const Performer performer{model, engine, desktop};
    for (model::Action& action : actions) std::visit(performer, action);
    performer.dial_what_has_ended();
    actions.clear();
}

} // namespace app

#include "app/compose.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <utility>

#include "base/text.h"

namespace app {
namespace {

using model::Connection;
using model::Model;
using model::Severity;

/// A repeat waits while more than this stands unsent: what it has in hand stays small, and the
/// engine never refuses a message of it.
constexpr std::uint64_t kMostUnsent = 1u << 20;

std::string fresh_uuid() {
    std::random_device random;
    const auto half = [&] { return static_cast<std::uint64_t>(random()) << 32 | random(); };
    const std::uint64_t high = half();
    return model::uuid_from_random(high, half());
}

/// What the message that goes now is made with; the screen has shown counter and uuid before.
model::Values values_now(Model& model) {
    if (model.next_message.uuid.empty()) model.next_message.uuid = fresh_uuid();
    model.next_message.wall_ns = model.now.wall_ns;
    return model.next_message;
}

void values_used(Model& model, const model::Made& made) {
    if (made.uses_counter) ++model.next_message.counter;
    model.next_message.uuid = fresh_uuid();
}

void not_sent(Model& model, std::uint32_t link, base::Error why) {
    model.notices.tell(Severity::error, link, "send", std::move(why), model.now.mono_ns);
}

/// The connection when it takes messages; else it is told and null.
const Connection* open_connection(Model& model, std::uint32_t link) {
    const Connection* connection = model.connection(link);
    const model::SendCheck check = model::check_send(connection, model.now.mono_ns);
    if (check.allowed) return connection;
    not_sent(model, connection ? link : 0,
             {"the message was not sent", check.what, remedy(connection)});
    return nullptr;
}

void hand_over(net::Engine& engine, std::uint32_t link, model::Made& made) {
    engine.send(link, made.binary ? net::Opcode::binary : net::Opcode::text,
                std::move(made.payload));
}

/// The file's bytes of a draft that is one, empty of any other; false when they cannot be had.
bool bytes_of_file(const model::Draft& draft, std::uint32_t link, Model& model,
                   std::string* bytes) {
    if (draft.body != model::Body::file) return true;
    base::Result<std::string> read = read_message_file(draft.text);
    if (read.ok()) {
        *bytes = std::move(read.value());
        return true;
    }
    not_sent(model, link, {"the message was not sent", base::one_line(read.error()), ""});
    return false;
}

void end_repeat(Model& model, std::string why, std::string fix) {
    const model::Repeat& repeat = model.repeat;
    const std::string of = repeat.times > 0 ? " of " + base::count_text(repeat.times) : "";
    model.notices.tell(Severity::warning, repeat.link, "repeat",
                       {"repeating ended after " + base::count_text(repeat.sent) + of + " messages",
                        std::move(why), std::move(fix)},
                       model.now.mono_ns);
    model.repeat.running = false;
    model.repeat.file = {};
}

/// True while the session stands in which the repeat began.
bool session_stands(Model& model) {
    const Connection* connection = model.connection(model.repeat.link);
    const model::SendCheck check = model::check_send(connection, model.now.mono_ns);
    if (!check.allowed) {
        end_repeat(model, check.what, "start it again once it is open");
        return false;
    }
    if (connection->state.conn != model.repeat.conn) {
        end_repeat(model, "the connection it was sent on was lost, and there is a new one",
                   "start it again");
        return false;
    }
    return true;
}

} // namespace

std::string remedy(const Connection* connection) {
    if (connection == nullptr) return "connect first";
    switch (connection->state.phase) {
    case wire::Phase::idle:
    case wire::Phase::failed: return "connect, then send again";
    case wire::Phase::waiting: return "retry now, or wait for the next attempt";
    case wire::Phase::closing: return "connect again when it is closed";
    default: return "send again once it is open";
    }
}

//--- files

namespace {

/// What is wrong with the file before it is opened; nothing when it can be sent.
std::optional<base::Error> fault_of_file(const std::string& path, std::uint64_t most,
                                         std::uint64_t* size) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found)
        return base::Error{"there is no file " + path, "", "write its whole path"};
    if (error) return base::Error{"cannot look at " + path, error.message(), ""};
    if (std::filesystem::is_directory(status))
        return base::Error{path + " is a folder", "", "name a file in it"};
    // A pipe or a device may never end, and would stop the window.
    if (!std::filesystem::is_regular_file(status))
        return base::Error{path + " is no ordinary file", "", "copy its bytes into one"};
    *size = std::filesystem::file_size(path, error);
    if (error) return base::Error{"cannot look at " + path, error.message(), ""};
    if (*size > most)
        return base::Error{path + " is too large",
                           "it has " + base::size_text(*size) + "; at most " +
                               base::size_text(most) + " are sent from a file",
                           "send it in parts"};
    return std::nullopt;
}

} // namespace

base::Result<std::string> read_message_file(const std::string& path, std::uint64_t most) {
    std::uint64_t size = 0;
    if (const auto fault = fault_of_file(path, most, &size)) return *fault;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               std::fclose);
    if (!file) return base::Error{"cannot open " + path, std::strerror(errno), ""};
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const std::size_t read = std::fread(bytes.data(), 1, bytes.size(), file.get());
    if (std::ferror(file.get()))
        return base::Error{"cannot read " + path, std::strerror(errno), ""};
    if (read != size) {
        return base::Error{path + " became shorter while it was read",
                           base::count_text(read) + " of " + base::count_text(size) + " bytes came",
                           "send it again when nothing writes to it"};
    }
    return bytes;
}

void look_at_file(const std::string& path, Model& model) {
    model.file_look = {};
    model.file_look.path = path;
    model.file_look.error = fault_of_file(path, model::kMostFromFile, &model.file_look.size);
}

//--- sending

bool send_composed(model::SendComposed& action, Model& model, net::Engine& engine) {
    if (!open_connection(model, action.link)) return false;
    std::string file;
    if (!bytes_of_file(action.draft, action.link, model, &file)) return false;
    model::Made made = model::make_message(action.draft, values_now(model), file);
    if (made.error) {
        not_sent(model, action.link,
                 {"the message was not sent", made.error->what, made.error->fix});
        return false;
    }
    values_used(model, made);
    hand_over(engine, action.link, made);
    model.notices.close_topic(action.link, "send");
    return true;
}

bool start_repeat(model::StartRepeat& action, Model& model, net::Engine& engine) {
    const Connection* connection = open_connection(model, action.link);
    if (!connection) return false;
    if (action.times == 0 && action.every_ns < base::kMillisecond) {
        not_sent(model, action.link,
                 {"the repeat did not start",
                  "without an end it needs a pause between two messages",
                  "give at least 1 ms, or a number of times"});
        return false;
    }
    model::Repeat repeat;
    if (!bytes_of_file(action.draft, action.link, model, &repeat.file)) return false;
    const model::Made made = model::make_message(action.draft, values_now(model), repeat.file);
    if (made.error) {
        not_sent(model, action.link,
                 {"the repeat did not start", made.error->what, made.error->fix});
        return false;
    }
    repeat.running = true;
    repeat.link = action.link;
    repeat.conn = connection->state.conn;
    repeat.draft = std::move(action.draft);
    repeat.times = action.times;
    repeat.every_ns = std::max<std::int64_t>(0, action.every_ns);
    repeat.due_mono_ns = model.now.mono_ns;
    model.repeat = std::move(repeat);
    model.notices.close_topic(action.link, "repeat");
    model.notices.close_topic(action.link, "send");
    advance_repeat(model, engine);
    return true;
}

void advance_repeat(Model& model, net::Engine& engine) {
    if (model.next_message.uuid.empty()) model.next_message.uuid = fresh_uuid();
    model::Repeat& repeat = model.repeat;
    if (!repeat.running || model.now.mono_ns < repeat.due_mono_ns || !session_stands(model)) return;
    for (int i = 0; i < model::kMostAtOnce; ++i) {
        if (engine.send_queue_bytes(repeat.link) > kMostUnsent) break;
        if (!repeat.take(model.now.mono_ns)) break;
        model::Made made = model::make_message(repeat.draft, values_now(model), repeat.file);
        values_used(model, made);
        hand_over(engine, repeat.link, made);
    }
    repeat.looked_mono_ns = model.now.mono_ns;
    if (!repeat.done()) return;
    repeat.running = false;
    repeat.file = {};
}

} // namespace app

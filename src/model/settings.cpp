#include "model/settings.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "model/filter_parser.h"
#include "model/link_form.h"
#include "wire/header_check.h"

namespace model {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr int kDeepest = 64; ///< levels; writing JSON walks it down on the stack
constexpr std::size_t kMostListed = 200, kMostConnections = 30;
constexpr std::size_t kLongest = 1u << 20; ///< bytes of one text

//--- reading: every value by itself, so that one that is wrong takes no other with it

const json* member(const json& from, const char* name) {
    if (!from.is_object()) return nullptr;
    const auto found = from.find(name);
    return found == from.end() ? nullptr : &*found;
}

void read(const json& from, const char* name, bool* value) {
    const json* found = member(from, name);
    if (found && found->is_boolean()) *value = found->get<bool>();
}

template <class Number>
void read(const json& from, const char* name, Number* value, double least, double most) {
    const json* found = member(from, name);
    if (!found || !found->is_number()) return;
    const double number = found->get<double>();
    if (number >= least && number <= most) *value = static_cast<Number>(number);
}

bool usable_text(const json& value) {
    return value.is_string() && value.get_ref<const std::string&>().size() <= kLongest;
}

void read(const json& from, const char* name, std::string* value) {
    const json* found = member(from, name);
    if (found && usable_text(*found)) *value = found->get<std::string>();
}

void read(const json& from, const char* name, std::vector<std::string>* list) {
    const json* found = member(from, name);
    if (!found || !found->is_array()) return;
    for (const json& each : *found) {
        if (usable_text(each) && list->size() < kMostListed)
            list->push_back(each.get<std::string>());
    }
}

void read(const json& from, const char* name, std::vector<Saved>* list) {
    const json* found = member(from, name);
    if (!found || !found->is_array()) return;
    for (const json& each : *found) {
        Saved saved;
        read(each, "name", &saved.name);
        read(each, "text", &saved.text);
        if (!saved.name.empty() && list->size() < kMostListed) list->push_back(std::move(saved));
    }
}

bool read_draft(const json& from, Draft* draft) {
    std::string body = word(draft->body);
    read(from, "text", &draft->text);
    read(from, "body", &body);
    read(from, "envelope", &draft->envelope);
    read(from, "unique", &draft->unique);
    read(from, "variables", &draft->variables);
    read(from, "file_text", &draft->file_text);
    const std::optional<Body> known = body_from_word(body);
    if (known) draft->body = *known;
    return known && !draft->text.empty();
}

void read_drafts(const json& from, Settings* settings) {
    const json* history = member(from, "composer_history");
    for (const json& each : history && history->is_array() ? *history : json::array()) {
        Draft draft;
        if (read_draft(each, &draft) && settings->composer_history.size() < kMostHistory)
            settings->composer_history.push_back(std::move(draft));
    }
    const json* saved = member(from, "saved_messages");
    for (const json& each : saved && saved->is_array() ? *saved : json::array()) {
        SavedMessage message;
        read(each, "name", &message.name);
        const bool usable = read_draft(each, &message.draft) && !message.name.empty();
        if (usable && settings->saved_messages.size() < kMostListed)
            settings->saved_messages.push_back(std::move(message));
    }
}

/// -1 to 1: a splitter is a fraction, or as it is by default.
void read_split(const json& from, const char* name, float* value) {
    read(from, name, value, -1, 1);
}

void read_window(const json& from, Settings* settings) {
    const json* window = member(from, "window");
    if (!window) return;
    read_split(*window, "sidebar", &settings->sidebar);
    read_split(*window, "right", &settings->right);
    read_split(*window, "time", &settings->time);
    read_split(*window, "lower", &settings->lower);
    read(*window, "sidebar_shown", &settings->sidebar_shown, -1, 1);
    read(*window, "right_shown", &settings->right_shown);
    read(*window, "time_shown", &settings->time_shown);
    WindowPlace place;
    read(*window, "x", &place.x, -100'000, 100'000);
    read(*window, "y", &place.y, -100'000, 100'000);
    read(*window, "width", &place.width, 1, 100'000);
    read(*window, "height", &place.height, 1, 100'000);
    read(*window, "maximised", &place.maximised);
    if (place.width > 0 && place.height > 0) settings->place = place;
}

void read_headers(const json& from, wire::LinkOptions* options) {
    const json* headers = member(from, "headers");
    if (!headers || !headers->is_array()) return;
    for (const json& each : *headers) {
        std::string name, value;
        read(each, "name", &name);
        read(each, "value", &value);
        if (!name.empty() && options->headers.size() < kMostListed)
            options->headers.emplace_back(name, value);
    }
}

/// The options, or the usual ones when the form would not take them.
wire::LinkOptions read_options(const json& from) {
    wire::LinkOptions usual;
    usual.retry_first = usual.retry_after_open = wire::LinkOptions::kForever;
    wire::LinkOptions options = usual;
    read_headers(from, &options);
    read(from, "preamble", &options.preamble);
    read(from, "subprotocols", &options.subprotocols);
    read(from, "origin", &options.origin);
    read(from, "deflate", &options.deflate);
    read(from, "auto_answer", &options.auto_auth);
    read(from, "answer_pings", &options.answer_pings);
    read(from, "ping_interval_s", &options.ping_interval_s, 0, 1e6);
    read(from, "connect_timeout_s", &options.connect_timeout_s, 1e-3, 1e6);
    read(from, "retry_first", &options.retry_first, -1, 1e6);
    read(from, "retry_after_open", &options.retry_after_open, -1, 1e6);
    read(from, "max_message", &options.max_message, 1, 4294967295.0);
    read(from, "ca_file", &options.ca_file);
    read(from, "cert_file", &options.cert_file);
    read(from, "key_file", &options.key_file);
    if (!faults_of(form_of(options)).empty()) options = usual;
    std::string url;
    read(from, "url", &url);
    if (wire::is_header_value(url)) options.url = without_password(url);
    return options;
}

void read_connections(const json& from, Settings* settings) {
    const json* list = member(from, "connections");
    if (!list || !list->is_array()) return;
    for (const json& each : *list) {
        SavedConnection connection;
        read(each, "name", &connection.name);
        connection.options = read_options(each);
        if (!connection.options.url.empty() && settings->connections.size() < kMostConnections)
            settings->connections.push_back(std::move(connection));
    }
    read(from, "chosen", &settings->chosen, 0, kMostConnections);
}

void read_all(const json& from, Settings* settings) {
    std::string theme = settings->dark_theme ? "dark" : "light";
    read(from, "theme", &theme);
    settings->dark_theme = theme != "light";
    read(from, "text_size", &settings->text_size, kLeastText, kMostText);
    read(from, "time_column", &settings->time_column);
    read(from, "log_budget", &settings->log_budget, static_cast<double>(kLeastBudget),
         static_cast<double>(kMostBudget));
    read(from, "auto_answer", &settings->auto_answer);
    read_window(from, settings);
    read_connections(from, settings);
    read(from, "addresses", &settings->addresses);
    for (std::string& address : settings->addresses) address = without_password(address);
    read_drafts(from, settings);
    read(from, "filter_history", &settings->filter_history);
    read(from, "saved_filters", &settings->saved_filters);
    read(from, "watches", &settings->watches);
    read(from, "recent_files", &settings->recent_files);
}

/// True when it nests too deep to be handled safely; strings are passed over.
bool too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kDeepest) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

//--- writing

json json_of(const std::vector<Saved>& list) {
    json out = json::array();
    for (const Saved& each : list) out.push_back({{"name", each.name}, {"text", each.text}});
    return out;
}

json json_of(const Draft& draft) {
    return {{"text", draft.text},           {"body", word(draft.body)},
            {"envelope", draft.envelope},   {"unique", draft.unique},
            {"variables", draft.variables}, {"file_text", draft.file_text}};
}

json json_of(const std::vector<Draft>& list) {
    json out = json::array();
    for (const Draft& each : list) out.push_back(json_of(each));
    return out;
}

json json_of(const std::vector<SavedMessage>& list) {
    json out = json::array();
    for (const SavedMessage& each : list) {
        out.push_back(json_of(each.draft));
        out.back()["name"] = each.name;
    }
    return out;
}

json json_of(const SavedConnection& connection) {
    const wire::LinkOptions& o = connection.options;
    json headers = json::array();
    for (const auto& [name, value] : o.headers) {
        if (!wire::is_secret_header(name)) headers.push_back({{"name", name}, {"value", value}});
    }
    return {{"name", connection.name},
            {"url", without_password(o.url)},
            {"headers", headers},
            {"preamble", o.preamble},
            {"subprotocols", o.subprotocols},
            {"origin", o.origin},
            {"deflate", o.deflate},
            {"auto_answer", o.auto_auth},
            {"answer_pings", o.answer_pings},
            {"ping_interval_s", o.ping_interval_s},
            {"connect_timeout_s", o.connect_timeout_s},
            {"retry_first", o.retry_first},
            {"retry_after_open", o.retry_after_open},
            {"max_message", o.max_message},
            {"ca_file", o.ca_file},
            {"cert_file", o.cert_file},
            {"key_file", o.key_file}};
}

/// A float as a person would write it: 0.7, not 0.699999988079071.
double short_number(float value) { return std::round(static_cast<double>(value) * 1e4) / 1e4; }

json window_of(const Settings& settings) {
    json window = {
        {"sidebar", short_number(settings.sidebar)}, {"right", short_number(settings.right)},
        {"time", short_number(settings.time)},       {"lower", short_number(settings.lower)},
        {"sidebar_shown", settings.sidebar_shown},   {"right_shown", settings.right_shown},
        {"time_shown", settings.time_shown}};
    if (settings.place.width > 0) {
        window["x"] = settings.place.x;
        window["y"] = settings.place.y;
        window["width"] = settings.place.width;
        window["height"] = settings.place.height;
        window["maximised"] = settings.place.maximised;
    }
    return window;
}

} // namespace

std::string without_password(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
    const std::size_t at = url.substr(0, end).rfind('@');
    if (at == std::string_view::npos || at < begin) return std::string(url);
    return std::string(url.substr(0, begin)) + std::string(url.substr(at + 1));
}

std::string text_of(const Settings& settings) {
    json out = json::parse(settings.unknown, nullptr, false);
    if (!out.is_object()) out = json::object();
    json known = {{"settings", "websocket-debugger"},
                  {"version", kVersion},
                  {"theme", settings.dark_theme ? "dark" : "light"},
                  {"text_size", short_number(settings.text_size)},
                  {"time_column", settings.time_column},
                  {"log_budget", settings.log_budget},
                  {"auto_answer", settings.auto_answer},
                  {"window", window_of(settings)},
                  {"connections", json::array()},
                  {"chosen", settings.chosen},
                  {"addresses", json::array()},
                  {"composer_history", json_of(settings.composer_history)},
                  {"saved_messages", json_of(settings.saved_messages)},
                  {"filter_history", settings.filter_history},
                  {"saved_filters", json_of(settings.saved_filters)},
                  {"watches", json_of(settings.watches)},
                  {"recent_files", settings.recent_files}};
    for (const SavedConnection& each : settings.connections)
        known["connections"].push_back(json_of(each));
    for (const std::string& each : settings.addresses)
        known["addresses"].push_back(without_password(each));
    out.update(known, true);
    return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

ReadSettings settings_of(std::string_view text) {
    ReadSettings answer;
    const auto damaged = [&](const char* why) {
        answer.state = ReadSettings::State::damaged;
        answer.why = why;
        return answer;
    };
    if (too_deep(text)) return damaged("it nests deeper than any settings do");
    const json from = json::parse(text, nullptr, false);
    if (from.is_discarded()) return damaged("it is no JSON");
    if (!from.is_object()) return damaged("it is no JSON object");
    double version = kVersion;
    if (const json* said = member(from, "version"); said && said->is_number())
        version = said->get<double>();
    if (version > kVersion) {
        answer.state = ReadSettings::State::newer;
        answer.why = "it has version " + member(from, "version")->dump();
        return answer;
    }
    read_all(from, &answer.settings);
    answer.settings.unknown = from.dump(-1, ' ', false, json::error_handler_t::replace);
    return answer;
}

//--- the Model

void put_into(Model& model, const Settings& settings) {
    model.dark_theme = settings.dark_theme;
    model.text_size = settings.text_size;
    model.auto_answer = settings.auto_answer;
    model.log.set_budget(settings.log_budget);
    model.files.recent = settings.recent_files;
    if (model.files.recent.size() > Files::kMostRecent)
        model.files.recent.resize(Files::kMostRecent);
    // Newest first in the file, as in the memory: the oldest is used first.
    for (auto text = settings.filter_history.rbegin(); text != settings.filter_history.rend();
         ++text)
        model.filters.used(*text);
    for (const Saved& saved : settings.saved_filters) model.filters.save(saved.name, saved.text);
    for (const Saved& saved : settings.watches) {
        auto path = parse_path(saved.text);
        if (auto* steps = std::get_if<JsonPath>(&path))
            model.watches.push_back({saved.name, saved.text, std::move(*steps)});
    }
    for (const Draft& draft : settings.composer_history) model.composer.remember(draft);
    for (const SavedMessage& saved : settings.saved_messages)
        model.composer.save(saved.name, saved.draft);
    for (const SavedConnection& saved : settings.connections) {
        Connection& added = model.connections.emplace_back();
        added.link = added.state.link = static_cast<std::uint32_t>(model.connections.size());
        added.name = saved.name;
        added.options = saved.options;
        added.options_changed = true; // the network has not heard of it
        added.state.auto_auth = saved.options.auto_auth;
    }
    const auto count = static_cast<int>(settings.connections.size());
    if (count > 0)
        model.current_link =
            static_cast<std::uint32_t>(std::clamp(settings.chosen, 0, count - 1)) + 1;
}

void take_from(const Model& model, Settings* settings) {
    settings->dark_theme = model.dark_theme;
    settings->text_size = model.text_size;
    settings->auto_answer = model.auto_answer;
    settings->log_budget = model.log.budget();
    settings->recent_files = model.files.recent;
    settings->filter_history = model.filters.filter_history;
    settings->saved_filters.clear();
    for (const SavedFilter& saved : model.filters.saved_filters)
        settings->saved_filters.push_back({saved.name, saved.text});
    settings->watches.clear();
    for (const Watch& watch : model.watches)
        settings->watches.push_back({watch.type, watch.path_text});
    settings->composer_history = model.composer.history;
    settings->saved_messages = model.composer.saved;
    settings->connections.clear();
    settings->chosen = 0;
    for (const Connection& each : model.connections) {
        if (each.closed || !each.remembered || each.options.url.empty() || !each.file.empty())
            continue;
        if (settings->connections.size() >= kMostConnections) break;
        if (each.link == model.current_link)
            settings->chosen = static_cast<int>(settings->connections.size());
        settings->connections.push_back({each.name, each.options});
    }
}

} // namespace model

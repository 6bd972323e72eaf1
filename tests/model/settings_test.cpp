#include "model/settings.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "model/filter_parser.h"
#include "model/link_form.h"

using model::ReadSettings;
using model::Settings;
using nlohmann::json;

namespace {

Settings full() {
    Settings s;
    s.dark_theme = false;
    s.text_size = 1.3f;
    s.time_column = "since start";
    s.log_budget = 512u << 20;
    s.auto_answer = false;
    s.sidebar = 0.2f;
    s.right = 0.4f;
    s.sidebar_shown = 0;
    s.time_shown = false;
    s.place = {10, 20, 1200, 800, true};
    model::SavedConnection connection;
    connection.name = "the lab";
    connection.options.url = "wss://user:hunter2@coda.lan:8765/x";
    connection.options.headers = {{"X-Client", "me"}, {"Authorization", "Bearer hunter2"}};
    connection.options.subprotocols = {"coda.v1"};
    connection.options.ping_interval_s = 2.5;
    connection.options.retry_first = 4;
    connection.options.preamble = {"{\"type\":\"subscribe\"}"};
    connection.options.answer_pings = false;
    connection.options.insecure = true;
    s.connections = {connection};
    s.addresses = {"ws://me:hunter2@localhost:8765", "ws://other:1/p@th"};
    s.composer_history = {{model::Body::text, "{\"a\": 1}"},
                          {model::Body::base64, "\xF0\x9F\x91\x8D", false, true, false, true}};
    s.saved_messages = {{"greet", {model::Body::hex, "6869"}}, {"ask", {model::Body::text, "{}"}}};
    s.filter_history = {"type == x"};
    s.saved_filters = {{"errors", "type ~ /error/"}};
    s.recent_files = {"/tmp/a.ndjson"};
    return s;
}

Settings read_good(const std::string& text) {
    const ReadSettings read = model::settings_of(text);
    REQUIRE(read.state == ReadSettings::State::good);
    return read.settings;
}

/// What everything else relies on.
void check_usable(const Settings& s) {
    CHECK(s.text_size >= model::kLeastText);
    CHECK(s.text_size <= model::kMostText);
    CHECK(s.log_budget >= model::kLeastBudget);
    CHECK(s.log_budget <= model::kMostBudget);
    for (const float split : {s.sidebar, s.right, s.time, s.lower}) {
        CHECK(split >= -1);
        CHECK(split <= 1);
    }
    CHECK(s.place.width >= 0);
    CHECK(s.chosen >= 0);
    for (const model::SavedConnection& each : s.connections) {
        CHECK_FALSE(each.options.url.empty());
        CHECK_FALSE(each.options.insecure);
        CHECK(model::faults_of(model::form_of(each.options)).empty());
    }
    model::Model model;
    model::put_into(model, s);
    CHECK(model.tabs().size() == s.connections.size());
    CHECK((model.current() != nullptr) == !s.connections.empty());
}

} // namespace

TEST_CASE("what is written is read again") {
    const Settings s = full();
    const Settings back = read_good(model::text_of(s));
    CHECK_FALSE(back.dark_theme);
    CHECK(back.text_size == doctest::Approx(1.3));
    CHECK(back.time_column == "since start");
    CHECK(back.log_budget == s.log_budget);
    CHECK_FALSE(back.auto_answer);
    CHECK(back.sidebar == doctest::Approx(0.2));
    CHECK(back.right == doctest::Approx(0.4));
    CHECK(back.lower == -1);
    CHECK(back.sidebar_shown == 0);
    CHECK_FALSE(back.time_shown);
    CHECK(back.right_shown);
    CHECK(back.place == s.place);
    REQUIRE(back.connections.size() == 1);
    CHECK(back.connections[0].name == "the lab");
    CHECK(back.connections[0].options.subprotocols == s.connections[0].options.subprotocols);
    CHECK(back.connections[0].options.ping_interval_s == 2.5);
    CHECK(back.connections[0].options.retry_first == 4);
    CHECK(back.connections[0].options.preamble == s.connections[0].options.preamble);
    CHECK_FALSE(back.connections[0].options.answer_pings);
    CHECK(back.composer_history == s.composer_history);
    CHECK(back.saved_messages == s.saved_messages);
    CHECK(back.filter_history == s.filter_history);
    CHECK(back.saved_filters == s.saved_filters);
    CHECK(back.recent_files == s.recent_files);
    CHECK(model::text_of(back) == model::text_of(read_good(model::text_of(back))));
}

TEST_CASE("no password, no secret header and no --insecure is written") {
    const std::string text = model::text_of(full());
    CHECK(text.find("hunter2") == std::string::npos);
    CHECK(text.find("insecure") == std::string::npos);
    CHECK(text.find("X-Client") != std::string::npos);
    const Settings back = read_good(text);
    CHECK(back.connections[0].options.url == "wss://coda.lan:8765/x");
    CHECK(back.addresses[0] == "ws://localhost:8765");
    CHECK(back.addresses[1] == "ws://other:1/p@th"); // an @ in the path is none of a password
    CHECK(back.connections[0].options.headers.size() == 1);
    // Somebody writes it in by hand: it still does not count.
    json by_hand = json::parse(text);
    by_hand["connections"][0]["insecure"] = true;
    CHECK_FALSE(read_good(by_hand.dump()).connections[0].options.insecure);
}

TEST_CASE("members that this program does not know stay as they are") {
    const Settings back = read_good(
        R"({"version": 1, "theme": "light", "later": {"a": [1, 2]}, "window": {"dock": "left"}})");
    CHECK_FALSE(back.dark_theme);
    const json again = json::parse(model::text_of(back));
    CHECK(again["later"]["a"][1] == 2);
    CHECK(again["window"]["dock"] == "left");
    CHECK(again["window"]["right_shown"] == true);
}

TEST_CASE("a newer version is not read, and damage is named") {
    const ReadSettings newer = model::settings_of(R"({"version": 2, "theme": "light"})");
    CHECK(newer.state == ReadSettings::State::newer);
    CHECK(newer.why == "it has version 2");
    CHECK(newer.settings.dark_theme);
    for (const std::string& text : {std::string("{\"theme\": "), std::string(), std::string("[]"),
                                    std::string("\xFF"), std::string(5000, '[')}) {
        const ReadSettings damaged = model::settings_of(text);
        CHECK(damaged.state == ReadSettings::State::damaged);
        CHECK_FALSE(damaged.why.empty());
    }
}

TEST_CASE("a value that makes no sense leaves its default, and the others count") {
    const Settings s = read_good(R"({"theme": 7, "text_size": 900, "log_budget": -1,
        "auto_answer": "yes", "window": {"sidebar": 3, "width": 0, "right": 0.5},
        "chosen": 99, "connections": [{"url": "ws://a", "max_message": -4, "retry_first": "x"},
        {"name": "no address"}, 5, {"url": "ws://b", "headers": [{"name": "a b", "value": "c"}]}]})");
    check_usable(s);
    CHECK(s.dark_theme);
    CHECK(s.text_size == 1);
    CHECK(s.right == 0.5f);
    CHECK(s.sidebar == -1);
    REQUIRE(s.connections.size() == 2);
    CHECK(s.connections[1].options.headers.empty());
}

TEST_CASE("thousands of damaged files give usable settings, or none") {
    std::mt19937 random(20261123);
    const std::string good = model::text_of(full());
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const char* const kPieces[] = {"null", "-1", "1e308",   "\"\"", "[]", "{}",
                                   "true", "[[", "\\u0000", "\xC3", ",,", "9999999999999999999"};
    int read = 0;
    for (int round = 0; round < 6000; ++round) {
        std::string text = good;
        for (std::size_t change = 0; change <= below(4); ++change) {
            if (text.empty()) break;
            const std::size_t at = below(text.size());
            switch (below(5)) {
            case 0: text[at] = static_cast<char>(random() & 0xFF); break;
            case 1: text.erase(at, 1 + below(40)); break;
            case 2: text.insert(at, kPieces[below(std::size(kPieces))]); break;
            case 3: text.resize(at + 1); break;
            case 4: {
                // The value behind some colon becomes another one.
                const std::size_t colon = text.find(": ", at);
                const std::size_t end = text.find_first_of(",\n", colon);
                if (colon != std::string::npos && end != std::string::npos)
                    text.replace(colon + 2, end - colon - 2, kPieces[below(std::size(kPieces))]);
            }
            }
        }
        const ReadSettings answer = model::settings_of(text);
        if (answer.state == ReadSettings::State::good) {
            ++read;
            check_usable(answer.settings);
            CHECK_FALSE(
                json::parse(model::text_of(answer.settings), nullptr, false).is_discarded());
        } else {
            check_usable(answer.settings);
        }
    }
    CHECK(read > 200); // the changes are not all so coarse that nothing is left to read
}

TEST_CASE("the Model takes them and gives them, without what was closed or only tried") {
    model::Model model;
    model::put_into(model, full());
    CHECK_FALSE(model.dark_theme);
    CHECK(model.log.budget() == 512u << 20);
    REQUIRE(model.tabs().size() == 1);
    CHECK(model.current_link == 1);
    CHECK(model.connections[0].options_changed);
    for (const char* url : {"ws://kept", "ws://closed", "ws://tried", ""}) {
        model::Connection& added = model.connections.emplace_back();
        added.link = static_cast<std::uint32_t>(model.connections.size());
        added.options.url = url;
    }
    model.connections[2].closed = true;
    model.connections[3].remembered = false;
    model.current_link = 2;
    Settings now;
    model::take_from(model, &now);
    REQUIRE(now.connections.size() == 2);
    CHECK(now.connections[1].options.url == "ws://kept");
    CHECK(now.chosen == 1);
    CHECK(now.log_budget == 512u << 20);
}

TEST_CASE("filters that were used and saved come back in their order") {
    model::Model before;
    for (const char* text : {"type == a", "size > 1", "type == b"}) before.filters.used(text);
    before.filters.save("big ones", "size > 2kB");
    model::Settings kept;
    model::take_from(before, &kept);
    model::Model after;
    model::put_into(after, model::settings_of(model::text_of(kept)).settings);
    CHECK(after.filters.filter_history == before.filters.filter_history);
    REQUIRE(after.filters.saved_filters.size() == 1);
    CHECK(after.filters.saved_filters[0].name == "big ones");
    CHECK(after.filters.saved_filters[0].text == "size > 2kB");
}

TEST_CASE("watches come back with their paths, and one that is no path is left out") {
    model::Model before;
    auto path = model::parse_path("data.cpu_percent");
    before.watches.push_back(
        {"system_metrics", "data.cpu_percent", std::get<model::JsonPath>(path)});
    model::Settings settings;
    model::take_from(before, &settings);
    settings.watches.push_back({"system_metrics", "data..["});
    model::Model after;
    model::put_into(after, model::settings_of(model::text_of(settings)).settings);
    REQUIRE(after.watches.size() == 1);
    CHECK(after.watches[0].type == "system_metrics");
    CHECK(after.watches[0].path_text == "data.cpu_percent");
    CHECK(after.watches[0].path.size() == 2);
}

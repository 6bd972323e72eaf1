#include "e2e/capture_check.h"

#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "base/text.h"
#include "e2e/process.h"

namespace e2e {
namespace {

using nlohmann::json;

const std::set<std::string> kFrames = {"text", "binary", "ping", "pong", "close"};
const std::set<std::string> kLife = {"connecting", "request", "response", "open", "failed",
                                     "closed",     "retry",   "refused",  "note"};
const std::set<std::string> kWithBytes = {"text",    "binary",  "ping",     "pong", "close",
                                          "refused", "request", "response", "note"};

void check_members(const json& event, const std::string& kind) {
    const auto has = [&](const char* name) { return event.contains(name); };
    if (kWithBytes.count(kind) != 0) CHECK((has("data") != has("b64")));
    if (kind == "connecting") CHECK(event.at("url").is_string());
    if (kind == "open")
        for (const char* name : {"address", "subprotocol", "extensions"})
            CHECK(event.at(name).is_string());
    if (kind == "response") CHECK(event.at("status").is_number_unsigned());
    if (kind == "retry") CHECK((event.at("attempt").is_number() && event.at("delay").is_number()));
    if (kind == "close" || kind == "closed") CHECK(event.at("reason").is_string());
    if (kind == "closed") {
        CHECK(event.at("clean").is_boolean());
        CHECK(std::set<std::string>{"us", "peer", "-"}.count(event.at("by")) == 1);
    }
    if (kind == "failed" || kind == "refused")
        for (const char* name : {"what", "why", "fix"})
            CHECK(event.at("error").at(name).is_string());
}

void check_event(const json& event, const std::string& line) {
    CAPTURE(line);
    const std::string kind = event.at("kind");
    REQUIRE((kFrames.count(kind) == 1 || kLife.count(kind) == 1));
    CHECK(event.at("conn").get<int>() >= 1);
    const std::string dir = event.at("dir");
    if (kFrames.count(kind) == 1)
        CHECK((dir == "in" || dir == "out"));
    else
        CHECK(dir == (kind == "refused" ? "out" : "-"));
    static const std::regex time(R"("t":-?[0-9]+(\.[0-9]{1,9})?[,}])");
    CHECK(std::regex_search(line, time));
    check_members(event, kind);
}

} // namespace

std::vector<json> checked_events(const std::vector<std::string>& lines) {
    std::vector<json> events;
    double last = 0;
    for (const std::string& line : lines) {
        const json event = json::parse(line, nullptr, false);
        REQUIRE_MESSAGE(event.is_object(), line);
        check_event(event, line);
        CHECK(event.at("n") == events.size() + 1);
        const double t = event.at("t").get<double>();
        CHECK(t >= last);
        last = t;
        events.push_back(event);
    }
    return events;
}

std::vector<json> checked_capture(const std::string& path) {
    const std::string text = content(path);
    REQUIRE_FALSE(text.empty());
    CHECK(text.back() == '\n');
    CHECK(base::utf8_valid(text));
    std::vector<std::string> lines = lines_of(text);
    const json first = json::parse(lines.front());
    CHECK(first.at("capture") == "websocket-debugger");
    CHECK(first.at("version") == 1);
    CHECK(first.at("program").get<std::string>().rfind("wsdbg ", 0) == 0);
    static const std::regex started(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
    CHECK(std::regex_match(first.at("started").get<std::string>(), started));
    lines.erase(lines.begin());
    return checked_events(lines);
}

std::vector<json> of_kind(const std::vector<json>& events, const std::string& kind,
                          const std::string& dir) {
    std::vector<json> found;
    for (const json& event : events)
        if (event.at("kind") == kind && (dir.empty() || event.at("dir") == dir))
            found.push_back(event);
    return found;
}

std::string bytes_of(const json& event) {
    if (event.contains("data")) return event.at("data").get<std::string>();
    std::string bytes;
    REQUIRE(base::bytes_from_base64(event.at("b64").get<std::string>(), &bytes));
    return bytes;
}

} // namespace e2e

// Nothing is cut off and nothing overlaps, at the three sizes, in both themes, in every state.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "gui/person.h"

using gui::Person;
using ui::Probe;
using ui::Rect;
using wire::Phase;

namespace {

struct Size {
    float width, height, scale;
};
constexpr Size kSizes[] = {{1280, 720, 1}, {1600, 900, 1}, {3840, 2160, 2}, {1600, 900, 1.25f}};

/// Texts that may end in …: what comes from outside and has no bound.
bool may_be_cut(const Probe::Text& text) {
    return text.region == "log" || text.region == "notice" || text.region == "inspector" ||
           text.region == "sidebar" || (text.region == "composer" && text.text.size() > 40) ||
           (text.region == "connection" &&
            text.text.find("the server answered") != std::string::npos);
}

/// The numbers beside the editor's lines scroll, so one may be half in sight.
bool line_number(const Probe::Text& text) {
    return text.region == "composer" &&
           text.text.find_first_not_of("0123456789") == std::string::npos;
}

void check_items(Person& person, const Size& size) {
    const Rect window{0, 0, size.width, size.height};
    const std::vector<Probe::Item>& items = person.ui.probe.items();
    REQUIRE(items.size() > 10);
    for (std::size_t i = 0; i < items.size(); ++i) {
        CAPTURE(items[i].label);
        CHECK(items[i].rect.inside(items[i].clip, 1));
        CHECK(items[i].rect.inside(window));
        for (std::size_t j = 0; j < i; ++j) {
            // An icon inside its field, a row inside the list: one lies wholly in the other.
            const bool nested =
                items[i].rect.inside(items[j].rect, 1) || items[j].rect.inside(items[i].rect, 1);
            if (!nested)
                CHECK_MESSAGE(!items[i].rect.overlaps(items[j].rect),
                              "overlaps " << items[j].label);
        }
    }
}

/// What of it is not clipped away.
Rect seen(const Probe::Text& text) {
    const float x = std::max(text.rect.x, text.clip.x), y = std::max(text.rect.y, text.clip.y);
    return {x, y, std::max(0.0f, std::min(text.rect.right(), text.clip.right()) - x),
            std::max(0.0f, std::min(text.rect.bottom(), text.clip.bottom()) - y)};
}

void check_texts(Person& person) {
    const std::vector<Probe::Text>& texts = person.ui.probe.texts();
    REQUIRE(texts.size() > 20);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Probe::Text& text = texts[i];
        if (text.region == "tooltip" || text.rect.empty()) continue;
        CAPTURE(text.region);
        CAPTURE(text.text);
        if (!may_be_cut(text)) CHECK_FALSE(text.cut);
        if (!line_number(text)) CHECK(text.rect.inside(text.clip, 1));
        if (text.text == "cursor") continue; // its tag lies on the rows, as a flag does
        for (std::size_t j = 0; j < i; ++j) {
            if (texts[j].region != text.region || texts[j].rect.empty()) continue;
            CHECK_MESSAGE(!seen(text).inset(0.5f, 1).overlaps(seen(texts[j])),
                          "overlaps " << texts[j].text);
        }
    }
}

void fill(Person& person) {
    person.add_messages(60, "memory_debug_operation");
    person.add_messages(300, "llm_token");
    person.add(person.maker.text_out("{\"type\":\"text_input\",\"data\":{\"text\":\"hello\"}}"));
    person.add(
        person.maker.failed("the server answered 503 Service Unavailable", "not ready", "wait"));
}

void check_all(Person& person, const Size& size) {
    person.look();
    check_items(person, size);
    check_texts(person);
}

} // namespace

TEST_CASE("the empty window fits") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        check_all(person, size);
    }
}

TEST_CASE("the sidebar fits at its smallest") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        person.ui.splits.sidebar_shown = 1;
        person.ui.splits.sidebar = 0;
        fill(person);
        check_all(person, size);
        for (const char* words : {"Connection life", "ping, pong", "Known, not seen"}) {
            const Probe::Text* text = person.ui.probe.shown("sidebar", words);
            REQUIRE(text != nullptr);
            CHECK_FALSE(text->cut);
        }
    }
}

TEST_CASE("an open connection with everything on screen fits") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        fill(person);
        model::Connection& connection = person.connect(Phase::open);
        connection.state.auth = wire::AuthStage::authenticated;
        connection.state.ping_rtt_ns = 12'345 * base::kMicrosecond;
        for (int i = 0; i < 12345; ++i) connection.in.add(person.model.now.mono_ns, 1234);
        for (int i = 0; i < 250; ++i) connection.out.add(person.model.now.mono_ns, 618);
        person.model.notices.tell(model::Severity::warning, 1, "a",
                                  {"a thing", std::string(300, 'w'), "do this"}, 1);
        person.model.notices.tell(model::Severity::error, 1, "b", {"another thing", "because", ""},
                                  1, 5);
        person.selection.event = 361;
        check_all(person, size);
        for (const char* tab : {"inspector/Raw", "inspector/Hex", "inspector/Difference",
                                "inspector/Wire", "inspector/About", "inspector/Tree"}) {
            person.click(tab);
            check_all(person, size);
        }
    }
}

TEST_CASE("waiting to retry, with a long error, fits") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        fill(person);
        model::Connection& connection = person.connect(Phase::waiting);
        connection.state.attempt = 128;
        connection.state.retry_at_mono_ns = person.model.now.mono_ns + 28 * base::kSecond;
        connection.state.retry_cap_s = 30;
        connection.state.last_error_phase = "HTTP answer";
        connection.state.last_error = base::Error{
            "the server answered 503 Service Unavailable with Retry-After 30 and a long story", "x",
            "y"};
        person.selection.event = 362;
        check_all(person, size);
    }
}

TEST_CASE("a standing challenge fits") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        fill(person);
        model::Connection& connection = person.connect(Phase::open);
        connection.state.auth = wire::AuthStage::challenged;
        connection.state.auth_deadline_mono_ns = person.model.now.mono_ns + 12 * base::kSecond;
        connection.state.ping_rtt_ns = 410 * base::kMicrosecond;
        connection.in.add(person.model.now.mono_ns, 200);
        check_all(person, size);
        person.model.files.recording = true;
        person.model.files.record.file = "/tmp/2026-11-26_08-31-05.ndjson";
        check_all(person, size);
    }
}

TEST_CASE("the mark of --insecure fits and is not pushed out") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        model::Connection& connection = person.connect(Phase::waiting);
        connection.state.attempt = 7;
        connection.state.retry_at_mono_ns = person.model.now.mono_ns + 4 * base::kSecond;
        connection.state.insecure = true;
        connection.state.last_error_phase = "HTTP answer";
        connection.state.last_error =
            base::Error{"the server answered 503 Service Unavailable", "x", "y"};
        check_all(person, size);
        CHECK(person.sees("connection", "--insecure"));
    }
}

TEST_CASE("paused, with the cursor in time, fits") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        fill(person);
        person.look();
        person.press({ui::Key::space});
        person.add_messages(85);
        check_all(person, size);
    }
}

TEST_CASE("find, a wrong filter and marks fit") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        person.connect(Phase::open, 2);
        fill(person);
        person.maker.link = 2;
        person.add_messages(40);
        person.look();
        person.press(ui::ctrl_shift(ui::Key::f));
        person.type("size > 1 and kind == bogus");
        person.press({ui::Key::escape});
        person.press({ui::Key::escape});
        person.press(ui::ctrl(ui::Key::f));
        person.type("token");
        person.model.bookmarks.set(361, true);
        check_all(person, size);
        CHECK(person.has("log/Wrong part"));
        CHECK(person.has("log/Next hit"));
        person.press({ui::Key::f3});
        person.press({ui::Key::escape});
        person.press({ui::Key::space});
        check_all(person, size);
    }
}

TEST_CASE("plots and timeline fit: live, paused, logarithmic, and as a distribution") {
    for (const Size& size : kSizes) {
        CAPTURE(size.width);
        Person person(size.width, size.height, size.scale);
        person.connect(Phase::open);
        person.maker.step_ns = 700 * base::kMillisecond;
        person.add(person.maker.life(wire::Kind::connecting));
        person.add(person.maker.life(wire::Kind::open));
        for (int i = 0; i < 12; ++i) {
            const std::string total = i == 7 ? "-1201.5" : "0.8" + std::to_string(i);
            person.add(person.maker.text_in(
                R"({"type":"latency_trace","data":{"stt_seconds":0.3,"llm_seconds":0.35,)"
                R"("tts_seconds":0.15,"total_seconds":)" +
                total + "}}"));
            person.add(person.maker.text_in(
                R"({"type":"system_metrics","data":{"memory_mb":1029.6,"cpu_percent":104.25,)"
                R"("gpu_vram_mb":0}})"));
        }
        REQUIRE(person.model.plots.add("system_metrics", "data.uptime_seconds").ok());
        check_all(person, size);
        person.press({ui::Key::space});
        person.press({ui::Key::l});
        check_all(person, size);
        person.press({ui::Key::h});
        check_all(person, size);
        person.press({ui::Key::h});
        person.ui.panels.time.plots.first = 3;
        person.press({ui::Key::n0});
        check_all(person, size);
    }
}

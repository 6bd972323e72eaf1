#include "app/open_capture.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "app/drain.h"
#include "base/clock.h"

namespace {

constexpr auto kDeadline = std::chrono::seconds(30);
constexpr std::int64_t kBudget = 5 * base::kMillisecond;

struct Folder {
    Folder() {
        char name[] = "/tmp/wsdbg-open-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string put(const char* name, const std::string& text) const {
        std::ofstream(path + "/" + name) << text;
        return path + "/" + name;
    }
    std::string path;
};

std::string lines_of(int messages, const std::string& tail = {}) {
    std::string text =
        R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.456Z","program":"t"})"
        "\n"
        R"({"n":1,"t":0,"conn":1,"dir":"-","kind":"connecting","url":"ws://host/"})"
        "\n";
    for (int i = 0; i < messages; ++i)
        text += R"({"t":1,"conn":1,"dir":"in","kind":"text","data":"message )" + std::to_string(i) +
                "\"}\n";
    return text + tail;
}

/// A window without its window: frames until something holds.
struct Bench {
    bool frames_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) return false;
            model->now = base::stamp_now();
            opened.drain(*model, budget);
            std::this_thread::yield();
        }
        return true;
    }
    bool all_read() {
        for (const auto& progress : opened.progress())
            if (!progress.finished) return false;
        return true;
    }

    std::unique_ptr<model::Model> model = std::make_unique<model::Model>();
    app::OpenedCaptures opened;
    std::int64_t budget = kBudget; ///< 0: a few events a frame
};

} // namespace

TEST_CASE("an opened capture is a connection of the log, beside the ones that are there") {
    const Folder folder;
    Bench bench;
    bench.model->connections.emplace_back().link = 1;
    bench.opened.open(folder.put("a.ndjson", lines_of(100)));
    bench.opened.open(folder.put("b.ndjson", lines_of(50)));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    CHECK(bench.model->log.size() == 101 + 51);
    REQUIRE(bench.model->connections.size() == 3);
    std::uint64_t in_a = 0, in_b = 0;
    for (const std::uint32_t link : {2u, 3u}) {
        const model::Connection* connection = bench.model->connection(link);
        CHECK(connection->state.url == "ws://host/");
        (connection->file == folder.path + "/a.ndjson" ? in_a : in_b) = connection->in.messages;
    }
    CHECK(in_a == 100);
    CHECK(in_b == 50);
    CHECK(bench.opened.progress()[0].events == 101);
    CHECK(bench.model->notices.list.empty());
    // They are offered again, newest first; which was read to its end first is not said.
    CHECK(bench.model->files.recent.size() == 2);
}

TEST_CASE("captures that are opened together stand in the order of their times") {
    const Folder folder;
    const auto at = [](const char* started, int messages) {
        std::string text =
            std::string(R"({"capture":"websocket-debugger","version":1,"started":")") + started +
            R"(","program":"t"})" + "\n";
        for (int i = 0; i < messages; ++i)
            text += "{\"t\":" + std::to_string(i) +
                    R"(,"conn":1,"dir":"in","kind":"text","data":"x"})" + "\n";
        return text;
    };
    Bench bench;
    bench.opened.open(folder.put("late.ndjson", at("2026-11-23T01:02:03.500Z", 50)));
    bench.opened.open(folder.put("early.ndjson", at("2026-11-23T01:02:03.000Z", 50)));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    const model::Log& log = bench.model->log;
    REQUIRE(log.size() == 100);
    for (model::EventId id = log.first() + 1; id < log.end(); ++id) {
        CHECK(log.mono_ns(id) - log.mono_ns(id - 1) == base::kSecond / 2);
        CHECK(log.row(id).link != log.row(id - 1).link); // one from each, in turn
    }
}

TEST_CASE("a note is about the row that it was about in its file") {
    const Folder folder;
    Bench bench;
    bench.opened.open(folder.put("a.ndjson", lines_of(40)));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    bench.opened.open(folder.put(
        "b.ndjson", lines_of(3, R"({"t":1,"conn":1,"dir":"-","kind":"note","of":3,"data":"see"})"
                                "\n")));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    const model::Log& log = bench.model->log;
    const wire::EventView note = log.view(log.end() - 1);
    REQUIRE(note.kind == wire::Kind::note);
    CHECK(log.view(note.details->of).payload == "message 1"); // line 3 of the second file
    CHECK(log.row(note.details->of).link == 2);
    // It was saved as a bookmark, and is one again.
    REQUIRE(bench.model->bookmarks.list.size() == 1);
    CHECK(bench.model->bookmarks.list[0].event == note.details->of);
    CHECK(bench.model->bookmarks.list[0].note == "see");
}

TEST_CASE("the file that was asked for is shown, others come beside it") {
    const Folder folder;
    Bench bench;
    bench.model->connections.emplace_back().link = 1;
    bench.model->current_link = 1;
    bench.opened.open(folder.put("a.ndjson", lines_of(1)));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    CHECK(bench.model->current_link == 1);
    bench.opened.open(folder.put("b.ndjson", lines_of(1)), true);
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    CHECK(bench.model->current_link == 3);
    CHECK(model::label_of(*bench.model->current()) == "b.ndjson");
}

TEST_CASE("a large capture is usable while it is still being read, and reading it can be ended") {
    const Folder folder;
    Bench bench;
    bench.opened.open(folder.put("a.ndjson", lines_of(300'000)));
    REQUIRE(bench.frames_until([&] { return bench.model->log.size() > 0; }));
    CHECK_FALSE(bench.opened.progress()[0].finished);
    CHECK(bench.model->log.view(bench.model->log.first()).details->url == "ws://host/");
    bench.opened.cancel(*bench.model, 1);
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    CHECK(bench.opened.progress()[0].cancelled);
    CHECK(bench.model->log.size() > 0);
    CHECK(bench.model->log.size() < 300'001);
    REQUIRE(bench.model->notices.list.size() == 1);
    CHECK(bench.model->notices.list[0].text.what.find("cancelled") != std::string::npos);
}

TEST_CASE("times of a capture are those of the day it was made, on this program's clock") {
    const Folder folder;
    Bench bench;
    bench.opened.open(folder.put("a.ndjson", lines_of(1)));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    const auto first = bench.model->log.first();
    CHECK(bench.model->log.wall_ns(first) / base::kMillisecond == 1'795'395'723'456);
    CHECK(bench.model->log.mono_ns(first + 1) - bench.model->log.mono_ns(first) == base::kSecond);
}

TEST_CASE("what is wrong with a file is a notice") {
    const Folder folder;
    Bench bench;
    bench.opened.open(folder.path + "/missing.ndjson");
    bench.opened.open(folder.put("damaged.ndjson", lines_of(2, "nonsense\n")));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    REQUIRE(bench.model->notices.list.size() == 2);
    std::string words;
    for (const auto& notice : bench.model->notices.list) words += base::one_line(notice.text);
    CHECK(words.find("No such file") != std::string::npos);
    CHECK(words.find("1 damaged line") != std::string::npos);
    CHECK(words.find("line 5") != std::string::npos);
}

TEST_CASE("events of the past tell nobody anything") {
    const Folder folder;
    Bench bench;
    bench.opened.open(folder.put(
        "a.ndjson", lines_of(0, R"({"t":1,"conn":1,"dir":"-","kind":"failed","error":{"what":"x"}})"
                                "\n")));
    REQUIRE(bench.frames_until([&] { return bench.all_read(); }));
    CHECK(bench.model->log.size() == 2);
    CHECK(bench.model->notices.list.empty());
}

//--- files that are older than what is there

namespace {

/// Events of one connection at these milliseconds behind a fixed moment.
std::string capture_at(const std::vector<int>& times, const std::string& word) {
    std::string text =
        R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.000Z","program":"t"})"
        "\n";
    for (std::size_t i = 0; i < times.size(); ++i)
        text += "{\"t\":" + std::to_string(times[i] / 1000.0) +
                R"(,"conn":1,"dir":"in","kind":"text","data":")" + word + std::to_string(i) +
                "\"}\n";
    return text;
}

/// The payloads in the order of the log, after what everything relies on was checked.
std::vector<std::string> payloads_in_order(const model::Log& log) {
    std::vector<std::string> all;
    for (model::EventId id = log.first(); id < log.end(); ++id) {
        all.emplace_back(log.view(id).payload);
        if (id > log.first()) CHECK(log.mono_ns(id - 1) <= log.mono_ns(id));
    }
    return all;
}

} // namespace

TEST_CASE("a file that is older than the log is merged with it, and marks stay on their events") {
    const Folder folder;
    Bench bench;
    model::Model& model = *bench.model;
    bench.opened.open(folder.put("late.ndjson", capture_at({500, 700, 700, 900}, "late")));
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    const model::EventId first = model.log.first();
    model.bookmarks.set_note(first + 1, "look");
    model.bookmarks.set(first + 3, true);
    model.notices.tell(model::Severity::info, 1, "x", {"it", "", ""}, 1, first + 2);
    REQUIRE(model::follow_log(model, base::kSecond));

    bench.opened.open(folder.put("early.ndjson", capture_at({100, 600, 700, 1000}, "early")), true);
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    CHECK_FALSE(bench.opened.merging());
    const model::Log& log = model.log;
    CHECK(payloads_in_order(log) == std::vector<std::string>{"early0", "late0", "early1", "late1",
                                                             "late2", "early2", "late3", "early3"});
    REQUIRE(model.bookmarks.list.size() == 2);
    CHECK(log.view(model.bookmarks.list[0].event).payload == "late1");
    CHECK(model.bookmarks.list[0].note == "look");
    CHECK(log.view(model.bookmarks.list[1].event).payload == "late3");
    CHECK(log.view(model.notices.list.at(0).event).payload == "late2");
    CHECK(model.connection(1)->in.messages == 4);
    CHECK(model.connection(2)->in.messages == 4);
    CHECK(log.trimmed() == 0);
    // What was opened to be looked at is found by its first event.
    CHECK(model.current_link == 2);
    CHECK(log.view(model.files.show).payload == "early0");

    // Everything that follows the log goes by the new order.
    while (!model::follow_log(model, base::kSecond)) {
    }
    CHECK(log.first_at(log.mono_ns(log.first() + 4)) == log.first() + 3);
    CHECK(model.timeline.first() == log.first());
    CHECK(model.timeline.end() == log.end());
    CHECK(model.timeline.before(log, log.end()).received == 8);
    CHECK(model.index.size() == 8);
}

TEST_CASE("a merge leaves every row as it was but for its place, whatever the log's size") {
    const Folder folder;
    Bench bench;
    model::Model& model = *bench.model;
    model.connections.emplace_back().link = 1;
    wire::SlabWriter slabs;
    const base::Stamp now = base::stamp_now();
    constexpr int kRows = 9000; // more than two of the log's chunks, and a part of one
    const auto event_of = [&](int i) {
        wire::Event event;
        event.id = static_cast<std::uint64_t>(i) + 1;
        event.mono_ns = now.mono_ns + i * base::kMicrosecond;
        event.wall_ns = now.wall_ns + i * base::kMicrosecond + (i > 5000 ? base::kSecond : 0);
        event.conn = event.link = 1;
        event.dir = i % 3 == 0 ? wire::Dir::out : wire::Dir::in;
        event.kind = i % 7 == 0 ? wire::Kind::ping : wire::Kind::text;
        event.payload = slabs.append("payload " + std::to_string(i));
        event.frames = i % 5 == 0 ? 3 : 1;
        event.wire_size = static_cast<std::uint64_t>(i) + 10;
        if (i % 11 == 0) {
            event.details = std::make_unique<wire::Details>();
            event.details->reason = "reason " + std::to_string(i);
        }
        return event;
    };
    for (int i = 0; i < kRows; ++i) app::take_event(model, event_of(i));
    const std::uint64_t memory = model.log.memory_bytes();
    bench.opened.open(folder.put("old.ndjson", capture_at({1, 2, 3}, "old")));
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    const model::Log& log = model.log;
    REQUIRE(log.size() == kRows + 3);
    CHECK(log.memory_bytes() < memory + memory / 4 + (2u << 20)); // payloads are shared
    for (int i = 0; i < kRows; ++i) {
        const wire::Event expected = event_of(i);
        const wire::EventView row = log.view(log.first() + 3 + static_cast<std::uint64_t>(i));
        CAPTURE(i);
        REQUIRE(row.mono_ns == expected.mono_ns);
        REQUIRE(std::abs(row.wall_ns - expected.wall_ns) <=
                base::kMillisecond); // as the log keeps it
        REQUIRE(row.dir == expected.dir);
        REQUIRE(row.kind == expected.kind);
        REQUIRE(row.payload == expected.payload.view());
        REQUIRE(row.frames == expected.frames);
        REQUIRE(row.wire_size == expected.wire_size);
        REQUIRE((row.details != nullptr) == (expected.details != nullptr));
        if (row.details) REQUIRE(row.details->reason == expected.details->reason);
        REQUIRE(model.engine_ids.to_of(row.id) == expected.id);
    }
}

TEST_CASE("notes of a file that is still read when a merge begins are about the rows they were") {
    const Folder folder;
    Bench bench;
    model::Model& model = *bench.model;
    // Its second half comes once the merge with the other file is under way.
    const auto note = [](int n) {
        return R"({"n":)" + std::to_string(n + 20'000) + R"(,"t":)" + std::to_string(n + 20'000) +
               R"(,"conn":1,"dir":"-","kind":"note","data":"note )" + std::to_string(n) +
               R"(","of":)" + std::to_string(n) + "}\n";
    };
    std::string text =
        R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.000Z"})"
        "\n";
    constexpr int kRows = 20'000; // more than the queue between the threads takes at once
    for (int i = 1; i <= kRows; ++i)
        text += R"({"n":)" + std::to_string(i) + R"(,"t":)" + std::to_string(i) +
                R"(,"conn":1,"dir":"in","kind":"text","data":"row )" + std::to_string(i) + "\"}\n";
    for (const int n : {1, 50, 10'000, kRows}) text += note(n);
    bench.budget = 0;
    bench.opened.open(folder.put("long.ndjson", text));
    REQUIRE(bench.frames_until([&] { return model.log.size() > 2000; }));
    std::vector<int> times;
    for (int i = 0; i < 100; ++i) times.push_back(i * 1000);
    bench.opened.open(folder.put("early.ndjson", capture_at(times, "early")));
    REQUIRE(bench.frames_until([&] { return bench.opened.merging(); }));
    REQUIRE(model.log.size() < kRows); // the rest of it is read after this
    bench.budget = kBudget;
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    REQUIRE(model.bookmarks.list.size() == 4);
    for (const model::Bookmark& mark : model.bookmarks.list)
        CHECK("row" + mark.note.substr(4) == model.log.view(mark.event).payload);
    std::size_t notes = 0;
    for (model::EventId id = model.log.first(); id < model.log.end(); ++id) {
        const wire::EventView event = model.log.view(id);
        if (event.kind != wire::Kind::note) continue;
        ++notes;
        REQUIRE(event.details);
        CHECK("row" + std::string(event.payload.substr(4)) ==
              model.log.view(event.details->of).payload);
    }
    CHECK(notes == 4);
}

TEST_CASE("what happens while the log is merged waits, and comes behind") {
    const Folder folder;
    Bench bench;
    model::Model& model = *bench.model;
    model.connections.emplace_back().link = 1;
    wire::EventQueue queue;
    const auto happens = [&](const char* payload) {
        wire::SlabWriter slabs;
        const base::Stamp now = base::stamp_now();
        wire::Event event;
        event.mono_ns = now.mono_ns;
        event.wall_ns = now.wall_ns;
        event.conn = event.link = 1;
        event.dir = wire::Dir::in;
        event.kind = wire::Kind::text;
        event.payload = slabs.append(payload);
        REQUIRE(queue.try_push(event));
    };
    happens("before");
    app::drain(model, queue, base::kSecond);
    std::vector<int> times;
    for (int i = 0; i < 5000; ++i) times.push_back(i);
    bench.opened.open(folder.put("old.ndjson", capture_at(times, "old")));
    bench.budget = 0;
    REQUIRE(bench.frames_until([&] { return bench.opened.merging(); }));
    happens("meanwhile");
    app::drain(model, queue, base::kSecond, true);
    CHECK(queue.front() == nullptr); // no server waits for a file
    CHECK(model.held.size() == 1);
    wire::Event state;
    state.kind = wire::Kind::status;
    state.details = std::make_unique<wire::Details>();
    state.details->link = std::make_unique<wire::LinkState>();
    state.details->link->link = 1;
    state.details->link->phase = wire::Phase::waiting;
    REQUIRE(queue.try_push(state));
    app::drain(model, queue, base::kSecond, true);
    CHECK(model.connection(1)->state.phase == wire::Phase::waiting); // shown at once
    CHECK(model.held.size() == 1);
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    happens("behind");
    app::drain(model, queue, base::kSecond, bench.opened.merging());
    CHECK(model.held.empty());
    const std::vector<std::string> all = payloads_in_order(model.log);
    REQUIRE(all.size() == 5003);
    CHECK(all[0] == "old0");
    CHECK(all[4999] == "old4999");
    CHECK(std::vector<std::string>(all.begin() + 5000, all.end()) ==
          std::vector<std::string>{"before", "meanwhile", "behind"});
    CHECK(model.connection(1)->in.messages == 3); // none was counted twice
}

TEST_CASE("while somebody counts on the ids nothing is merged, and afterwards it is") {
    const Folder folder;
    Bench bench;
    model::Model& model = *bench.model;
    bench.opened.open(folder.put("late.ndjson", capture_at({500}, "late")));
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    bench.opened.open(folder.put("early.ndjson", capture_at({100}, "early")));
    const auto end = std::chrono::steady_clock::now() + kDeadline;
    while (!bench.opened.progress()[1].finished && std::chrono::steady_clock::now() < end)
        bench.opened.drain(model, kBudget, false);
    bench.opened.drain(model, kBudget, false);
    CHECK(model.log.size() == 1);
    CHECK(bench.opened.busy());
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    CHECK(payloads_in_order(model.log) == std::vector<std::string>{"early0", "late0"});
}

TEST_CASE("a log that is cleared while it is merged stays without its rows") {
    const Folder folder;
    Bench bench;
    model::Model& model = *bench.model;
    bench.opened.open(folder.put("late.ndjson", capture_at({9'000'000}, "late")));
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    std::vector<int> times;
    for (int i = 0; i < 5000; ++i) times.push_back(i);
    bench.opened.open(folder.put("early.ndjson", capture_at(times, "early")));
    bench.budget = 0;
    REQUIRE(bench.frames_until([&] { return bench.opened.merging(); }));
    bench.opened.forget_rows();
    app::clear_log(model);
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    for (const std::string& payload : payloads_in_order(model.log)) CHECK(payload[0] == 'e');
    CHECK_FALSE(bench.opened.merging());
}

TEST_CASE("a merge that is cancelled loses no row of the log") {
    const Folder folder;
    Bench bench;
    model::Model& model = *bench.model;
    std::vector<int> times;
    for (int i = 0; i < 20'000; ++i) times.push_back(1'000'000 + i);
    bench.opened.open(folder.put("late.ndjson", capture_at(times, "late")));
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    for (int& time : times) time -= 1'000'000;
    const std::string early = folder.put("early.ndjson", capture_at(times, "early"));
    bench.opened.open(early);
    bench.budget = 0;
    REQUIRE(bench.frames_until([&] { return bench.opened.merging(); }));
    bench.opened.cancel(early);
    REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
    std::uint64_t late = 0;
    for (const std::string& payload : payloads_in_order(model.log)) late += payload[0] == 'l';
    CHECK(late == 20'000);
}

TEST_CASE("files opened one after the other end as those that are sorted by their times") {
    std::mt19937 random(7);
    for (int round = 0; round < 30; ++round) {
        const Folder folder;
        Bench bench;
        std::vector<std::pair<int, std::string>> expected;
        const int files = 2 + static_cast<int>(random() % 3);
        for (int file = 0; file < files; ++file) {
            std::vector<int> times;
            int at = static_cast<int>(random() % 50);
            const int count = static_cast<int>(random() % 40);
            for (int i = 0; i < count; ++i) times.push_back(at += static_cast<int>(random() % 4));
            const std::string word(1, static_cast<char>('a' + file));
            bench.opened.open(folder.put((word + ".ndjson").c_str(), capture_at(times, word)));
            REQUIRE(bench.frames_until([&] { return !bench.opened.busy(); }));
            for (int i = 0; i < count; ++i)
                expected.emplace_back(times[static_cast<std::size_t>(i)], word + std::to_string(i));
        }
        std::stable_sort(expected.begin(), expected.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        const std::vector<std::string> all = payloads_in_order(bench.model->log);
        REQUIRE(all.size() == expected.size());
        for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == expected[i].second);
    }
}

#include "app/open_capture.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>

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
            opened.drain(*model, kBudget);
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

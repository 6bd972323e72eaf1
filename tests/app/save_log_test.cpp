// The log written into files as the window does it: rows as they come from a producer, a budget a
// frame, and what is in the file read again.
#include "app/save_log.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "capture/har_reader.h"
#include "capture/reader.h"
#include "model/filter_parser.h"
#include "model/make_events.h"

namespace {

namespace fs = std::filesystem;

constexpr auto kDeadline = std::chrono::seconds(60);
constexpr std::int64_t kBudget = 2 * base::kMillisecond;

struct Bench {
    Bench() {
        char name[] = "/tmp/wsdbg-save-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        folder = name;
        model->now = base::stamp_now();
    }
    ~Bench() { fs::remove_all(folder); }

    model::EventId add(wire::Event event) { return model->log.append(std::move(event)); }
    void add_messages(int count) {
        for (int i = 0; i < count; ++i)
            add(maker.text_in(R"({"type":"t)" + std::to_string(i % 3) + R"(","data":{"i":)" +
                              std::to_string(i) + "}}"));
    }
    bool save(model::SaveLog wish) {
        const base::Status begun = saver.start(wish, *model);
        return begun.ok() && written();
    }
    bool written() {
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (saver.busy()) {
            if (std::chrono::steady_clock::now() > end) return false;
            model->now = base::stamp_now();
            saver.work(*model, kBudget);
            std::this_thread::yield();
        }
        return true;
    }
    std::string text(const std::string& path) const {
        std::ifstream file(path);
        std::ostringstream all;
        all << file.rdbuf();
        return all.str();
    }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }
    const base::Error& told() const { return model->notices.list.back().text; }

    std::string folder;
    std::unique_ptr<model::Model> model = std::make_unique<model::Model>();
    test::EventMaker maker;
    app::LogSaver saver{"test 1"};
};

std::vector<wire::Event> events_of(const std::string& path) {
    std::vector<wire::Event> events;
    auto reader = capture::open_any(path);
    REQUIRE(reader.ok());
    for (wire::Event event; reader.value().next(&event); event = wire::Event())
        events.push_back(std::move(event));
    CHECK(reader.value().damaged_lines() == 0);
    CHECK(reader.value().warnings().empty());
    return events;
}

} // namespace

TEST_CASE("the whole log becomes a capture that has every event, byte for byte") {
    Bench bench;
    bench.add_messages(5000);
    bench.add(bench.maker.text_out(std::string("\0 \x01 \xff", 5)));
    const std::string path = bench.folder + "/a.ndjson";
    REQUIRE(bench.save({path}));
    const auto events = events_of(path);
    REQUIRE(events.size() == 5001);
    for (std::size_t i = 0; i < events.size(); ++i) {
        const wire::EventView shown = bench.model->log.view(bench.model->log.first() + i);
        CHECK(events[i].payload.view() == shown.payload);
        CHECK(events[i].dir == shown.dir);
        CHECK(events[i].mono_ns ==
              shown.mono_ns - bench.model->log.mono_ns(bench.model->log.first()));
    }
    CHECK((fs::status(path).permissions() & fs::perms(0777)) == fs::perms(0600));
    CHECK(bench.files() == 1); // no temporary file is left
    CHECK(bench.told().what.find("5,001 lines written to " + path) != std::string::npos);
    CHECK(bench.model->files.recent == std::vector<std::string>{path});
}

TEST_CASE("the end of the name says as what: HAR, and a table") {
    Bench bench;
    bench.add(bench.maker.life(wire::Kind::connecting));
    bench.add_messages(20);
    REQUIRE(bench.save({bench.folder + "/a.har"}));
    CHECK(events_of(bench.folder + "/a.har").size() == 21);
    REQUIRE(bench.save({bench.folder + "/a.CSV"}));
    const std::string table = bench.text(bench.folder + "/a.CSV");
    CHECK(std::count(table.begin(), table.end(), '\n') == 22);
    const base::Status refused = bench.saver.start({bench.folder + "/a.txt"}, *bench.model);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().fix.find(".ndjson") != std::string::npos);
}

TEST_CASE("the rows shown are those that pass the filter, whatever is typed meanwhile") {
    Bench bench;
    bench.add_messages(3000);
    auto filter = model::Filter::parse("type == t1");
    model::ListFilter list;
    list.filter = std::get<model::Filter>(filter);
    bench.model->index.set_filter(list, bench.model->log);
    model::SaveLog wish{bench.folder + "/a.ndjson", true};
    REQUIRE(bench.saver.start(wish, *bench.model).ok());
    bench.model->index.set_filter({}, bench.model->log);
    bench.add_messages(30); // too late for the file
    REQUIRE(bench.written());
    const auto events = events_of(wish.path);
    REQUIRE(events.size() == 1000);
    for (const wire::Event& event : events)
        CHECK(event.payload.view().find("\"t1\"") != std::string_view::npos);
}

TEST_CASE("bookmarks and notes go along, each about the line before it") {
    Bench bench;
    bench.add_messages(10);
    const model::EventId first = bench.model->log.first();
    bench.model->bookmarks.set(first + 2, true);
    bench.model->bookmarks.set_note(first + 7, "here it goes wrong");
    REQUIRE(bench.save({bench.folder + "/a.ndjson"}));
    const auto events = events_of(bench.folder + "/a.ndjson");
    REQUIRE(events.size() == 12);
    CHECK(events[3].kind == wire::Kind::note);
    CHECK(events[3].details->of == events[2].id);
    CHECK(events[9].kind == wire::Kind::note);
    CHECK(events[9].details->of == events[8].id);
    CHECK(events[9].payload.view() == "here it goes wrong");
    CHECK(events[9].mono_ns == events[8].mono_ns);

    // Also where only some rows are written, and not for rows that are not.
    model::ListFilter list;
    list.filter = std::get<model::Filter>(model::Filter::parse("data.i >= 7"));
    bench.model->index.set_filter(list, bench.model->log);
    REQUIRE(bench.save({bench.folder + "/b.ndjson", true}));
    const auto some = events_of(bench.folder + "/b.ndjson");
    REQUIRE(some.size() == 4);
    CHECK(some[1].details->of == some[0].id);
}

TEST_CASE("a mark whose note is the next row anyway is written once") {
    Bench bench;
    bench.add_messages(2);
    const model::EventId marked = bench.model->log.end() - 1;
    wire::Event note = bench.maker.life(wire::Kind::note);
    note.details->of = marked;
    note.payload = bench.maker.slabs.append("seen before");
    bench.add(std::move(note));
    bench.model->bookmarks.set_note(marked, "seen before");
    REQUIRE(bench.save({bench.folder + "/a.ndjson"}));
    CHECK(events_of(bench.folder + "/a.ndjson").size() == 3);
    bench.model->bookmarks.set_note(marked, "changed since");
    REQUIRE(bench.save({bench.folder + "/b.ndjson"}));
    CHECK(events_of(bench.folder + "/b.ndjson").size() == 4);
}

TEST_CASE("a file that is there is replaced only by who says so, and as a whole") {
    Bench bench;
    bench.add_messages(5);
    const std::string path = bench.folder + "/a.ndjson";
    std::ofstream(path) << "precious";
    const base::Status refused = bench.saver.start({path}, *bench.model);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().why.find("is there") != std::string::npos);
    CHECK(bench.text(path) == "precious");
    model::SaveLog wish{path};
    wish.overwrite = true;
    REQUIRE(bench.save(wish));
    CHECK(events_of(path).size() == 5);
}

TEST_CASE("a file that comes to be there while it is written is not lost") {
    Bench bench;
    bench.add_messages(5);
    const std::string path = bench.folder + "/a.ndjson";
    REQUIRE(bench.saver.start({path}, *bench.model).ok());
    std::ofstream(path) << "precious";
    REQUIRE(bench.written());
    CHECK(bench.text(path) == "precious");
    CHECK(bench.told().what.find("was not written") != std::string::npos);
    CHECK(bench.files() == 1);
}

TEST_CASE("writing can be cancelled: no file comes of it, and what was there stays") {
    Bench bench;
    bench.add_messages(20'000);
    REQUIRE(bench.saver.start({bench.folder + "/a.ndjson"}, *bench.model).ok());
    bench.saver.work(*bench.model, 1);
    CHECK(bench.saver.busy());
    CHECK_FALSE(bench.saver.start({bench.folder + "/b.ndjson"}, *bench.model).ok());
    bench.saver.cancel();
    REQUIRE(bench.written());
    CHECK(bench.files() == 0);
    CHECK(bench.told().why.find("cancelled") != std::string::npos);
}

TEST_CASE("redacted, no secret is in the file; else it says how many are") {
    Bench bench;
    bench.add(bench.maker.text_in(R"({"type":"a","data":{"token":"s3cr3t-of-the-house"}})"));
    bench.add(bench.maker.text_in(R"({"type":"a","data":{"password":"s3cr3t-of-the-house"}})"));
    model::SaveLog wish{bench.folder + "/a.ndjson", true, true};
    REQUIRE(bench.save(wish));
    CHECK(bench.text(wish.path).find("s3cr3t") == std::string::npos);
    CHECK(bench.told().why.find("2 secrets replaced") != std::string::npos);
    wish = {bench.folder + "/b.ndjson", true, false};
    REQUIRE(bench.save(wish));
    CHECK(bench.text(wish.path).find("s3cr3t") != std::string::npos);
    CHECK(bench.told().why.find("2 secrets in it") != std::string::npos);
    CHECK(bench.told().fix.find("Redact") != std::string::npos);
}

TEST_CASE("what the log no longer holds is a gap, before the file and within it") {
    Bench bench;
    bench.add_messages(100);
    REQUIRE(bench.saver.start({bench.folder + "/a.ndjson"}, *bench.model).ok());
    bench.model->log.clear();
    bench.add_messages(10);
    REQUIRE(bench.written());
    const auto events = events_of(bench.folder + "/a.ndjson");
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == wire::Kind::note);
    CHECK(events[0].details->gap == 100);
}

TEST_CASE("connections of several sources keep apart, and stand in the order of time") {
    Bench bench;
    for (const char* file : {"/x/a.ndjson", "/x/b.ndjson"}) {
        model::Connection& added = bench.model->connections.emplace_back();
        added.link = static_cast<std::uint32_t>(bench.model->connections.size());
        added.file = file;
    }
    const std::int64_t begin = base::mono_now_ns();
    for (int i = 0; i < 40; ++i) { // as the log stands
        wire::Event event = bench.maker.text_in("{}");
        event.link = 1 + static_cast<std::uint32_t>(i) % 2;
        event.conn = 1;
        event.mono_ns = begin + i * base::kMillisecond;
        event.wall_ns = event.mono_ns + bench.maker.wall_offset_ns;
        bench.add(std::move(event));
    }
    REQUIRE(bench.save({bench.folder + "/a.ndjson"}));
    const auto events = events_of(bench.folder + "/a.ndjson");
    REQUIRE(events.size() == 40);
    for (std::size_t i = 1; i < events.size(); ++i) {
        CHECK(events[i].mono_ns - events[i - 1].mono_ns == base::kMillisecond);
        CHECK(events[i].conn != events[i - 1].conn);
    }
}

TEST_CASE(
    "a note that is a row already is not written once more for its mark, wherever it stands") {
    Bench bench;
    bench.add_messages(10);
    const model::EventId marked = bench.model->log.first() + 2;
    wire::Event note = bench.maker.text_in("look here"); // as a recording has it: much later
    note.kind = wire::Kind::note;
    note.dir = wire::Dir::none;
    note.details = std::make_unique<wire::Details>();
    note.details->of = marked;
    bench.add(std::move(note));
    bench.model->bookmarks.set_note(marked, "look here");
    bench.model->bookmarks.set_note(marked + 1, "only a mark");
    while (!model::follow_log(*bench.model, base::kSecond)) {
    }
    REQUIRE(bench.save({bench.folder + "/a.ndjson"}));
    std::vector<std::string> notes;
    std::uint64_t line = 0;
    for (const auto& event : events_of(bench.folder + "/a.ndjson")) {
        ++line;
        if (event.kind == wire::Kind::note)
            notes.push_back(std::to_string(line) + " of " + std::to_string(event.details->of));
    }
    CHECK(notes == std::vector<std::string>{"5 of 4", "12 of 3"});
}

TEST_CASE("an empty log becomes an empty capture, a place that cannot be written is an error") {
    Bench bench;
    REQUIRE(bench.save({bench.folder + "/a.ndjson"}));
    CHECK(events_of(bench.folder + "/a.ndjson").empty());
    const base::Status refused = bench.saver.start({bench.folder + "/no/a.ndjson"}, *bench.model);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().why.find("No such file") != std::string::npos);
}

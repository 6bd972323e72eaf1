// ctest: timeout=300 serial threads
#include "capture/recorder.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "capture/folder.h"
#include "capture/reader.h"

namespace {

std::atomic<int> g_sync_fault{0}; ///< what the next fdatasync fails with, once
std::atomic<int> g_syncs{0};

} // namespace

/// In the place of the C library's: a disk that fails.
extern "C" int fdatasync(int fd) {
    ++g_syncs;
    if (const int fault = g_sync_fault.exchange(0); fault != 0) {
        errno = fault;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

namespace {

using capture::Bell;
using capture::Recorder;
using test::Folder;
using wire::Event;
using wire::Kind;

constexpr auto kDeadline = std::chrono::seconds(30);

/// A producer with its queue, and the recorder that it feeds.
struct Bench {
    explicit Bench(const std::string& path, bool early = false, std::uint64_t limit = 0,
                   bool redact = false) {
        queue.set_wake([bell = bell] { bell->ring(); });
        capture::RecorderOptions options;
        options.path = path;
        options.started = base::stamp_now();
        options.program = "test 1";
        options.early = early;
        options.message_limit = limit;
        options.redact = redact;
        options.changed = [this] { ++changes; };
        auto started = Recorder::start(queue, bell, options);
        REQUIRE_MESSAGE(started.ok(), base::one_line(started.error()));
        recorder = std::move(started.value());
    }

    Event message(std::string_view payload) {
        const base::Stamp now = base::stamp_now();
        Event event;
        event.id = ++last_id;
        event.mono_ns = now.mono_ns;
        event.wall_ns = now.wall_ns;
        event.conn = event.link = 1;
        event.dir = wire::Dir::in;
        event.kind = Kind::text;
        event.payload = slabs.append(payload);
        return event;
    }
    void push(wire::EventQueue& to, Event event) {
        while (!to.try_push(event)) std::this_thread::yield();
    }
    void push(std::string_view payload) { push(queue, message(payload)); }

    bool wait(const std::function<bool(const wire::RecordingState&)>& until) {
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (std::chrono::steady_clock::now() < end) {
            if (until(recorder->state())) return true;
            std::this_thread::yield();
        }
        return false;
    }

    std::shared_ptr<Bell> bell = std::make_shared<Bell>();
    wire::EventQueue queue;
    wire::SlabWriter slabs;
    std::uint64_t last_id = 0;
    std::atomic<int> changes{0};
    std::unique_ptr<Recorder> recorder;
};

std::vector<Event> read(const std::string& path) {
    auto reader = capture::Reader::open(path);
    REQUIRE(reader.ok());
    std::vector<Event> events;
    for (Event event; reader.value().next(&event); event = Event())
        events.push_back(std::move(event));
    CHECK(reader.value().damaged_lines() == 0);
    return events;
}

std::vector<std::string> payloads(const std::vector<Event>& events) {
    std::vector<std::string> all;
    for (const Event& event : events) all.emplace_back(event.payload.view());
    return all;
}

} // namespace

TEST_CASE("what happens is in the file soon, and all of it at the end") {
    const Folder folder;
    const std::string path = folder / "a.ndjson";
    Bench bench(path);
    bench.push("one");
    CHECK(bench.wait(
        [&](const auto&) { return test::content(path).find("one") != std::string::npos; }));
    bench.push("two");
    bench.recorder->finish();
    CHECK(payloads(read(path)) == std::vector<std::string>{"one", "two"});
    const wire::RecordingState state = bench.recorder->state();
    CHECK(state.finished);
    CHECK(state.events == 2);
    CHECK(state.messages == 2);
    CHECK(state.gap == 0);
    CHECK_FALSE(state.error.has_value());
    CHECK(state.bytes == test::content(path).size());
}

TEST_CASE("the producer's last word ends the recording, and what follows is not taken") {
    const Folder folder;
    Bench bench(folder / "a.ndjson");
    bench.push("one");
    Event end;
    end.kind = Kind::status;
    bench.push(bench.queue, std::move(end));
    CHECK(bench.wait([](const auto& state) { return state.finished; }));
    bench.push("of the next recording");
    bench.recorder->finish();
    CHECK(payloads(read(folder / "a.ndjson")) == std::vector<std::string>{"one"});
}

TEST_CASE("begun late, it writes what was before first") {
    const Folder folder;
    Bench bench(folder / "a.ndjson", true);
    Event first = bench.message("first"), second = bench.message("second");
    bench.push("third");
    CHECK(bench.wait([&](const auto&) { return bench.queue.stats().events == 0; }));
    bench.push(bench.recorder->owner_events(), std::move(first));
    bench.push(bench.recorder->owner_events(), std::move(second));
    bench.recorder->early_done();
    bench.push("fourth");
    bench.recorder->finish();
    CHECK(payloads(read(folder / "a.ndjson")) ==
          std::vector<std::string>{"first", "second", "third", "fourth"});
}

TEST_CASE("so many messages and no more, and without secrets when that is asked") {
    const Folder folder;
    Bench bench(folder / "a.ndjson", false, 2, true);
    bench.push(R"({"token":"S3CRET"})");
    bench.push("two");
    bench.push("three");
    Event note;
    note.conn = 1;
    note.details = std::make_unique<wire::Details>();
    note.details->note = "life goes on";
    bench.push(bench.queue, std::move(note));
    bench.recorder->finish();
    const std::string text = test::content(folder / "a.ndjson");
    CHECK(text.find("S3CRET") == std::string::npos);
    CHECK(text.find("redacted-") != std::string::npos);
    CHECK(text.find("three") == std::string::npos);
    CHECK(text.find("life goes on") != std::string::npos);
    CHECK(bench.recorder->state().left_out == 1);
    CHECK(bench.recorder->state().hidden == 1);
}

namespace {

/// Pushes until the recorder tells of a fault, a little more, makes room, and looks at the hole.
void check_hole(const std::string& path, const std::function<void()>& make_room) {
    Bench bench(path);
    const std::string filler(1000, 'x');
    std::uint64_t pushed = 0;
    REQUIRE(bench.wait([&](const wire::RecordingState& state) {
        // No faster than the recorder takes it: what it still holds must fit into the room made.
        if (bench.queue.stats().events < 64) {
            bench.push(filler);
            ++pushed;
        }
        return state.error.has_value() && state.gap > 0;
    }));
    CHECK(bench.changes >= 1);
    CHECK_FALSE(bench.recorder->state().last_error.fix.empty());
    make_room();
    REQUIRE(bench.wait([](const auto& state) { return !state.error.has_value(); }));
    bench.push("after");
    bench.recorder->finish();
    const std::vector<Event> events = read(path);
    std::uint64_t gap = 0, messages = 0;
    for (const Event& event : events) {
        if (event.kind == Kind::note) gap += event.details->gap;
        if (event.kind == Kind::text) ++messages;
    }
    CHECK(gap > 0);
    CHECK(gap == bench.recorder->state().gap);
    CHECK(messages + gap == pushed + 1); // nothing is dropped without a number
    CHECK(events.back().payload.view() == "after");
}

} // namespace

TEST_CASE("a file that may not grow is told, and the hole is marked when it may again") {
    const Folder folder;
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto old = ::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 200'000;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    check_hole(folder / "a.ndjson", [&] { ::setrlimit(RLIMIT_FSIZE, &before); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, old);
}

namespace {

struct SmallDisk {
    explicit SmallDisk(const std::string& place) : path(place) {
        mounted = ::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=4m") == 0;
    }
    ~SmallDisk() {
        if (mounted) ::umount2(path.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    std::string path;
    bool mounted = false;
};

} // namespace

TEST_CASE("a full disk is told, and the hole is marked when there is room again") {
    const Folder folder;
    const SmallDisk disk(folder.path);
    if (!disk.mounted) {
        MESSAGE("no tmpfs may be mounted here: only the limit on the file's size was tried");
        return;
    }
    std::ofstream(folder / "filler") << std::string(3'000'000, 'f') << std::flush;
    check_hole(folder / "a.ndjson", [&] { std::filesystem::remove(folder / "filler"); });
}

TEST_CASE("a file that is removed is told of and created again, with a word about what is gone") {
    const Folder folder;
    const std::string path = folder / "a.ndjson";
    Bench bench(path);
    bench.push("gone");
    REQUIRE(bench.wait(
        [&](const auto&) { return test::content(path).find("gone") != std::string::npos; }));
    std::filesystem::remove(path);
    REQUIRE(bench.wait([](const auto& state) { return state.faults > 0; }));
    CHECK(bench.recorder->state().last_error.what.find("removed") != std::string::npos);
    bench.push("after");
    bench.recorder->finish();
    const std::vector<Event> events = read(path);
    REQUIRE(events.size() == 2);
    CHECK(events[0].kind == Kind::note);
    CHECK(events[0].details->gap == 1);
    CHECK(events[1].payload.view() == "after");
}

TEST_CASE("a disk that fails once is told, and the recording is not whole after that") {
    const Folder folder;
    Bench bench(folder / "a.ndjson");
    g_sync_fault = EIO;
    bench.push("one");
    REQUIRE(bench.wait([](const auto& state) { return state.sync_failed; }));
    CHECK(bench.recorder->state().last_error.why.find("nput/output") != std::string::npos);
    CHECK(bench.recorder->state().faults == 1);
    bench.push("two");
    bench.recorder->finish();
    const wire::RecordingState state = bench.recorder->state();
    CHECK_FALSE(state.error); // it is written again
    CHECK(state.gap == 0);
    CHECK_FALSE(wire::whole(state));
    CHECK(read(folder / "a.ndjson").size() == 2);
}

TEST_CASE("the last events are synced before the recording ends, and a fault of that is told") {
    const Folder folder;
    Bench bench(folder / "a.ndjson");
    bench.push("one");
    REQUIRE(bench.wait([](const auto& state) { return state.messages == 1; }));
    const int before = g_syncs;
    g_sync_fault = ENOSPC;
    bench.recorder->finish();
    CHECK(g_syncs > before);
    const wire::RecordingState state = bench.recorder->state();
    CHECK(state.finished);
    CHECK(state.faults == 1);
    CHECK_FALSE(wire::whole(state));
    CHECK(g_sync_fault == 0);
}

//--- killed at any moment

// The thread sanitizer does not take threads in a process that was forked.
#if !defined(__SANITIZE_THREAD__)
namespace {

/// What a child that is about to be killed tells: how many events were pushed by each millisecond.
struct Told {
    std::atomic<std::uint64_t> ready;
    std::atomic<std::uint64_t> newest_ms;
    std::atomic<std::uint64_t> pushed_by_ms[60'000];
};

std::uint64_t now_ms() {
    return static_cast<std::uint64_t>(base::mono_now_ns() / base::kMillisecond);
}

/// Never returns: pushes as fast as the recorder takes it.
[[noreturn]] void record_until_killed(const std::string& path, Told* told) {
    Bench bench(path);
    const std::uint64_t begin = now_ms();
    std::string payload(180, 'x');
    std::uint64_t pushed = 0;
    for (;;) {
        const std::uint64_t ms = now_ms() - begin;
        if (ms >= 60'000) ::_exit(3);
        told->pushed_by_ms[ms] = pushed; // by then, and no later
        told->newest_ms = ms;
        told->ready = 1;
        for (int i = 0; i < 20; ++i, ++pushed) bench.push(payload);
        ::usleep(200); // a flood of some 100,000 messages a second, no more
    }
}

} // namespace

TEST_CASE("killed a hundred times under load, the file is an unbroken beginning, 100 ms short") {
    const Folder folder;
    std::mt19937 random(7);
    int late = 0;
    for (int round = 0; round < 100; ++round) {
        const std::string path = folder / ("k" + std::to_string(round) + ".ndjson").c_str();
        void* const shared = ::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        REQUIRE(shared != MAP_FAILED);
        auto* const told = new (shared) Told();
        const pid_t child = ::fork();
        if (child == 0) record_until_killed(path, told);
        while (told->ready == 0) std::this_thread::yield();
        ::usleep(static_cast<useconds_t>(20'000 + random() % 200'000));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        const std::uint64_t end = told->newest_ms;

        auto reader = capture::Reader::open(path);
        REQUIRE(reader.ok());
        std::uint64_t count = 0, n = 0;
        for (wire::EventView event; reader.value().next(&event); ++count) n = event.id;
        CHECK(n == count);
        CHECK(reader.value().damaged_lines() == 0);
        CHECK(reader.value().warnings().size() <= 1); // a half-written last line, at most
        const std::uint64_t due = end > 100 ? told->pushed_by_ms[end - 100].load() : 0;
        if (count < due) ++late;
        const std::uint64_t certain = end > 1000 ? told->pushed_by_ms[end - 1000].load() : 0;
        CHECK(count >= certain);
        std::filesystem::remove(path);
        ::munmap(shared, sizeof(Told));
    }
    // On a machine that is busy with something else a thread may not get its turn for so long.
    CHECK_MESSAGE(late <= 3, late << " of 100 were more than 100 ms short");
}
#endif

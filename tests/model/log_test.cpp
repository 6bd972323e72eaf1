#include "model/log.h"

#include <doctest/doctest.h>

#include <deque>

#include "model/make_events.h"

using base::kMillisecond;
using base::kSecond;
using model::EventId;
using model::Log;
using wire::Dir;
using wire::Kind;

TEST_CASE("a row gives back what its event had") {
    Log log;
    test::EventMaker make;
    make.conn = 7;
    make.link = 3;
    wire::Event event = make.text_in(R"({"type":"mode_change","data":{"mode":"idle"}})");
    event.wire_size = 50;
    const std::int64_t mono = event.mono_ns, wall = event.wall_ns;
    CHECK(log.append(std::move(event)) == 1);

    const model::Row row = log.row(1);
    CHECK(row.id == 1);
    CHECK(row.mono_ns == mono);
    CHECK(row.size == 45);
    CHECK(row.conn == 7);
    CHECK(row.link == 3);
    CHECK(row.kind == Kind::text);
    CHECK(row.dir == Dir::in);
    CHECK(row.has_payload);
    CHECK(log.types()[row.type].name == "mode_change");

    const wire::EventView view = log.view(1);
    CHECK(view.id == 1);
    CHECK(view.mono_ns == mono);
    CHECK(view.wall_ns == wall);
    CHECK(view.conn == 7);
    CHECK(view.link == 3);
    CHECK(view.dir == Dir::in);
    CHECK(view.kind == Kind::text);
    CHECK(view.frames == 1);
    CHECK(view.wire_size == 50);
    CHECK(view.payload == R"({"type":"mode_change","data":{"mode":"idle"}})");
    CHECK(view.details == nullptr);
    CHECK(log.kind(1) == Kind::text);
    CHECK(log.dir(1) == Dir::in);
}

TEST_CASE("no payload is not the same as an empty one") {
    Log log;
    test::EventMaker make;
    log.append(make.life(Kind::open));
    log.append(make.text_in(""));
    CHECK_FALSE(log.view(1).has_payload);
    CHECK(log.view(2).has_payload);
    CHECK(log.view(2).payload.empty());
    CHECK_FALSE(log.row(1).has_payload);
    CHECK(log.row(2).has_payload);
}

TEST_CASE("details and odd frames are kept for the rows that have them") {
    Log log;
    test::EventMaker make;
    for (int i = 0; i < 5000; ++i) {
        wire::Event event =
            i % 100 == 7 ? make.failed("error " + std::to_string(i)) : make.text_in("x");
        if (i % 50 == 9) event.frames = 3;
        if (i % 1000 == 10) event.wire_size = 5'000'000'000;
        log.append(std::move(event));
    }
    for (EventId id = log.first(); id < log.end(); ++id) {
        const auto i = static_cast<int>(id - 1);
        const wire::EventView view = log.view(id);
        REQUIRE((view.details != nullptr) == (i % 100 == 7));
        if (view.details) REQUIRE(view.details->error->what == "error " + std::to_string(i));
        REQUIRE(view.frames == (i % 50 == 9 ? 3 : 1));
        REQUIRE(view.wire_size == (i % 1000 == 10 ? 5'000'000'000 : 0));
    }
}

TEST_CASE("types are numbered as they are seen, counted, and read through escapes") {
    Log log;
    test::EventMaker make;
    log.append(make.text_in(R"({"type":"a","data":{}})"));
    log.append(make.text_out(R"({"data":{"type":"inner"},"type":"b"})"));
    log.append(make.text_in(R"({"t\u0079pe":"\u0061"})"));
    log.append(make.text_in(R"({"type":5})"));
    log.append(make.text_in("not JSON"));
    log.append(make.frame(Kind::binary, Dir::in, R"({"type":"a"})"));
    CHECK(log.row(1).type == log.row(3).type);
    CHECK(log.types()[log.row(1).type].name == "a");
    CHECK(log.types()[log.row(2).type].name == "b");
    for (EventId id : {4u, 5u, 6u}) CHECK(log.row(id).type == 0);
    CHECK(log.types().size() == 3);
    CHECK(log.types()[0].name.empty());
    CHECK(log.types()[log.type_of("a")].count == 2);
    CHECK(log.types()[log.type_of("a")].last == 3);
    CHECK(log.type_of("never seen") == 0);
}

TEST_CASE("a server with endless new types cannot make the table endless") {
    Log log;
    test::EventMaker make;
    const std::string long_name(1000, 'n');
    log.append(make.text_in("{\"type\":\"" + long_name + "\"}"));
    const model::TypeId other = log.row(1).type;
    CHECK(log.types()[other].name == "(other types)");
    for (int i = 0; i < 66'000; ++i)
        log.append(make.text_in("{\"type\":\"t" + std::to_string(i) + "\"}"));
    CHECK(log.types().size() < 65'536);
    CHECK(log.row(log.end() - 1).type == other);
    CHECK(log.types()[log.row(2).type].name == "t0");
    std::uint64_t sum = 0;
    for (const model::TypeInfo& type : log.types()) sum += type.count;
    CHECK(sum == log.size());
}

TEST_CASE("events are counted by kind and direction") {
    Log log;
    test::EventMaker make;
    log.append(make.life(Kind::open));
    log.append(make.text_in("a"));
    log.append(make.text_in("b"));
    log.append(make.text_out("c"));
    log.append(make.frame(Kind::ping, Dir::in, ""));
    CHECK(log.counts().kind[static_cast<std::size_t>(Kind::text)] == 3);
    CHECK(log.counts().kind[static_cast<std::size_t>(Kind::ping)] == 1);
    CHECK(log.counts().dir[static_cast<std::size_t>(Dir::in)] == 3);
    CHECK(log.counts().dir[static_cast<std::size_t>(Dir::out)] == 1);
    CHECK(log.counts().dir[static_cast<std::size_t>(Dir::none)] == 1);
}

TEST_CASE(
    "events are counted by connection and by attempt, and a clear keeps those that were seen") {
    Log log;
    test::EventMaker make;
    make.link = 2, make.conn = 7;
    log.append(make.text_in("a"));
    make.conn = 8;
    log.append(make.text_in("b"));
    make.link = 1, make.conn = 9;
    log.append(make.text_in("c"));
    make.link = 2, make.conn = 8;
    log.append(make.text_in("d"));
    const model::LogCounts& counts = log.counts();
    REQUIRE(counts.links.size() == 2);
    CHECK(counts.links[0].link == 2);
    CHECK(counts.links[0].count == 3);
    CHECK(counts.links[1].count == 1);
    REQUIRE(counts.conns.size() == 3);
    CHECK(counts.conns[1].conn == 8);
    CHECK(counts.conns[1].link == 2);
    CHECK(counts.conns[1].count == 2);
    log.clear();
    CHECK(counts.links[0].count == 0);
    log.append(make.text_in("e"));
    REQUIRE(counts.conns.size() == 3);
    CHECK(counts.conns[1].count == 1);
}

TEST_CASE("a head that came with the event is believed, and one that is missing is found") {
    Log log;
    test::EventMaker make;
    const std::string text = "{\"type\":\"seen\",\"other\":\"believed\"}";
    wire::Event event = make.text_in(text);
    event.head.read = event.head.has_type = true;
    event.head.type_at = static_cast<std::uint32_t>(text.find("believed"));
    event.head.type_size = 8;
    CHECK(log.types()[log.row(log.append(std::move(event))).type].name == "believed");
    CHECK(log.types()[log.row(log.append(make.text_in(text))).type].name == "seen");
}

TEST_CASE("wall times follow a clock that somebody sets") {
    Log log;
    test::EventMaker make;
    std::vector<std::int64_t> wall;
    for (int i = 0; i < 300; ++i) {
        if (i == 100) make.wall_offset_ns += 3600 * kSecond;
        if (i == 200) make.wall_offset_ns -= 5 * kMillisecond;
        wire::Event event = make.text_in("x");
        wall.push_back(event.wall_ns);
        log.append(std::move(event));
    }
    for (EventId id = 1; id < log.end(); ++id) REQUIRE(log.wall_ns(id) == wall[id - 1]);
    CHECK(log.view(150).wall_ns == wall[149]);
}

TEST_CASE("wall times that drift slowly stay within a millisecond") {
    Log log;
    test::EventMaker make;
    for (int i = 0; i < 1000; ++i) {
        make.wall_offset_ns += kMillisecond / 10;
        log.append(make.text_in("x"));
    }
    std::int64_t worst = 0;
    std::int64_t offset = test::EventMaker().wall_offset_ns;
    for (EventId id = 1; id < log.end(); ++id) {
        offset += kMillisecond / 10;
        worst = std::max(worst, std::abs(log.wall_ns(id) - (log.mono_ns(id) + offset)));
    }
    CHECK(worst <= kMillisecond);
}

TEST_CASE("the row at a moment is found by its clock") {
    Log log;
    CHECK(log.first_at(0) == log.end());
    test::EventMaker make;
    for (int i = 0; i < 10'000; ++i) log.append(make.text_in("x"));
    CHECK(log.first_at(0) == 1);
    CHECK(log.first_at(log.mono_ns(5000)) == 5000);
    CHECK(log.first_at(log.mono_ns(5000) + 1) == 5001);
    CHECK(log.first_at(log.mono_ns(9999) + kSecond) == log.end());
    CHECK(log.start_mono_ns() == log.mono_ns(1));
}

TEST_CASE("a clear forgets the rows and goes on with the ids") {
    Log log;
    test::EventMaker make;
    for (int i = 0; i < 5000; ++i) log.append(make.text_in(R"({"type":"a"})"));
    log.append(make.failed("x"));
    log.clear();
    CHECK(log.size() == 0);
    CHECK(log.first() == 5002);
    CHECK(log.end() == 5002);
    CHECK_FALSE(log.contains(5001));
    CHECK(log.counts().dir[0] == 0);
    CHECK(log.types()[log.type_of("a")].count == 0);
    CHECK(log.trimmed() == 0);
    CHECK(log.start_mono_ns() == 0);

    make.wall_offset_ns += kSecond;
    wire::Event next = make.text_in(R"({"type":"a"})");
    const std::int64_t wall = next.wall_ns;
    CHECK(log.append(std::move(next)) == 5002);
    CHECK(log.view(5002).payload == R"({"type":"a"})");
    CHECK(log.wall_ns(5002) == wall);
    CHECK(log.types()[log.type_of("a")].count == 1);
    CHECK(log.start_mono_ns() == log.mono_ns(5002));
}

TEST_CASE("memory of a clear is given back in pieces, and counted until then") {
    Log log;
    test::EventMaker make;
    const std::uint64_t empty = log.memory_bytes();
    const std::string payload(100'000, 'x');
    for (int i = 0; i < 1000; ++i) log.append(make.text_in(payload));
    for (int i = 0; i < 500; ++i) log.append(make.failed("an error with a text of some length"));
    const std::uint64_t full = log.memory_bytes();
    CHECK(full > 100'000'000);
    log.clear();
    CHECK(log.memory_bytes() > full - 1'000'000);
    const bool more = log.reclaim(0); // one piece
    CHECK(more);
    CHECK(log.memory_bytes() > full / 2);
    CHECK_FALSE(log.reclaim(60 * kSecond));
    CHECK(log.memory_bytes() < empty + 1000);
    CHECK_FALSE(log.reclaim(0));
}

TEST_CASE("each append after a clear gives one piece back") {
    Log log;
    test::EventMaker make;
    const std::string payload(100'000, 'x');
    for (int i = 0; i < 100; ++i) log.append(make.text_in(payload));
    log.clear();
    std::uint64_t held = log.memory_bytes();
    for (int i = 0; i < 5; ++i) {
        log.append(make.text_in("x"));
        const std::uint64_t now = log.memory_bytes();
        if (i > 0) CHECK(held - now == doctest::Approx(1 << 20).epsilon(0.01)); // one slab
        held = now;
    }
}

TEST_CASE("a clear also forgets how many were trimmed") {
    Log log;
    test::EventMaker make;
    log.set_budget(1);
    for (int i = 0; i < 10; ++i) log.append(make.text_in("x"));
    CHECK(log.trimmed() == 9);
    log.clear();
    CHECK(log.trimmed() == 0);
}

TEST_CASE("over its budget the log loses its oldest slab with its rows, and counts them") {
    Log log;
    test::EventMaker make;
    log.set_budget(4u << 20);
    const std::string payload = test::envelope_of_size("some_type", 1000);
    for (int i = 0; i < 20'000; ++i) {
        log.append(make.text_in(payload));
        REQUIRE(log.first() == log.trimmed() + 1);
        REQUIRE(log.size() + log.trimmed() == static_cast<std::uint64_t>(i) + 1);
    }
    while (log.reclaim(kSecond)) {
    }
    CHECK(log.memory_bytes() <= log.budget());
    CHECK(log.memory_bytes() > 2u << 20); // a slab at a time, not everything
    // A slab took 1048 of these; whole slabs went.
    CHECK(log.trimmed() % 1048 == 0);
    CHECK(log.trimmed() > 15'000);
    CHECK(log.counts().kind[0] == 20'000);
    for (EventId id = log.first(); id < log.end(); ++id) REQUIRE(log.view(id).payload == payload);
    CHECK_FALSE(log.contains(log.first() - 1));
}

TEST_CASE("a smaller budget takes effect at once") {
    Log log;
    test::EventMaker make;
    const std::string payload(1000, 'x');
    for (int i = 0; i < 10'000; ++i) log.append(make.text_in(payload));
    CHECK(log.trimmed() == 0);
    log.set_budget(3u << 20);
    CHECK(log.trimmed() > 7000);
    CHECK(log.size() > 1000);
    CHECK(log.view(log.end() - 1).payload == payload);
}

TEST_CASE("events without a payload are trimmed too") {
    Log log;
    test::EventMaker make;
    log.set_budget(2u << 20);
    for (int i = 0; i < 30'000; ++i) log.append(make.failed("error " + std::to_string(i)));
    CHECK(log.trimmed() > 0);
    CHECK(log.size() + log.trimmed() == 30'000);
    while (log.reclaim(kSecond)) {
    }
    CHECK(log.memory_bytes() <= log.budget());
    CHECK(log.size() > 1000);
    CHECK(log.view(log.first()).details->error->what == "error " + std::to_string(log.first() - 1));
}

TEST_CASE("the newest event stays, however small the budget") {
    Log log;
    test::EventMaker make;
    log.set_budget(1);
    for (int i = 0; i < 100; ++i) {
        log.append(make.text_in("message " + std::to_string(i)));
        REQUIRE(log.size() >= 1);
        REQUIRE(log.view(log.end() - 1).payload == "message " + std::to_string(i));
    }
    CHECK(log.size() + log.trimmed() == 100);
}

TEST_CASE("large messages beside small ones do not keep old slabs for ever") {
    Log log;
    test::EventMaker make;
    log.set_budget(20u << 20);
    const std::string large(3u << 20, 'L');
    for (int i = 0; i < 40; ++i) { // all the small ones share the slab that is being filled
        log.append(make.text_in("small"));
        log.append(make.text_in(large));
        if (i >= 4) REQUIRE(log.size() >= 8);
    }
    while (log.reclaim(kSecond)) {
    }
    CHECK(log.memory_bytes() <= log.budget());
    for (EventId id = log.first(); id < log.end(); ++id)
        REQUIRE(log.view(id).payload.size() == (id % 2 == 1 ? 5 : large.size()));
}

TEST_CASE("180-byte messages cost at most a quarter more than their bytes") {
    Log log;
    test::EventMaker make;
    const std::string payload = test::envelope_of_size("latency_trace", 180);
    REQUIRE(payload.size() == 180);
    for (int i = 0; i < 100'000; ++i) log.append(make.text_in(payload));
    CHECK(log.memory_bytes() >= 100'000 * (180 + 32));
    CHECK(static_cast<double>(log.memory_bytes()) <= 1.25 * 180 * 100'000);
}

namespace {

/// What the log should hold, by the plainest means.
struct Copy {
    std::uint64_t id;
    std::string payload;
    bool has_payload, has_details;
    std::uint32_t frames, conn, link;
    Kind kind;
    std::int64_t mono_ns, wall_ns;
};

void check_same(const Log& log, const std::deque<Copy>& copies) {
    REQUIRE(log.size() == copies.size());
    for (const Copy& copy : copies) {
        const wire::EventView view = log.view(copy.id);
        REQUIRE(view.payload == copy.payload);
        REQUIRE(view.has_payload == copy.has_payload);
        REQUIRE((view.details != nullptr) == copy.has_details);
        if (view.details) REQUIRE(view.details->note == std::to_string(copy.id));
        REQUIRE(view.frames == copy.frames);
        REQUIRE(view.conn == copy.conn);
        REQUIRE(view.link == copy.link);
        REQUIRE(view.kind == copy.kind);
        REQUIRE(view.mono_ns == copy.mono_ns);
        REQUIRE(std::abs(view.wall_ns - copy.wall_ns) <= kMillisecond);
    }
}

} // namespace

TEST_CASE("random appends, trims and clears leave exactly the rows that should be there") {
    test::Dice dice(11);
    Log log;
    test::EventMaker makers[2]; // two producers' slabs, one order
    std::deque<Copy> copies;
    std::uint64_t clears = 0, seen_trims = 0;
    log.set_budget(6u << 20);
    for (int i = 0; i < 60'000; ++i) {
        test::EventMaker& make = makers[dice.below(2)];
        make.conn = 1 + dice.below(5);
        make.link = 1 + dice.below(2);
        if (dice.below(1000) == 0)
            make.wall_offset_ns += static_cast<std::int64_t>(dice.below(5)) * kSecond;
        const unsigned roll = dice.below(1000);
        const std::size_t size = roll == 0 ? 1'500'000 : roll < 20 ? 20'000 : dice.below(300);
        wire::Event event = roll % 10 == 5
                                ? make.life(Kind::note)
                                : make.text_in(std::string(size, static_cast<char>('a' + i % 26)));
        if (event.details) event.details->note = std::to_string(log.end());
        if (roll % 50 == 3) event.frames = 2 + dice.below(5);
        copies.push_back({log.end(), std::string(event.payload.view()), event.payload.present(),
                          event.details != nullptr, event.frames, event.conn, event.link,
                          event.kind, event.mono_ns, event.wall_ns});
        REQUIRE(log.append(std::move(event)) == copies.back().id);
        if (dice.below(20'000) == 0) {
            log.clear();
            copies.clear();
            ++clears;
        }
        if (dice.below(5000) == 0) log.set_budget((2u + dice.below(8)) << 20);
        while (!copies.empty() && copies.front().id < log.first()) {
            copies.pop_front();
            ++seen_trims;
        }
        if (i % 3000 == 0) check_same(log, copies);
    }
    check_same(log, copies);
    CHECK(clears > 0);
    CHECK(seen_trims > 1000);
}

TEST_CASE(
    "the time since what an event answers is kept with its row, in snapshots and over trims") {
    Log log;
    test::EventMaker make;
    for (int i = 0; i < 10'000; ++i) {
        const EventId id = log.append(make.text_in("x"));
        if (i % 3 == 0) log.set_rtt(id, i);
    }
    const auto snapshot = log.snapshot();
    for (EventId id = 1; id < log.end(); ++id) {
        const auto i = static_cast<std::int64_t>(id - 1);
        const std::int64_t rtt_ns = i % 3 == 0 ? i : -1;
        REQUIRE(log.view(id).rtt_ns == rtt_ns);
        if (id < snapshot->end()) REQUIRE(snapshot->view(id).rtt_ns == rtt_ns);
    }
    const std::uint64_t full = log.memory_bytes();
    log.set_budget(full / 2);
    REQUIRE(log.trimmed() > 0);
    CHECK(log.memory_bytes() <= full);
    CHECK(log.view(log.end() - 1).rtt_ns == 9'999);
    log.clear();
    while (log.reclaim(base::kSecond)) {
    }
    CHECK(log.memory_bytes() < full / 10);
}

#include "model/sequence.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "model/make_events.h"

using model::EventId;
using model::Log;
using model::Sequence;
using model::SequenceKind;
using model::SequenceMark;

namespace {

std::string numbered(std::int64_t seq, const std::string& type, const std::string& data) {
    return "{\"version\": \"1.0\", \"seq\": " + std::to_string(seq) +
           ", \"timestamp\": 3609.5, \"type\": \"" + type + "\", \"data\": " + data + "}";
}

/// A log with the sequence beside it, as drain feeds them.
struct Bench {
    Log log;
    Sequence sequence;
    test::EventMaker make;
    int tokens = 0;

    EventId take(wire::Event event) {
        const wire::MessageHead head = wire::read_message_head(event.payload.view());
        const EventId id = log.append(std::move(event));
        sequence.add(log, id, head);
        return id;
    }
    EventId text(std::string_view payload) { return take(make.text_in(payload)); }
    /// An event unlike any other.
    EventId seq(std::int64_t number) {
        return text(
            numbered(number, "llm_token", "{\"token_index\": " + std::to_string(tokens++) + "}"));
    }
    EventId token(std::int64_t number, const std::string& token,
                  const std::string& type = "llm_token") {
        return text(numbered(number, type, "{\"token\": \"" + token + "\"}"));
    }
    SequenceMark mark(EventId id) const { return sequence.mark_of(id); }
    std::uint64_t count(SequenceKind kind) const {
        return sequence.counts().of[static_cast<std::size_t>(kind)];
    }
};

} // namespace

TEST_CASE("numbers that follow each other need no mark") {
    Bench bench;
    for (int seq = 5; seq < 300; ++seq) CHECK_FALSE(bench.mark(bench.seq(seq)).any());
    CHECK(bench.count(SequenceKind::hole) == 0);
    CHECK(bench.sequence.next(SequenceKind::hole, 0) == 0);
}

TEST_CASE("a hole says which numbers are missing, and how many") {
    Bench bench;
    bench.seq(40);
    const EventId id = bench.seq(58);
    const SequenceMark mark = bench.mark(id);
    CHECK(mark.hole);
    CHECK(mark.missing_from == 41);
    CHECK(mark.missing_to == 57);
    CHECK(mark.missing() == 17);
    CHECK_FALSE(bench.mark(bench.seq(59)).any());
    bench.seq(61);
    CHECK(bench.count(SequenceKind::hole) == 2);
    CHECK(bench.sequence.counts().missing == 18);
}

TEST_CASE("a number that goes back is a restart") {
    Bench bench;
    bench.seq(40);
    const EventId id = bench.seq(1);
    CHECK(bench.mark(id).restart);
    CHECK(bench.mark(id).seq_before == 40);
    CHECK_FALSE(bench.mark(id).hole);
    CHECK_FALSE(bench.mark(bench.seq(2)).any());
    CHECK(bench.mark(bench.seq(2)).restart); // the same number twice is none that follows
}

TEST_CASE("what was missed between two attempts, and how much of it the server replayed") {
    Bench bench;
    const auto of_attempt = [&](std::uint32_t conn, const std::string& payload) {
        wire::Event event = bench.make.text_in(payload);
        event.conn = conn;
        return bench.take(std::move(event));
    };
    const auto live = [&](std::uint32_t conn, std::int64_t seq) {
        return of_attempt(conn, numbered(seq, "llm_token", "{}"));
    };
    live(1, 40);
    CHECK(bench.sequence.missed_before(1, 1) == nullptr);
    of_attempt(2, R"({"type":"replay","events":[{"seq":39,"type":"a"},{"seq":40,"type":"a"},)"
                  R"({"seq":41,"type":"a"},{"type":"b","seq":44},{"seq":46}]})");
    const EventId first = live(2, 46);
    const model::MissedBetween* missed = bench.sequence.missed_before(1, 2);
    REQUIRE(missed != nullptr);
    CHECK(missed->id == first);
    CHECK(missed->from == 41);
    CHECK(missed->to == 45);
    CHECK(missed->count() == 5);
    CHECK(missed->replayed == 2);
    CHECK_FALSE(bench.mark(first).hole); // the attempt before is over: nothing is lost on this one
    live(3, 47);                         // follows at once
    CHECK(bench.sequence.missed_before(1, 3) == nullptr);
    live(4, 1); // a new server: what it said before is unknown
    CHECK(bench.sequence.missed_before(1, 4) == nullptr);
    live(5, 9); // and without a `replay`
    REQUIRE(bench.sequence.missed_before(1, 5) != nullptr);
    CHECK(bench.sequence.missed_before(1, 5)->replayed == 0);
    live(6, INT64_MIN); // nothing overflows
    live(7, INT64_MAX);
    CHECK(bench.sequence.missed_before(1, 7)->count() == UINT64_MAX - 1);
    bench.sequence.forget_below(first + 1);
    CHECK(bench.sequence.missed_before(1, 2) == nullptr);
    CHECK(bench.sequence.missed_before(1, 5) != nullptr);
}

TEST_CASE("the largest and the smallest number overflow nothing") {
    Bench bench;
    bench.seq(INT64_MIN);
    const EventId far = bench.seq(INT64_MAX);
    CHECK(bench.mark(far).missing() == ~std::uint64_t{0} - 1);
    CHECK(bench.mark(bench.seq(INT64_MIN)).restart);
}

TEST_CASE("what a replay brings again is neither hole nor restart, nor is what has no number") {
    Bench bench;
    bench.text(R"({"type": "auth_challenge", "data": {"token": "x"}})");
    bench.text("{\"type\": \"replay\", \"events\": [" + numbered(3, "a", "{}") + "," +
               numbered(4, "b", "{}") + "]}");
    CHECK_FALSE(bench.mark(bench.seq(9)).any());
    bench.text("not JSON");
    bench.take(bench.make.text_out(numbered(1, "llm_token", "{}")));
    bench.take(bench.make.frame(wire::Kind::binary, wire::Dir::in, numbered(1, "llm_token", "{}")));
    CHECK_FALSE(bench.mark(bench.seq(10)).any());
}

TEST_CASE("each connection has its own numbers, and a new attempt opens no hole") {
    Bench bench;
    bench.seq(10);
    bench.make.link = 2;
    bench.make.conn = 2;
    CHECK_FALSE(bench.mark(bench.seq(500)).any());
    bench.make.link = 1;
    bench.make.conn = 1;
    CHECK_FALSE(bench.mark(bench.seq(11)).any());
    bench.make.conn = 3; // the line broke, others went on reading
    CHECK_FALSE(bench.mark(bench.seq(30)).any());
    bench.make.conn = 4; // the server was started anew
    const EventId id = bench.seq(2);
    CHECK(bench.mark(id).restart);
    CHECK(bench.mark(id).seq_before == 30);
}

TEST_CASE("another address is another server") {
    Bench bench;
    bench.sequence.connecting(1, "ws://one");
    bench.seq(30);
    bench.sequence.connecting(1, "ws://two");
    bench.make.conn = 2;
    CHECK_FALSE(bench.mark(bench.seq(2)).any());
}

TEST_CASE("a repeat has the same type and bytes of data, and another number") {
    Bench bench;
    const EventId first = bench.token(1, "Hel");
    CHECK_FALSE(bench.mark(bench.token(2, "lo")).repeat);
    const EventId again = bench.token(3, "Hel");
    CHECK(bench.mark(again).repeat);
    CHECK(bench.mark(again).repeat_of == first);
    CHECK_FALSE(bench.mark(bench.token(4, "Hel", "other_type")).repeat);
    const EventId third = bench.token(6, "Hel"); // and a number is missing before it
    CHECK(bench.mark(third).repeat_of == again);
    CHECK(bench.mark(third).hole);
    CHECK_FALSE(bench.mark(bench.token(6, "Hel")).repeat_of == third); // the same number
    CHECK(bench.count(SequenceKind::repeat) == 3);
}

TEST_CASE("a repeat is looked for among the last 256 and for a second") {
    Bench bench;
    bench.make.step_ns = base::kMicrosecond;
    std::int64_t seq = 1;
    bench.token(seq++, "near");
    for (int i = 0; i < 255; ++i) bench.seq(seq++);
    CHECK(bench.mark(bench.token(seq++, "near")).repeat); // 255 in between
    bench.token(seq++, "far");
    for (int i = 0; i < 256; ++i) bench.seq(seq++);
    CHECK_FALSE(bench.mark(bench.token(seq++, "far")).repeat);
    bench.token(seq++, "late");
    bench.make.mono_ns += base::kSecond;
    CHECK_FALSE(bench.mark(bench.token(seq++, "late")).repeat);
}

TEST_CASE("marks are found forwards and backwards") {
    Bench bench;
    bench.seq(1);
    const EventId hole = bench.seq(3), restart = bench.seq(1);
    bench.token(2, "x");
    const EventId repeat = bench.token(3, "x"), hole2 = bench.seq(9);
    const Sequence& sequence = bench.sequence;
    CHECK(sequence.next(SequenceKind::hole, 0) == hole);
    CHECK(sequence.next(SequenceKind::hole, hole) == hole2);
    CHECK(sequence.next(SequenceKind::hole, hole2) == 0);
    CHECK(sequence.previous(SequenceKind::hole, hole2) == hole);
    CHECK(sequence.previous(SequenceKind::hole, hole) == 0);
    CHECK(sequence.next(SequenceKind::restart, 0) == restart);
    CHECK(sequence.previous(SequenceKind::repeat, hole2) == repeat);
}

TEST_CASE("marks go with their rows, counts stay until the log is cleared") {
    Bench bench;
    bench.seq(1);
    const EventId hole = bench.seq(3);
    bench.token(4, "x");
    const EventId repeat = bench.token(5, "x");
    bench.sequence.forget_below(repeat);
    CHECK_FALSE(bench.mark(hole).any());
    CHECK(bench.mark(repeat).repeat);
    CHECK(bench.count(SequenceKind::hole) == 1);
    bench.log.clear();
    bench.sequence.clear();
    CHECK_FALSE(bench.mark(repeat).any());
    CHECK(bench.count(SequenceKind::hole) == 0);
    CHECK(bench.mark(bench.seq(7)).hole);                // where the connection stood is kept
    CHECK_FALSE(bench.mark(bench.token(8, "x")).repeat); // what it would repeat is gone
}

TEST_CASE("random traffic is marked as the plainest means mark it") {
    test::Dice dice(3);
    Bench bench;
    struct Seen {
        EventId id;
        std::int64_t mono_ns, seq;
        std::string type, data;
    };
    std::vector<Seen> all;
    std::int64_t seq = 1;
    std::uint64_t repeats = 0, holes = 0;
    bench.log.set_budget(3u << 20);
    for (int i = 0; i < 20'000; ++i) {
        bench.make.step_ns = dice.below(200) == 0 ? base::kSecond : base::kMillisecond;
        const std::int64_t before = seq;
        seq = dice.below(100) == 0 ? 1 : seq + 1 + (dice.below(20) == 0 ? dice.below(9) : 0);
        const std::string type = dice.below(2) ? "a" : "b";
        const std::string data = "{\"n\": " + std::to_string(dice.below(300)) + ", \"s\": \"" +
                                 std::string(100, '.') + "\"}";
        const EventId id = bench.text(numbered(seq, type, data));
        bench.sequence.forget_below(bench.log.first());
        const SequenceMark mark = bench.mark(id);
        EventId repeat_of = 0;
        for (std::size_t back = 1; back <= 256 && back <= all.size(); ++back) {
            const Seen& old = all[all.size() - back];
            if (bench.make.mono_ns - old.mono_ns > base::kSecond) break;
            if (old.type != type || old.data != data || old.seq == seq) continue;
            if (!bench.log.contains(old.id)) continue;
            repeat_of = old.id;
            break;
        }
        REQUIRE(mark.repeat_of == repeat_of);
        if (i > 0) {
            REQUIRE(mark.restart == (seq <= before));
            REQUIRE(mark.hole == (seq > before + 1));
        }
        repeats += mark.repeat ? 1 : 0;
        holes += mark.hole ? 1 : 0;
        all.push_back({id, bench.make.mono_ns, seq, type, data});
    }
    CHECK(bench.log.trimmed() > 0);
    CHECK(repeats > 1000);
    CHECK(bench.count(SequenceKind::repeat) == repeats);
    CHECK(bench.count(SequenceKind::hole) == holes);
}

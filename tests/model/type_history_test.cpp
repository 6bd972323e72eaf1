// The state at any moment against a slow count from the first event.
#include "model/type_history.h"

#include <doctest/doctest.h>

#include <map>

#include "model/insight.h"
#include "model/make_events.h"

using model::EventId;
using model::LastOfType;
using model::Log;
using model::TypeHistory;

namespace {

/// A log with its history, and what a plain list of all types remembers.
struct Session {
    Log log;
    TypeHistory history;
    test::EventMaker maker;
    std::vector<model::TypeId> all{0}; ///< by id, from 1

    void add(const std::string& payload) {
        const EventId id = log.append(maker.text_in(payload));
        const model::TypeId type = log.row(id).type;
        history.take(id, type);
        history.forget_below(log.first());
        all.push_back(type);
    }

    std::map<model::TypeId, LastOfType> plainly(EventId moment) const {
        std::map<model::TypeId, LastOfType> found;
        for (EventId id = 1; id <= moment && id < all.size(); ++id) {
            if (all[id] == 0) continue;
            LastOfType& entry = found[all[id]];
            entry = {all[id], id, entry.last >= log.first() ? entry.last : 0, entry.count + 1};
        }
        std::erase_if(found, [&](const auto& entry) { return entry.second.last < log.first(); });
        return found;
    }

    void check(EventId moment) const {
        CAPTURE(moment);
        const auto expected = plainly(moment);
        const std::vector<LastOfType> got = history.at(log, moment);
        REQUIRE(got.size() == expected.size());
        EventId newer = log.end();
        for (const LastOfType& entry : got) {
            const LastOfType& want = expected.at(entry.type);
            CHECK(entry.last == want.last);
            CHECK(entry.before == want.before);
            CHECK(entry.count == want.count);
            CHECK(entry.last < newer);
            newer = entry.last;
        }
    }
};

std::string message(unsigned type, std::size_t size = 60) {
    return test::envelope_of_size("type_" + std::to_string(type), size);
}

} // namespace

TEST_CASE("nothing has come: nothing is known") {
    const Session session;
    CHECK(session.history.at(session.log, 1).empty());
}

TEST_CASE("at any moment of a random session, the same as counting from its first event") {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        test::Dice dice(seed);
        Session session;
        const unsigned types = 1 + dice.below(40);
        for (int i = 0; i < 20'000; ++i) {
            const unsigned type = std::min(dice.below(types), dice.below(types));
            session.add(dice.below(10) == 0 ? "no type at all" : message(type));
        }
        for (int i = 0; i < 60; ++i) session.check(1 + dice.below(20'000));
        for (const EventId moment : {1u, 4096u, 4097u, 8192u, 20'000u, 30'000u})
            session.check(moment);
    }
}

TEST_CASE("of several connections each has its own, also where it was silent for long") {
    test::Dice dice(11);
    Log log;
    test::EventMaker maker;
    model::Insight insight;
    model::Notices notices;
    const model::Sequence sequence;
    std::vector<std::pair<std::uint32_t, model::TypeId>> all{{0, 0}};
    for (int i = 0; i < 30'000; ++i) {
        // The second speaks at the beginning and at the end only.
        const bool second = (i < 2000 || i > 28'000) && dice.below(3) == 0;
        maker.link = second ? 2 : 1;
        const EventId id = log.append(maker.text_in(message(dice.below(5))));
        all.emplace_back(maker.link, log.row(id).type);
        if (dice.below(400) == 0) insight.follow(log, sequence, notices, 1'000'000);
    }
    while (!insight.follow(log, sequence, notices, 1'000'000'000)) {
    }
    for (int round = 0; round < 80; ++round) {
        const EventId moment = round < 5 ? log.end() - 1 : 1 + dice.below(30'000);
        for (const std::uint32_t link : {1u, 2u}) {
            CAPTURE(moment);
            CAPTURE(link);
            std::map<model::TypeId, LastOfType> expected;
            for (EventId id = 1; id <= moment; ++id) {
                if (all[id].first != link) continue;
                LastOfType& entry = expected[all[id].second];
                entry = {all[id].second, id, entry.last, entry.count + 1};
            }
            const auto got = insight.history(link).at(log, moment);
            REQUIRE(got.size() == expected.size());
            for (const LastOfType& entry : got) {
                CHECK(entry.last == expected.at(entry.type).last);
                CHECK(entry.before == expected.at(entry.type).before);
                CHECK(entry.count == expected.at(entry.type).count);
            }
        }
    }
}

TEST_CASE("what was trimmed is left out, and counted") {
    test::Dice dice(7);
    Session session;
    session.log.set_budget(6u << 20);
    for (int i = 0; i < 60'000; ++i) session.add(message(dice.below(9), 200));
    REQUIRE(session.log.trimmed() > 10'000);
    const EventId first = session.log.first();
    const EventId end = session.log.end();
    CHECK(session.history.at(session.log, first - 1).empty());
    for (int i = 0; i < 60; ++i)
        session.check(first + dice.below(static_cast<unsigned>(end - first)));
    session.check(first);
    session.check(first + 1);
    session.check(end - 1);
}

TEST_CASE("what the log has and the history has not taken yet is counted, new types too") {
    Session session;
    session.log.set_budget(2u << 20);
    for (unsigned i = 0; i < 3000; ++i) session.add(message(i % 3, 2000)); // no snapshot is left
    REQUIRE(session.log.first() > 1);
    const EventId taken = session.log.end() - 1;
    for (unsigned i = 0; i < 5; ++i) session.log.append(session.maker.text_in(message(90 + i)));
    REQUIRE(session.log.contains(taken));
    const auto newest = session.history.at(session.log, session.log.end() - 1);
    REQUIRE(newest.size() == 3 + 5);
    CHECK(newest[0].last == session.log.end() - 1);
    CHECK(newest[0].count == 1);
    session.check(taken); // before them nothing has changed
}

TEST_CASE("a server that makes up a type for every message does not fill the memory") {
    Session session;
    for (unsigned i = 0; i < 50'000; ++i) session.add(message(i));
    session.check(33'333);
    CHECK(session.history.memory_bytes() < session.log.memory_bytes());
}

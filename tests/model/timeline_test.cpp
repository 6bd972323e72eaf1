#include <doctest/doctest.h>

#include <string>

#include "model/make_events.h"
#include "model/model.h"
#include "model/step.h"

using model::EventId;
using model::Traits;

namespace {

/// A session of every sort of event, at random, followed as drain does.
struct Session {
    model::Model model;
    test::EventMaker maker;
    test::Dice dice{3};

    void add(int count) {
        static const char* const kTypes[] = {"llm_token",    "tts_start", "tts_error",
                                             "system_error", "stt_start", "memory_store"};
        for (int i = 0; i < count; ++i) {
            maker.link = 1 + dice.below(2);
            const unsigned what = dice.below(100);
            const std::string type = kTypes[dice.below(6)];
            const std::string payload = "{\"type\":\"" + type + "\",\"data\":{}}";
            if (what < 70) {
                model.log.append(maker.text_in(payload));
            } else if (what < 85) {
                model.log.append(maker.text_out(payload));
            } else if (what < 90) {
                model.log.append(maker.text_in("no envelope"));
            } else if (what < 99) {
                model.log.append(maker.life(wire::Kind::open));
            } else {
                model.log.append(maker.failed("it failed"));
            }
        }
        while (!model::follow_log(model, base::kMillisecond)) {
        }
    }
    Traits plain(EventId id) const {
        const model::Row row = model.log.row(id);
        const bool error = model::is_error(model.log, row, model.log.view(id).details);
        Traits traits = 0;
        if (!wire::is_frame(row.kind)) {
            traits = model::kLife;
        } else if (row.dir == wire::Dir::out) {
            return model::kSent;
        } else if (row.type == 0) {
            traits = model::kUntyped;
        } else {
            const std::string& name = model.log.types()[row.type].name;
            for (int i = 0; i < model.timeline.family_count(); ++i) {
                const std::string& type = model.timeline.family_type(i);
                if (name.substr(0, name.find('_')) == type.substr(0, type.find('_')))
                    traits = Traits{1} << i;
            }
        }
        if (error)
            traits |= model::kError | (traits & model::kReceived ? model::kReceivedError : 0);
        return traits;
    }
    EventId any_id() {
        return model.log.first() + dice.below(static_cast<unsigned>(model.log.size()));
    }
};

void check_against_a_look(Session& session, int rounds) {
    const model::Timeline& timeline = session.model.timeline;
    const model::Log& log = session.model.log;
    for (int i = 0; i < rounds; ++i) {
        EventId from = session.any_id(), to = session.any_id();
        if (from > to) std::swap(from, to);
        if (to - from > 3000) to = from + 3000;
        Traits traits = 0;
        model::Amount amount;
        for (EventId id = from; id < to; ++id) {
            const Traits one = session.plain(id);
            traits |= one;
            if (one & model::kReceived) {
                amount.received += 1;
                amount.received_bytes += log.row(id).size;
            } else if (one & model::kSent) {
                amount.sent += 1;
                amount.sent_bytes += log.row(id).size;
            }
        }
        CHECK(timeline.traits(from, to) == traits);
        const model::Amount before = timeline.before(log, from), behind = timeline.before(log, to);
        CHECK(behind.received - before.received == amount.received);
        CHECK(behind.received_bytes - before.received_bytes == amount.received_bytes);
        CHECK(behind.sent - before.sent == amount.sent);
        CHECK(behind.sent_bytes - before.sent_bytes == amount.sent_bytes);

        const Traits wanted = Traits{1} << session.dice.below(31);
        EventId next = from + 1;
        while (next < log.end() && (session.plain(next) & wanted) == 0) ++next;
        CHECK(timeline.next(from, wanted) == (next < log.end() ? next : 0));
        EventId previous = from;
        while (previous > log.first() && (session.plain(previous - 1) & wanted) == 0) --previous;
        CHECK(timeline.previous(from, wanted) == (previous > log.first() ? previous - 1 : 0));
    }
}

} // namespace

TEST_CASE("traits, amounts and neighbours are those of a plain look, also when the oldest go") {
    Session session;
    session.add(20'000);
    check_against_a_look(session, 60);
    session.model.log.set_budget(session.model.log.memory_bytes() / 2);
    session.add(3'000);
    REQUIRE(session.model.log.trimmed() > 0);
    check_against_a_look(session, 60);
    session.model.log.set_budget(std::uint64_t{1} << 30);
    session.model.log.clear();
    session.add(700);
    check_against_a_look(session, 60);
}

TEST_CASE("a timeline that follows only after a clear begins there") {
    Session session;
    for (int i = 0; i < 77; ++i) session.model.log.append(session.maker.text_in("{}"));
    session.model.log.clear();
    session.add(500);
    CHECK(session.model.timeline.first() == 78);
    check_against_a_look(session, 30);
}

TEST_CASE("the rarest family of a stretch gives its colour") {
    Session session;
    for (int i = 0; i < 9; ++i)
        session.model.log.append(session.maker.text_in(R"({"type":"llm_token"})"));
    session.model.log.append(session.maker.text_in(R"({"type":"tool_call"})"));
    session.add(0);
    const model::Timeline& timeline = session.model.timeline;
    CHECK(timeline.family_type(timeline.rarest(timeline.traits(1, 11))) == "tool_call");
    CHECK(timeline.family_type(timeline.rarest(timeline.traits(1, 10))) == "llm_token");
    CHECK(timeline.rarest(model::kSent) == -1);
}

TEST_CASE("the life of a connection: connecting, unauthenticated, open, closed, waiting") {
    model::Model model;
    test::EventMaker maker;
    model.log.append(maker.life(wire::Kind::connecting));
    model.log.append(maker.life(wire::Kind::open));
    model.log.append(maker.text_in(R"({"type":"auth_challenge","data":{"token":"t"}})"));
    model.log.append(
        maker.text_in(R"({"type":"auth_result","data":{"success":true,"client_id":"c"}})"));
    model.log.append(maker.life(wire::Kind::closed));
    model.log.append(maker.life(wire::Kind::retry));
    model::follow_log(model, base::kSecond);
    REQUIRE(model.timeline.lives().size() == 1);
    std::vector<model::Life> lives;
    for (const model::LifeSpan& span : model.timeline.lives()[0]) lives.push_back(span.life);
    using model::Life;
    CHECK(lives == std::vector{Life::connecting, Life::open, Life::unauthenticated, Life::open,
                               Life::closed, Life::waiting});
    CHECK(model.timeline.lives()[0][2].from_ns == model.log.mono_ns(3));
}

TEST_CASE("a step in each mode finds what a plain look finds, whatever the size of its pieces") {
    Session session;
    session.add(4'000);
    const model::Log& log = session.model.log;
    for (int i = 0; i < 200; ++i) {
        const auto mode = static_cast<model::StepMode>(session.dice.below(6));
        const bool forward = session.dice.below(2) == 0;
        const EventId from = session.any_id();
        const model::Row like = log.row(from);
        const auto fits = [&](EventId id) {
            const model::Row row = log.row(id);
            switch (mode) {
            case model::StepMode::same_type:
                return row.type == like.type && row.kind == like.kind && row.dir == like.dir;
            case model::StepMode::error: return (session.plain(id) & model::kError) != 0;
            case model::StepMode::other_direction:
                if (like.dir == wire::Dir::none) return wire::is_frame(row.kind);
                return wire::is_frame(row.kind) && row.dir != like.dir;
            case model::StepMode::connection: return row.link == like.link;
            default: return true;
            }
        };
        EventId plain = forward ? from + 1 : from - 1;
        while (log.contains(plain) && !fits(plain)) plain = forward ? plain + 1 : plain - 1;
        model::Step step = model::step_from(session.model, mode, forward, from);
        EventId found = 0;
        while (step.running && found == 0)
            found = model::go_on(session.model, step, 1 + session.dice.below(20));
        CAPTURE(model::word(mode));
        CHECK(found == (log.contains(plain) ? plain : 0));
    }
}

TEST_CASE("a step through the filter goes to rows that pass it") {
    Session session;
    session.add(500);
    model::ListFilter filter;
    filter.filter = std::get<model::Filter>(model::Filter::parse("tts_error"));
    session.model.index.set_filter(filter, session.model.log);
    session.add(0);
    REQUIRE(session.model.index.size() > 2);
    const EventId second = session.model.index.at(1);
    model::Step step =
        model::step_from(session.model, model::StepMode::filter, true, session.model.index.at(0));
    CHECK(model::go_on(session.model, step, 1) == second);
    step = model::step_from(session.model, model::StepMode::filter, false, second);
    CHECK(model::go_on(session.model, step, 1) == session.model.index.at(0));
}

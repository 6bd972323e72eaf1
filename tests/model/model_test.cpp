#include "model/model.h"

#include <doctest/doctest.h>

#include "model/actions.h"

using base::kSecond;
using model::check_send;
using model::Connection;
using model::Flow;
using model::Model;

TEST_CASE("a flow counts messages and bytes") {
    Flow flow;
    CHECK(flow.per_second(5 * kSecond) == 0);
    flow.add(10 * kSecond, 100);
    flow.add(10 * kSecond, 20);
    CHECK(flow.messages == 2);
    CHECK(flow.bytes == 120);
}

TEST_CASE("a steady flow shows its rate, soon after it began and later") {
    Flow flow;
    std::int64_t now = 1000 * kSecond;
    for (int i = 0; i < 3000; ++i) { // 100 a second for 30 s
        flow.add(now, 1);
        now += kSecond / 100;
        if (i == 150) CHECK(flow.per_second(now) == doctest::Approx(100).epsilon(0.02));
    }
    CHECK(flow.per_second(now) == doctest::Approx(100).epsilon(0.02));
    CHECK(flow.per_second(now + kSecond / 2) == doctest::Approx(90).epsilon(0.02));
    CHECK(flow.per_second(now + 5 * kSecond / 2) == doctest::Approx(50).epsilon(0.02));
    CHECK(flow.per_second(now + 6 * kSecond) == 0);
    CHECK(flow.per_second(now + 3600 * kSecond) == 0);
}

TEST_CASE("a single message is not a rate of millions") {
    Flow flow;
    flow.add(1000 * kSecond, 1);
    CHECK(flow.per_second(1000 * kSecond + 10) == doctest::Approx(1));
}

TEST_CASE("a flow that pauses for long starts counting anew") {
    Flow flow;
    for (int i = 0; i < 50; ++i) flow.add(1000 * kSecond, 1);
    flow.add(5000 * kSecond, 1);
    CHECK(flow.per_second(5000 * kSecond) == doctest::Approx(0.2));
}

TEST_CASE("connections are found by their number, and 0 is none") {
    Model model;
    CHECK(model.current() == nullptr);
    CHECK(model.connection(1) == nullptr);
    model.connections.resize(2);
    model.connections[1].link = 2;
    CHECK(model.connection(0) == nullptr);
    CHECK(model.connection(2) == &model.connections[1]);
    CHECK(model.connection(3) == nullptr);
    model.current_link = 2;
    CHECK(model.current()->link == 2);
}

TEST_CASE("a message cannot be sent on a connection that is not open, and it is said why") {
    CHECK_FALSE(check_send(nullptr, 0).allowed);
    CHECK(check_send(nullptr, 0).what == "not connected");
    Connection connection;
    connection.link = 2;
    const auto what = [&](wire::Phase phase) {
        connection.state.phase = phase;
        const model::SendCheck check = check_send(&connection, 0);
        CHECK_FALSE(check.allowed);
        return check.what;
    };
    CHECK(what(wire::Phase::waiting) == "connection 2 is waiting to retry");
    CHECK(what(wire::Phase::idle) == "connection 2 is not connected");
    CHECK(what(wire::Phase::connecting) == "connection 2 is still connecting");
    CHECK(what(wire::Phase::closing) == "connection 2 is closing");
    CHECK(what(wire::Phase::failed) == "connection 2 has failed");
    for (const auto phase : {wire::Phase::resolving, wire::Phase::securing, wire::Phase::upgrading})
        CHECK(what(phase).find("connection 2 is still ") == 0);
}

TEST_CASE("an open connection may send, with a warning where it will be ignored") {
    Connection connection;
    connection.link = 1;
    connection.state.phase = wire::Phase::open;
    CHECK(check_send(&connection, 0).allowed);
    CHECK(check_send(&connection, 0).what.empty());
    connection.state.auth = wire::AuthStage::challenged;
    CHECK(check_send(&connection, 0).allowed);
    CHECK(check_send(&connection, 0).what == "Will be ignored: not authenticated yet");
    connection.state.auth = wire::AuthStage::authenticated;
    CHECK(check_send(&connection, 0).what.empty());
    connection.state.auth = wire::AuthStage::refused;
    CHECK(check_send(&connection, 0).allowed);
    CHECK(check_send(&connection, 0).what == "Will be ignored: authentication was refused");
}

#include "wire/event.h"

#include <doctest/doctest.h>
#include <set>
#include <string>

using wire::Dir;
using wire::Kind;

TEST_CASE("words of kinds are those of the capture format and lead back") {
    std::set<std::string> words;
    for (int i = 0; i < wire::kKindCount; ++i) {
        const auto kind = static_cast<Kind>(i);
        words.insert(wire::word(kind));
        if (kind != Kind::status) CHECK(wire::kind_from_word(wire::word(kind)) == kind);
    }
    CHECK(words == std::set<std::string>{"text", "binary", "ping", "pong", "close", "connecting",
                                         "request", "response", "open", "failed", "closed", "retry",
                                         "refused", "note", "status"});
    CHECK_FALSE(wire::kind_from_word("status")); // never in a file
    CHECK_FALSE(wire::kind_from_word("Text"));
    CHECK_FALSE(wire::kind_from_word(""));
}

TEST_CASE("words of directions lead back") {
    for (const Dir dir : {Dir::in, Dir::out, Dir::none})
        CHECK(wire::dir_from_word(wire::word(dir)) == dir);
    CHECK(std::string(wire::word(Dir::none)) == "-");
    CHECK_FALSE(wire::dir_from_word("both"));
    CHECK(std::string(wire::word(wire::By::us)) == "us");
    CHECK(std::string(wire::word(wire::By::peer)) == "peer");
    CHECK(std::string(wire::word(wire::By::nobody)) == "-");
}

TEST_CASE("frames and messages are told apart from the life of a connection") {
    for (const Kind kind : {Kind::text, Kind::binary}) CHECK(wire::is_message(kind));
    for (const Kind kind : {Kind::ping, Kind::pong, Kind::close}) {
        CHECK(wire::is_frame(kind));
        CHECK_FALSE(wire::is_message(kind));
    }
    for (const Kind kind :
         {Kind::connecting, Kind::closed, Kind::refused, Kind::note, Kind::status})
        CHECK_FALSE(wire::is_frame(kind));
}

TEST_CASE("a view shows all of its event") {
    wire::SlabWriter slabs;
    wire::Event event;
    event.id = 3;
    event.mono_ns = 4;
    event.wall_ns = 5;
    event.conn = 6;
    event.link = 7;
    event.dir = Dir::out;
    event.kind = Kind::refused;
    event.frames = 8;
    event.wire_size = 9;
    event.payload = slabs.append("hello");
    event.details = std::make_unique<wire::Details>();
    const wire::EventView view = wire::view_of(event);
    CHECK(view.id == 3);
    CHECK(view.mono_ns == 4);
    CHECK(view.wall_ns == 5);
    CHECK(view.conn == 6);
    CHECK(view.link == 7);
    CHECK(view.dir == Dir::out);
    CHECK(view.kind == Kind::refused);
    CHECK(view.frames == 8);
    CHECK(view.wire_size == 9);
    CHECK(view.has_payload);
    CHECK(view.payload == "hello");
    CHECK(view.details == event.details.get());
}

TEST_CASE("no payload is not the same as an empty one") {
    wire::SlabWriter slabs;
    wire::Event event;
    CHECK_FALSE(wire::view_of(event).has_payload);
    event.payload = slabs.append("");
    CHECK(wire::view_of(event).has_payload);
    CHECK(wire::view_of(event).payload.empty());
}

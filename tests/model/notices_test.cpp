#include "model/notices.h"

#include <doctest/doctest.h>

using model::Notice;
using model::Notices;
using model::Severity;

TEST_CASE("a repeat of topic and link is folded: renewed, counted, opened again") {
    Notices notices;
    notices.tell(Severity::error, 1, "connection", {"refused", "first", ""}, 10, 3);
    notices.close(notices.list[0].id);
    CHECK(notices.open_count() == 0);
    notices.tell(Severity::warning, 1, "connection", {"refused", "second", ""}, 20, 7);

    REQUIRE(notices.list.size() == 1);
    const Notice& notice = notices.list[0];
    CHECK(notice.open);
    CHECK(notice.times == 2);
    CHECK(notice.text.why == "second");
    CHECK(notice.severity == Severity::warning);
    CHECK(notice.event == 7);
    CHECK(notice.first_mono_ns == 10);
    CHECK(notice.last_mono_ns == 20);
}

TEST_CASE("another link or another topic is another notice") {
    Notices notices;
    notices.tell(Severity::error, 1, "connection", {"a", "", ""}, 1);
    notices.tell(Severity::error, 2, "connection", {"b", "", ""}, 2);
    notices.tell(Severity::error, 1, "send", {"c", "", ""}, 3);
    CHECK(notices.list.size() == 3);
    CHECK(notices.list[0].id != notices.list[1].id);
    notices.close_topic(1, "connection");
    CHECK(notices.open_count() == 2);
    CHECK_FALSE(notices.list[0].open);
    notices.close_topic(9, "nothing of the kind");
    CHECK(notices.open_count() == 2);
}

TEST_CASE("the strip shows the newest of the most severe open ones") {
    Notices notices;
    CHECK(notices.top() == nullptr);
    notices.tell(Severity::error, 1, "a", {"old error", "", ""}, 1);
    notices.tell(Severity::error, 2, "a", {"new error", "", ""}, 2);
    notices.tell(Severity::warning, 1, "b", {"warning", "", ""}, 3);
    notices.tell(Severity::info, 1, "c", {"info", "", ""}, 4);
    REQUIRE(notices.top() != nullptr);
    CHECK(notices.top()->text.what == "new error");
    notices.tell(Severity::error, 1, "a", {"again", "", ""}, 5);
    CHECK(notices.top()->text.what == "again");
    notices.close_topic(1, "a");
    notices.close_topic(2, "a");
    CHECK(notices.top()->text.what == "warning");
}

TEST_CASE("new words for a countdown are no new notice") {
    Notices notices;
    notices.tell(Severity::warning, 1, "challenge", {"12 s left", "", ""}, 1);
    notices.renew(1, "challenge", {"11 s left", "", ""});
    CHECK(notices.list[0].text.what == "11 s left");
    CHECK(notices.list[0].times == 1);
    notices.close(notices.list[0].id);
    notices.renew(1, "challenge", {"10 s left", "", ""});
    CHECK_FALSE(notices.list[0].open); // closed by the user stays closed
    CHECK(notices.list[0].text.what == "11 s left");
}

TEST_CASE("the list is bounded: the oldest closed one goes first, then the oldest") {
    Notices notices;
    for (std::uint32_t link = 1; link <= 200; ++link)
        notices.tell(Severity::info, link, "t", {std::to_string(link), "", ""}, link);
    notices.close_topic(50, "t");
    notices.tell(Severity::info, 201, "t", {"201", "", ""}, 201);
    CHECK(notices.list.size() == 200);
    CHECK(notices.list.front().link == 1);
    for (const Notice& notice : notices.list) CHECK(notice.link != 50);
    notices.tell(Severity::info, 202, "t", {"202", "", ""}, 202);
    CHECK(notices.list.size() == 200);
    CHECK(notices.list.front().link == 2);
    CHECK(notices.list.back().link == 202);
}

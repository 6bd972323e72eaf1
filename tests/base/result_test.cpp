#include "base/result.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

TEST_CASE("a result is a value or the error that says why not") {
    const base::Result<int> good = 7;
    CHECK(good.ok());
    CHECK(good);
    CHECK(good.value() == 7);

    const base::Result<int> bad = base::Error{"it did not work", "the reason", "do this"};
    CHECK_FALSE(bad.ok());
    CHECK_FALSE(bad);
    CHECK(bad.error().why == "the reason");
}

TEST_CASE("a result can hold what only moves, and an Error as its value's neighbour") {
    base::Result<std::unique_ptr<int>> held = std::make_unique<int>(3);
    const std::unique_ptr<int> taken = std::move(held.value());
    CHECK(*taken == 3);
}

TEST_CASE("a status is done until it is given an error") {
    CHECK(base::Status().ok());
    const base::Status failed = base::Error{"no", "", ""};
    CHECK_FALSE(failed);
    CHECK(failed.error().what == "no");
}

TEST_CASE("an error on one line leaves out what is empty") {
    CHECK(base::one_line({"a", "b", "c"}) == "a: b. C");
    CHECK(base::one_line({"a", "", "c"}) == "a. C");
    CHECK(base::one_line({"", "", "c"}) == "c");
    CHECK(base::one_line({"a", "b", ""}) == "a: b");
    CHECK(base::one_line({"a", "", ""}) == "a");
    CHECK(base::one_line({"", "b", ""}) == "b");
    CHECK(base::one_line({}) == "");
}

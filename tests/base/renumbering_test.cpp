#include "base/renumbering.h"

#include <doctest/doctest.h>

TEST_CASE("numbers that were added are found, and those between and beyond are not") {
    base::Renumbering numbers;
    CHECK(numbers.to_of(1) == 0);
    numbers.add(10, 1);
    numbers.add(11, 2);
    numbers.add(15, 3);
    numbers.add(16, 4);
    CHECK(numbers.to_of(9) == 0);
    CHECK(numbers.to_of(10) == 1);
    CHECK(numbers.to_of(11) == 2);
    CHECK(numbers.to_of(12) == 0);
    CHECK(numbers.to_of(14) == 0);
    CHECK(numbers.to_of(15) == 3);
    CHECK(numbers.to_of(16) == 4);
    CHECK(numbers.to_of(17) == 0);
    // And back.
    for (const std::uint64_t from : {10, 11, 15, 16})
        CHECK(numbers.from_of(numbers.to_of(from)) == from);
    CHECK(numbers.from_of(0) == 0);
    CHECK(numbers.from_of(5) == 0);
}

TEST_CASE("numbers that go back are passed over") {
    base::Renumbering numbers;
    numbers.add(5, 1);
    numbers.add(3, 2);
    numbers.add(6, 3);
    CHECK(numbers.to_of(3) == 0);
    CHECK(numbers.to_of(5) == 1);
    CHECK(numbers.to_of(6) == 3);
}

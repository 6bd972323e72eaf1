#include "wire/slab.h"

#include <doctest/doctest.h>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

using wire::Payload;
using wire::SlabWriter;

TEST_CASE("payloads keep their bytes, in order, side by side in one slab") {
    SlabWriter writer;
    const Payload a = writer.append("first"), b = writer.append(""), c = writer.append("third");
    CHECK(a.view() == "first");
    CHECK(b.present());
    CHECK(b.view().empty());
    CHECK(c.view() == "third");
    CHECK(a.slab == c.slab);
    CHECK(c.offset == 5);
}

TEST_CASE("a payload outlives its writer and its neighbours") {
    Payload kept;
    {
        SlabWriter writer;
        { const Payload gone = writer.append(std::string(1000, 'x')); }
        kept = writer.append("kept");
        for (int i = 0; i < 3000; ++i) (void)writer.append(std::string(1000, 'y'));
    }
    CHECK(kept.view() == "kept");
    Payload copy = kept;
    kept = Payload();
    CHECK_FALSE(kept.present());
    CHECK(kept.view().empty());
    CHECK(copy.view() == "kept");
    const Payload moved = std::move(copy);
    CHECK(moved.view() == "kept");
}

TEST_CASE("what does not fit starts a new slab, and nothing is written over") {
    SlabWriter writer;
    std::mt19937 random(1);
    std::vector<std::pair<Payload, std::string>> all;
    for (int i = 0; i < 200; ++i) {
        const std::size_t size = random() % 60'000;
        all.emplace_back(Payload(), std::string(size, static_cast<char>('a' + i % 26)));
        all.back().first = writer.append(all.back().second);
    }
    std::size_t slabs = 1;
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i].first.view() == all[i].second);
        if (i > 0 && !(all[i].first.slab == all[i - 1].first.slab)) ++slabs;
        CHECK(all[i].first.offset + all[i].first.size <= all[i].first.slab.get()->capacity());
    }
    CHECK(slabs >= 4);
    CHECK(slabs <= 8);
}

TEST_CASE("a payload that fills a slab to its last byte stays in one, a larger one gets its own") {
    SlabWriter writer;
    const Payload whole = writer.append(std::string(wire::kSlabBytes, 'w'));
    CHECK(whole.slab.get()->capacity() == wire::kSlabBytes);
    const Payload small = writer.append("small");
    const Payload large = writer.append(std::string(wire::kSlabBytes + 1, 'l'));
    CHECK(large.slab.get()->capacity() == wire::kSlabBytes + 1);
    CHECK(large.view().size() == wire::kSlabBytes + 1);
    const Payload after = writer.append("after");
    CHECK(after.slab == small.slab); // the open slab goes on behind it
    CHECK(after.offset == 5);
}

TEST_CASE("64 bytes behind any payload may be read") {
    SlabWriter writer;
    const Payload last = writer.append(std::string(wire::kSlabBytes, 'w'));
    const char* end = last.view().data() + last.view().size();
    int sum = 0;
    for (std::size_t i = 0; i < wire::kSlabPadding; ++i) sum += end[i];
    CHECK(sum == 0);
}

TEST_CASE("references are counted right from several threads") {
    SlabWriter writer;
    const Payload shared = writer.append("shared");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([copy = shared] {
            for (int i = 0; i < 10'000; ++i) {
                Payload mine = copy;
                const Payload other = std::move(mine);
                if (other.view() != "shared") std::abort();
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(shared.view() == "shared");
}

TEST_CASE("references that are counted in one piece keep the slab like any other") {
    SlabWriter writer;
    wire::SlabShares gathered;
    wire::SlabRef last;
    for (int i = 0; i < 10'000; ++i) { // more than are bought at a time
        Payload payload = writer.append("x");
        if (!gathered)
            gathered = wire::SlabShares(std::move(payload.slab));
        else if (i < 9'999)
            gathered.take(std::move(payload.slab));
        else
            last = std::move(payload.slab);
        CHECK_FALSE(payload.slab);
    }
    CHECK(gathered.get() == last.get());
    writer = SlabWriter(); // the address sanitizer tells of a slab that went too early or never
    CHECK(std::string_view(gathered.get()->bytes(), 3) == "xxx");
    gathered = wire::SlabShares();
    CHECK(std::string_view(last.get()->bytes() + 9'997, 3) == "xxx");
    wire::SlabShares again(std::move(last));
    const wire::SlabRef given = again.give();
    again = wire::SlabShares();
    CHECK(given.get()->bytes()[0] == 'x');
}

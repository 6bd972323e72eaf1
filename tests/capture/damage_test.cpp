// Captures that something happened to: whatever it was, what stands before it is read, and so is
// what stands behind it.
// ctest: timeout=300
#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "capture/line_writer.h"
#include "capture/reader.h"

namespace {

using Clock = std::chrono::steady_clock;

/// A capture in which every event has bytes of its own, and all kinds are there.
std::string sample(int events) {
    std::string text = capture::first_line(1'795'395'723'456'000'000, "test 1");
    capture::LineWriter lines(0);
    std::mt19937 random(3);
    for (int i = 0; i < events; ++i) {
        wire::Details details;
        details.url = "ws://host/" + std::to_string(i);
        details.error = base::Error{"what " + std::to_string(i), "why", "fix"};
        std::string payload = "{\"seq\": " + std::to_string(i) + ", \"é\": \"\\n\"}";
        if (i % 5 == 0) payload += static_cast<char>(random()); // some are no UTF-8
        wire::EventView event;
        event.id = static_cast<std::uint64_t>(i) + 1;
        event.mono_ns = i * 1'000'003LL;
        event.conn = 1 + static_cast<std::uint32_t>(i) / 50;
        event.kind = static_cast<wire::Kind>(i % (wire::kKindCount - 1));
        event.dir = static_cast<wire::Dir>(i % 3);
        event.has_payload = true;
        event.payload = payload;
        event.details = i % 2 == 0 ? &details : nullptr;
        lines.append(text, event);
    }
    return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// All that a text gives; false: it was refused as a whole, for its version.
bool read(const std::string& text, std::vector<std::string>* payloads) {
    auto reader = capture::Reader::over(text);
    if (!reader) {
        CHECK(reader.error().what.find("version") != std::string::npos);
        return false;
    }
    wire::EventView event;
    while (reader.value().next(&event)) payloads->emplace_back(event.payload);
    return true;
}

class Mutator {
public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    std::string mutated(std::string text) {
        switch (random_() % 6) {
        case 0: // bits flip
            for (unsigned i = 0, n = 1 + random_() % 8; i < n; ++i)
                text[at(text)] ^= static_cast<char>(1u << random_() % 8);
            break;
        case 1: text.resize(at(text)); break;
        case 2: text.erase(at(text), random_() % 2000); break;
        case 3: { // a block is there twice
            const std::size_t from = at(text);
            const std::string block = text.substr(from, random_() % 5000);
            text.insert(at(text), block);
            break;
        }
        case 4: { // two blocks change places
            const std::size_t size = random_() % (text.size() / 4) + 1;
            const std::size_t a = random_() % (text.size() / 2 - size),
                              b = text.size() / 2 + random_() % (text.size() / 2 - size);
            for (std::size_t i = 0; i < size; ++i) std::swap(text[a + i], text[b + i]);
            break;
        }
        default: { // absurd lengths: of a line, of a number, of what is nested
            const std::string absurd[] = {std::string(300'000, 'x'), std::string(5000, '9'),
                                          std::string(100'000, '['), std::string(50'000, '\0'),
                                          std::string(20'000, '\n'), std::string(30'000, '\\')};
            text.insert(at(text), absurd[random_() % std::size(absurd)]);
        }
        }
        return text;
    }

private:
    std::size_t at(const std::string& text) { return random_() % text.size(); }
    std::mt19937 random_;
};

} // namespace

TEST_CASE("ten thousand damaged captures: all that is whole in them is read") {
    const std::string good = sample(300);
    std::vector<std::string> good_payloads;
    REQUIRE(read(good, &good_payloads));
    REQUIRE(good_payloads.size() == 300);
    const auto good_lines = lines_of(good);
    std::unordered_map<std::string_view, std::string_view> payload_of; // by line
    for (std::size_t i = 0; i < good_payloads.size(); ++i)
        payload_of[good_lines[i + 1]] = good_payloads[i];

    Mutator mutator(11);
    for (int round = 0; round < 10'000; ++round) {
        const std::string damaged = mutator.mutated(good);
        const auto began = Clock::now();
        std::vector<std::string> payloads;
        if (!read(damaged, &payloads)) continue;
        CHECK(Clock::now() - began < std::chrono::seconds(2));
        // The whole lines that are left, in their order, are a part of what was read in its order.
        std::size_t found = 0;
        for (const std::string_view line : lines_of(damaged)) {
            const auto whole = payload_of.find(line);
            if (whole == payload_of.end()) continue;
            while (found < payloads.size() && payloads[found] != whole->second) ++found;
            if (found == payloads.size()) {
                FAIL_CHECK("round " << round << ": lost " << line);
                break;
            }
            ++found;
        }
    }
}

TEST_CASE("a capture cut at every offset gives every whole line before") {
    const std::string good = sample(30);
    for (std::size_t cut = 0; cut <= good.size(); ++cut) {
        std::vector<std::string> payloads;
        REQUIRE(read(good.substr(0, cut), &payloads));
        std::size_t whole = 0;
        for (std::size_t i = 0; i < cut; ++i)
            if (good[i] == '\n') ++whole;
        const std::size_t events = whole > 0 ? whole - 1 : 0;
        CHECK_MESSAGE((payloads.size() == events || payloads.size() == events + 1), cut);
    }
}

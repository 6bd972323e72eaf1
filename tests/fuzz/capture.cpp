// Any bytes as a capture: reading them neither crashes nor hangs, and what was read, written and
// read again is the same.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "capture/line_writer.h"
#include "capture/reader.h"
#include "capture/redact.h"

namespace {

std::vector<wire::Event> read(std::string_view text) {
    std::vector<wire::Event> events;
    auto reader = capture::Reader::over(text);
    if (!reader) return events;
    for (wire::Event event; reader.value().next(&event); event = wire::Event())
        events.push_back(std::move(event));
    return events;
}

void expect(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::vector<wire::Event> events = read(text);
    std::string again = capture::first_line(0, "fuzz");
    capture::LineWriter lines(0);
    capture::Redactor redactor(capture::Redactor::Key{1, 2});
    for (const wire::Event& event : events) {
        lines.append(again, wire::view_of(event));
        redactor.redact(wire::view_of(event));
    }
    const std::vector<wire::Event> same = read(again);
    expect(same.size() == events.size(), "an event was lost");
    for (std::size_t i = 0; i < events.size(); ++i) {
        expect(same[i].kind == events[i].kind, "a kind changed");
        // What had no payload may get one: a Close of its code, a note of its text.
        if (events[i].payload.present())
            expect(same[i].payload.view() == events[i].payload.view(), "bytes changed");
    }
    return 0;
}

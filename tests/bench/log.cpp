// The event log by itself: time and memory of a million messages, and a changed filter over them.
#include <memory>
#include <vector>

#include "base/clock.h"
#include "bench.h"
#include "model/filter_help.h"
#include "model/index.h"
#include "model/log.h"

namespace {

constexpr std::uint64_t kMessages = 1'000'000;

} // namespace

int main() {
    char text[160];
    wire::SlabWriter slabs;
    std::vector<wire::Event> events;
    events.reserve(kMessages);
    const std::uint64_t before_events = bench::resident_bytes();
    std::uint64_t payload_bytes = 0;
    for (std::uint64_t i = 0; i < kMessages; ++i) {
        wire::Event event;
        event.id = i + 1;
        event.mono_ns = base::mono_now_ns();
        event.wall_ns = base::wall_now_ns();
        event.link = event.conn = 1;
        event.dir = wire::Dir::in;
        event.kind = wire::Kind::text;
        event.payload = slabs.append(bench::coda_message(i));
        payload_bytes += event.payload.size;
        events.push_back(std::move(event));
    }
    const std::uint64_t slab_bytes =
        bench::resident_bytes() - before_events - kMessages * sizeof(wire::Event);

    auto log = std::make_unique<model::Log>();
    const std::uint64_t before_log = bench::resident_bytes();
    double cpu = bench::thread_cpu_s();
    for (wire::Event& event : events) log->append(std::move(event));
    const double append_s = bench::thread_cpu_s() - cpu;
    const std::uint64_t rows_bytes = bench::resident_bytes() - before_log;
    std::snprintf(text, sizeof text, "%.0f ns an event, its type found",
                  append_s * 1e9 / kMessages);
    bench::note("log: append", text);

    const double ratio =
        static_cast<double>(slab_bytes + rows_bytes) / static_cast<double>(payload_bytes);
    std::snprintf(text, sizeof text, "%.1f MB for %.1f MB of payloads",
                  static_cast<double>(slab_bytes + rows_bytes) / 1e6,
                  static_cast<double>(payload_bytes) / 1e6);
    bench::figure("log: memory against payloads", ratio, true, 1.25, text);

    model::Index index;
    index.update(*log, base::kSecond);
    const std::string word = "llm_seconds\": 1.5";
    model::ListFilter filter;
    filter.filter = std::get<model::Filter>(model::Filter::parse(model::filter_word(word)));
    index.set_filter(filter, *log);
    double slowest = 0;
    cpu = bench::thread_cpu_s();
    int slices = 0;
    while (!index.complete()) {
        const double begin = bench::wall_s();
        index.update(*log, 4 * base::kMillisecond);
        slowest = std::max(slowest, bench::wall_s() - begin);
        ++slices;
    }
    std::snprintf(
        text, sizeof text, "%.0f ms CPU over %d slices, slowest %.1f ms, %llu of %llu events",
        (bench::thread_cpu_s() - cpu) * 1e3, slices, slowest * 1e3,
        static_cast<unsigned long long>(index.size()), static_cast<unsigned long long>(kMessages));
    bench::note("log: a changed filter", text);

    // The reference: memmem over the same bytes.
    cpu = bench::thread_cpu_s();
    std::uint64_t found = 0;
    for (model::EventId id = log->first(); id < log->end(); ++id) {
        const std::string_view payload = log->view(id).payload;
        if (::memmem(payload.data(), payload.size(), word.data(), word.size())) ++found;
    }
    std::snprintf(text, sizeof text, "%.0f ms CPU, letter case minded, %llu found",
                  (bench::thread_cpu_s() - cpu) * 1e3, static_cast<unsigned long long>(found));
    bench::note("log: memmem on the same bytes", text);
    return index.size() == found ? 0 : 1;
}

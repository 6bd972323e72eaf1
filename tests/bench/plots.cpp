// Plots and timeline with millions of points: what a frame of them costs, and what following the
// log costs an event.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench.h"
#include "model/coda_state.h"
#include "model/model.h"
#include "model/step.h"
#include "ui/ui.h"

namespace {

constexpr int kFrames = 200;
constexpr std::uint64_t kTraces = 2'000'000;
constexpr std::uint64_t kEvents = 10'000'000;

struct Window {
    model::Model model;
    model::Selection selection;
    model::Actions actions;
    wire::SlabWriter slabs;
    std::int64_t mono_ns = 1000 * base::kSecond;
    ui::Ui ui{ui::find_fonts()};

    Window() {
        bool rebuilt = false;
        if (!ui.prepare(1, &rebuilt).ok()) std::exit(1);
        unsigned char* pixels = nullptr;
        int width = 0, height = 0;
        ui.atlas().GetTexDataAsAlpha8(&pixels, &width, &height);
        model.log.set_budget(16ull << 30);
    }

    void add(const std::string& payload) {
        wire::Event event;
        event.kind = wire::Kind::text;
        event.dir = wire::Dir::in;
        event.conn = event.link = 1;
        event.mono_ns = mono_ns += 200 * base::kMicrosecond;
        event.wall_ns = mono_ns + 1'700'000'000 * base::kSecond;
        event.payload = slabs.append(payload);
        model.log.append(std::move(event));
    }
    void follow() {
        while (!model::follow_log(model, base::kSecond)) {
        }
    }

    /// Median of a frame's time to build, in milliseconds.
    double frame_ms(const std::function<void(int)>& before) {
        std::vector<double> spent;
        for (int i = 0; i < kFrames; ++i) {
            before(i);
            follow();
            model.now = {mono_ns + i, mono_ns + i + 1'700'000'000 * base::kSecond};
            const double start = bench::wall_s();
            ui.frame(model, selection, actions, 1600, 900, 0.016f);
            spent.push_back((bench::wall_s() - start) * 1e3);
            actions.clear();
        }
        std::sort(spent.begin(), spent.end());
        return spent[spent.size() / 2];
    }
};

std::string ms(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3f ms a frame", value);
    return text;
}

/// The time region against the same window without it.
double region_ms(Window& window, const std::function<void(int)>& before) {
    window.ui.splits.time_shown = false;
    const double without = window.frame_ms([](int) {});
    window.ui.splits.time_shown = true;
    return window.frame_ms(before) - without;
}

} // namespace

int main() {
    {
        Window window;
        for (std::uint64_t i = 0; i < kTraces; ++i) window.add(bench::coda_message(i));
        window.model.index.update(window.model.log, base::kSecond);
        double cpu = bench::thread_cpu_s();
        while (!window.model.timeline.update(window.model.log, base::kSecond)) {
        }
        const double timeline_ns = (bench::thread_cpu_s() - cpu) * 1e9 / kTraces;
        cpu = bench::thread_cpu_s();
        while (!window.model.plots.update(window.model.log, base::kSecond)) {
        }
        const double plots_ns = (bench::thread_cpu_s() - cpu) * 1e9 / kTraces;
        char text[120];
        std::snprintf(text, sizeof text,
                      "timeline %.0f ns, plots %.0f ns a latency_trace of four numbers",
                      timeline_ns, plots_ns);
        bench::note("plots: following the log", text);
        std::snprintf(text, sizeof text, "%.1f B an event",
                      static_cast<double>(window.model.timeline.memory_bytes()) / kTraces);
        bench::note("timeline: memory", text);
        std::snprintf(text, sizeof text, "%.1f B a point",
                      static_cast<double>(window.model.plots.memory_bytes()) / (4.0 * kTraces));
        bench::note("plots: memory", text);

        // Four lines of two million points each, arrivals and bytes, all of the session in view.
        window.ui.panels.time.view.whole = true;
        const double still = region_ms(window, [](int) {});
        bench::figure("plots: 8 M points, nothing new, ms", still, true, 1.0, ms(still));
        const double live = region_ms(window, [&](int i) {
            for (int k = 0; k < 300; ++k) window.add(bench::coda_message(kTraces + i * 300 + k));
        });
        bench::figure("plots: 8 M points, 300 new, ms", live, true, 1.0,
                      ms(live) + ", timeline, four lines and two rates");
        // A look at the whole with plain minima and maxima, as a decimation a frame would be.
        const model::Series& series = window.model.plots.line(0).points;
        const double start = bench::wall_s();
        model::Extent plain;
        for (model::Series::At at = series.first(); at < series.end(); ++at)
            plain.add(series.value(at));
        const double plain_ms = (bench::wall_s() - start) * 1e3;
        const double begin = bench::wall_s();
        model::Extent all;
        for (int i = 0; i < 1000; ++i) all.add(series.extent(series.first() + i, series.end() - i));
        const double pyramid_ms = bench::wall_s() - begin;
        std::snprintf(text, sizeof text, "%.4f ms of %.2f ms", pyramid_ms, plain_ms);
        bench::figure("series: extent against a plain look", pyramid_ms / plain_ms, true, 0.01,
                      text);
    }
    Window window;
    static const char* const kTypes[] = {"llm_token", "tts_progress", "memory_store", "tool_error"};
    for (std::uint64_t i = 0; i < kEvents; ++i)
        window.add(std::string("{\"type\":\"") + kTypes[i % 4000 == 0 ? 3 : i % 3] + "\"}");
    window.follow();
    window.ui.panels.time.tab = ui::TimeTab::turn; // timeline and transport alone
    const double strip = region_ms(window, [](int) {});
    bench::figure("timeline: 10 M events, ms", strip, true, 1.0, ms(strip));
    // What was known at moments all over the session.
    double slowest_state = 0;
    std::uint64_t known = 0;
    for (std::uint64_t i = 1; i <= 500; ++i) {
        const model::EventId cursor = 1 + i * 7'919'777 % kEvents;
        const double start = bench::wall_s();
        const auto last = window.model.insight.history(1).at(window.model.log, cursor);
        known += model::coda_state_at(window.model.log, last).seen ? 1 : 0;
        slowest_state = std::max(slowest_state, bench::wall_s() - start);
    }
    bench::figure("state: at a cursor of 10 M events, ms", slowest_state * 1e3, true, 5.0,
                  "the slowest of " + std::to_string(known) + " cursors");
    // The worst step: of a type that comes once, through all of the log.
    const double begin = bench::wall_s();
    model::Step step = model::step_from(window.model, model::StepMode::same_type, true, 4001);
    double slowest = 0;
    while (step.running) {
        const double piece = bench::wall_s();
        model::go_on(window.model, step, 100'000);
        slowest = std::max(slowest, bench::wall_s() - piece);
    }
    bench::note("step: to the next error of its type", ms((bench::wall_s() - begin) * 1e3));
    bench::figure("step: slowest piece, ms", slowest * 1e3, true, 4.0, "100,000 rows a piece");
}

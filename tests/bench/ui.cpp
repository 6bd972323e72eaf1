// What building a frame of the window costs (no OpenGL in it): with a thousand rows, with a million
// events, while one scrolls, filters, and while events pour in, and with each tab open. One line a
// case, then the ratios to the same window at a thousand rows.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "app/drain.h"
#include "base/clock.h"
#include "bench.h"
#include "model/model.h"
#include "ui/ui.h"

namespace {

constexpr int kFrames = 400;
constexpr int kEvents = 1'000'000;

struct Case {
    model::Model model;
    model::Selection selection;
    model::Actions actions;
    wire::SlabWriter slabs;
    std::int64_t mono_ns = 1000 * base::kSecond;
    ui::Ui ui{ui::find_fonts()};

    Case() {
        bool rebuilt = false;
        const base::Status ready = ui.prepare(1, &rebuilt);
        if (!ready.ok()) {
            std::fprintf(stderr, "%s\n", base::one_line(ready.error()).c_str());
            std::exit(1);
        }
        unsigned char* pixels = nullptr;
        int width = 0, height = 0;
        ui.atlas().GetTexDataAsAlpha8(&pixels, &width, &height);
        model.log.set_budget(8ull << 30);
    }

    void add(int count) {
        static const char* const kTypes[] = {"llm_token", "latency_trace", "system_metrics",
                                             "tts_progress", "memory_store"};
        for (int i = 0; i < count; ++i) {
            wire::Event event;
            event.kind = wire::Kind::text;
            event.dir = i % 50 == 0 ? wire::Dir::out : wire::Dir::in;
            event.conn = event.link = 1;
            event.mono_ns = mono_ns += 20 * base::kMicrosecond;
            event.wall_ns = mono_ns + 1'700'000'000 * base::kSecond;
            event.payload =
                slabs.append("{\"version\":\"1.0\",\"seq\":" + std::to_string(i) +
                             ",\"timestamp\":3622.004979789,\"type\":\"" + kTypes[i % 5] +
                             "\",\"data\":{\"stt_seconds\":0.0,\"llm_seconds\":0.34995150566101074,"
                             "\"tts_seconds\":0.15,\"content\":\"Turn 7: you said \\u201cmini\"}}");
            model.insight.append(model.log, std::move(event));
        }
    }

    /// Milliseconds of `kFrames` frames, sorted; `before` runs outside of the measured time.
    std::vector<double> frames(const std::function<void(int)>& before) {
        std::vector<double> spent;
        for (int i = 0; i < kFrames; ++i) {
            before(i);
            model.now = {mono_ns, mono_ns + 1'700'000'000 * base::kSecond};
            model::follow_log(model, 50 * base::kMillisecond);
            const std::int64_t start = base::mono_now_ns();
            ui.frame(model, selection, actions, 1600, 900, 0.016f);
            spent.push_back(static_cast<double>(base::mono_now_ns() - start) / base::kMillisecond);
            for (const model::Action& action : actions) {
                if (const auto* filter = std::get_if<model::SetFilter>(&action))
                    model.index.set_filter(filter->filter, model.log);
            }
            actions.clear();
        }
        std::sort(spent.begin(), spent.end());
        return spent;
    }

    /// Tells of one case; gives its median in milliseconds.
    double tell(const char* name, const std::function<void(int)>& before) {
        const std::vector<double> spent = frames(before);
        const double median = spent[spent.size() / 2];
        std::printf("ui build %-34s median %.3f ms  p95 %.3f ms  max %.3f ms  %d vertices\n", name,
                    spent[spent.size() / 2], spent[spent.size() * 95 / 100], spent.back(),
                    ImGui::GetDrawData()->TotalVtxCount);
        return median;
    }
};

/// The window with each of its tabs open in turn, over the same million events.
void tell_panels(Case& window) {
    const char* const kTime[] = {"plots", "turn", "check", "attempts", "notices", "developer"};
    for (int tab = 0; tab < static_cast<int>(ui::TimeTab::count); ++tab) {
        window.ui.panels.time.tab = static_cast<ui::TimeTab>(tab);
        window.tell(kTime[tab], [](int) {});
    }
    const char* const kLower[] = {"compose", "state", "watches", "alarms", "replay"};
    for (int tab = 0; tab < static_cast<int>(ui::LowerTab::count); ++tab) {
        window.ui.panels.lower.tab = static_cast<ui::LowerTab>(tab);
        window.tell(kLower[tab], [](int) {});
    }
    const char* const kInspector[] = {"tree", "raw", "hex", "difference", "wire", "about"};
    for (int tab = 0; tab < static_cast<int>(ui::InspectorTab::count); ++tab) {
        window.ui.panels.inspector.tab = static_cast<ui::InspectorTab>(tab);
        window.tell(kInspector[tab], [](int) {});
    }
}

} // namespace

int main() {
    Case window;
    window.tell("empty log", [](int) {});
    window.add(1000);
    const double thousand = window.tell("1,000 events, following", [](int) {});
    window.add(kEvents);
    const double million = window.tell("1,000,000 events, following", [](int) {});
    window.selection.event = window.model.log.end() - 5;
    window.tell("1,000,000 events, one selected", [](int) {});
    // 100,000 a second at 60 frames a second is 1,667 a frame.
    const double arriving =
        window.tell("1,000,000 events, 1,667 more a frame", [&](int) { window.add(1667); });
    window.tell("1,000,000 events, scrolling", [&](int) {
        window.ui.input.pointer(600, 400);
        window.ui.input.wheel(0, 3);
    });
    window.ui.panels.log.filter_text = "latency_trace";
    window.tell("1,000,000 events, filtered", [](int) {});

    tell_panels(window);

    window.ui.panels.log.filter_text.clear();
    window.model.log.set_budget(std::uint64_t{8} << 30);
    window.add(9 * kEvents);
    while (!model::follow_log(window.model, base::kSecond)) {
    }
    const double most = window.tell("10,000,000 events, following", [](int) {});

    char text[80];
    std::snprintf(text, sizeof text, "%.3f of %.3f ms", million, thousand);
    bench::figure("ui: frame at 1,000,000 rows", million / thousand, true, 1.1, text);
    std::snprintf(text, sizeof text, "%.3f of %.3f ms", most, thousand);
    bench::figure("ui: frame at 10,000,000 rows", most / thousand, true, 1.1, text);
    std::snprintf(text, sizeof text, "%.3f of %.3f ms, 100,000 events a second", arriving,
                  thousand);
    bench::figure("ui: frame while events arrive", arriving / thousand, true, 1.5, text);
    const double slowest = std::max({thousand, million, most, arriving});
    bench::figure("ui: frame, in milliseconds", slowest, true, 1.0,
                  "the slowest median of the four");
}

// What the inspector costs over messages of ten thousand fields: a frame of each tab, and what is
// made once when such a message is chosen (the tree, the difference).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench.h"
#include "model/json_diff.h"
#include "model/json_tree.h"
#include "model/model.h"
#include "ui/ui.h"

namespace {

constexpr int kFields = 10'000;
constexpr int kFrames = 300;

std::string message(int fields, int changed) {
    std::string text = "{\"type\":\"component_stats\",\"seq\":1,\"data\":{";
    for (int i = 0; i < fields; ++i) {
        if (i % 100 == 0) text += (i ? "}," : "") + ("\"group_" + std::to_string(i)) + "\":{";
        if (i % 100 != 0) text += ",";
        const int value = i % 10 == 0 ? i + changed : i;
        text += "\"field_" + std::to_string(i) + "\":" + std::to_string(value) + ".25";
    }
    return text + "}}}";
}

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
    }

    void add(const std::string& payload) {
        wire::Event event;
        event.kind = wire::Kind::text;
        event.dir = wire::Dir::in;
        event.conn = event.link = 1;
        event.mono_ns = mono_ns += base::kMillisecond;
        event.wall_ns = mono_ns + 1'700'000'000 * base::kSecond;
        event.payload = slabs.append(payload);
        selection.event = model.insight.append(model.log, std::move(event));
    }

    double frame() {
        model.now = {mono_ns, mono_ns + 1'700'000'000 * base::kSecond};
        model.index.update(model.log, 50 * base::kMillisecond);
        const std::int64_t start = base::mono_now_ns();
        ui.frame(model, selection, actions, 1600, 900, 0.016f);
        actions.clear();
        return static_cast<double>(base::mono_now_ns() - start) / base::kMillisecond;
    }

    double tell(const char* name) {
        frame(); // what is made once is made
        std::vector<double> spent;
        for (int i = 0; i < kFrames; ++i) spent.push_back(frame());
        std::sort(spent.begin(), spent.end());
        std::printf("inspector %-34s median %.3f ms  p95 %.3f ms\n", name, spent[kFrames / 2],
                    spent[kFrames * 95 / 100]);
        return spent[kFrames / 2];
    }
};

/// The best of five, in milliseconds.
template <class Work>
double best(Work work) {
    double least = 1e9;
    for (int i = 0; i < 5; ++i) {
        const std::int64_t start = base::mono_now_ns();
        work();
        least =
            std::min(least, static_cast<double>(base::mono_now_ns() - start) / base::kMillisecond);
    }
    return least;
}

} // namespace

int main() {
    const std::string was = message(kFields, 0), now = message(kFields, 7);
    Case window;
    window.add(was);
    window.add(now);
    const char* const names[] = {"tree, 10,000 fields",       "raw",  "hex",
                                 "difference, 1,000 changed", "wire", "about"};
    double slowest = 0;
    for (int i = 0; i < static_cast<int>(ui::InspectorTab::count); ++i) {
        window.ui.panels.inspector.tab = static_cast<ui::InspectorTab>(i);
        slowest = std::max(slowest, window.tell(names[i]));
    }
    bench::figure("inspector: frame, in milliseconds", slowest, true, 1.0,
                  "the slowest tab over 10,000 fields");

    std::size_t nodes = 0, changes = 0;
    const double tree = best([&] { nodes = model::json_tree(now).nodes.size(); });
    const double difference =
        best([&] { changes = model::json_difference(was, now).changes.size(); });
    char text[80];
    std::snprintf(text, sizeof text, "%zu nodes of %zu kB", nodes, now.size() / 1000);
    bench::figure("inspector: tree made, in milliseconds", tree, true, 16, text);
    std::snprintf(text, sizeof text, "%zu changes", changes);
    bench::figure("inspector: difference made, in milliseconds", difference, true, 16, text);
}

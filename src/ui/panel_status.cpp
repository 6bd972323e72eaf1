// The status bar: how much there is, what it costs, and the keys that matter now.
#include <cstdio>

#include "base/text.h"
#include "ui/panels.h"

namespace ui {
namespace {

/// Budgets are set in binary units: "2 GiB".
std::string budget_text(std::uint64_t bytes) {
    const std::uint64_t mib = 1u << 20;
    if (bytes % (mib << 10) == 0) return std::to_string(bytes / (mib << 10)) + " GiB";
    if (bytes % mib == 0) return std::to_string(bytes / mib) + " MiB";
    return base::size_text(bytes);
}

} // namespace

void draw_status(Frame& f, const model::Model& model) {
    fill(f, f.place, Role::bar);
    line_above(f, f.place);
    Rect row = f.place.inset(f.px(12), 0);
    float x = row.x;
    // Numbers change and Inter's figures are not of one width: each part keeps the room of its
    // most.
    const auto part = [&](const std::string& words) {
        x = text_at(f, x, row, Face::small, Role::text2, words) + f.px(20);
    };

    //--- from the right
    char frame[32];
    std::snprintf(frame, sizeof frame, "Frame %.2f ms", model.vitals.frame_ms);
    const char* const kKeys[] = {"Ctrl+Enter send", "Space pause", "↑ ↓ rows"};
    for (const char* key : kKeys) {
        text(f, row.cut_right(text_width(f, Face::small, key)), Face::small, Role::text3, key);
        row.cut_right(f.px(13));
    }
    row.cut_right(f.px(6));
    const float slot = text_width(f, Face::small, "Frame 00.00 ms");
    text(f, row.cut_right(slot), Face::small, Role::text2, frame, Align::right);

    //--- from the left
    const std::uint64_t events = model.log.size();
    const wire::QueueStats& queue = model.vitals.queue;
    part(base::count_text(events) + (events == 1 ? " event" : " events"));
    part("Log " + base::size_text(model.log.memory_bytes()) + " of " +
         budget_text(model.log.budget()));
    part("Trimmed " + base::count_text(model.log.trimmed()));
    part("Queue " + base::count_text(queue.events) + ", highest " +
         base::count_text(queue.events_high) + ", waits " + base::count_text(queue.waits));
}

} // namespace ui

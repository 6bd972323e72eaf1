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

/// "Reading a.ndjson, 41 % of 120 MB, 230 MB/s", and a cross that ends it.
void draw_work(Frame& f, Rect* row, const char* verb, const wire::FileProgress& work,
               model::Actions& actions) {
    const Rect cross = row->cut_right(f.px(20)).middle(f.px(20));
    if (icon_button(f, cross, Icon::cross, std::string("Cancel ") + verb, Look::bare))
        actions.push_back(model::CancelFile{work.file});
    row->cut_right(f.px(2));
    const std::string name = work.file.substr(work.file.rfind('/') + 1);
    std::string words = std::string(verb) + " " + name;
    char figures[96] = "";
    const bool bytes = work.rate > 0 && work.total > 0; // a file that is read: its size is known
    const std::uint64_t done = bytes ? work.bytes : work.events;
    if (work.total > 0)
        std::snprintf(figures, sizeof figures, " %3.0f %%",
                      100.0 * static_cast<double>(done) / static_cast<double>(work.total));
    std::string rest = figures;
    if (bytes)
        rest += " of " + base::size_text(work.total) + ", " +
                base::size_text(static_cast<std::uint64_t>(work.rate)) + "/s";
    text(f, row->cut_right(text_width(f, Face::mono_small, rest)), Face::mono_small, Role::text,
         rest, Align::right);
    text(f, row->cut_right(std::min(row->w / 2, text_width(f, Face::small, words) + 1)),
         Face::small, Role::text, words, Align::right);
    row->cut_right(f.px(13));
    f.wake_at(f.now_mono_ns + 100'000'000);
}

} // namespace

void draw_status(Frame& f, const model::Model& model, model::Actions& actions) {
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
    const auto& reading = model.files.reading;
    if (model.files.writing) draw_work(f, &row, "Writing", *model.files.writing, actions);
    if (!reading.empty()) draw_work(f, &row, "Reading", reading.front(), actions);
    const bool room = reading.empty() && !model.files.writing;
    const char* const kKeys[] = {"Ctrl+Enter send", "Space pause", "↑ ↓ rows"};
    for (const char* key : kKeys) {
        if (!room) break;
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
    if (model.merging)
        part("Putting the log in order, " + base::count_text(model.held.size()) + " new wait");
    part("Log " + base::size_text(model.log.memory_bytes()) + " of " +
         budget_text(model.log.budget()));
    part("Trimmed " + base::count_text(model.log.trimmed()));
    part("Queue " + base::count_text(queue.events) + ", highest " +
         base::count_text(queue.events_high) + ", waits " + base::count_text(queue.waits));
}

} // namespace ui

// The developer panel: what this program itself costs, and ImGui's own tools.
#include <cstdio>

#include "base/text.h"
#include "ui/panels.h"

namespace ui {
namespace {

using model::Model;

constexpr float kLine = 20, kNames = 168;

/// One figure: its name, its value, and what it is made of.
void draw_figure(Frame& f, Rect* rest, const char* name, const std::string& value,
                 const std::string& more = {}) {
    Rect row = rest->cut_top(f.px(kLine));
    text(f, row.cut_left(f.px(kNames)), Face::words, Role::text2, name);
    row.cut_left(text(f, row, Face::mono, Role::text, value) + f.px(10));
    text(f, row, Face::small, Role::text3, more);
}

std::string milliseconds(double ms) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f ms", ms);
    return text;
}

double events_per_second(const Model& model) {
    double all = 0;
    for (const model::Connection& connection : model.connections) {
        all += connection.in.per_second(model.now.mono_ns);
        all += connection.out.per_second(model.now.mono_ns);
    }
    return all;
}

void draw_left(Frame& f, Rect rest, const Model& model) {
    const model::Vitals& vitals = model.vitals;
    const ImGuiIO& io = ImGui::GetIO();
    char rate[32];
    std::snprintf(rate, sizeof rate, "%.0f /s", events_per_second(model));
    draw_figure(f, &rest, "Frame, mean of 1 s", milliseconds(vitals.frame_ms),
                "drain, draw and act");
    draw_figure(f, &rest, "Drawn a frame",
                base::count_text(static_cast<std::uint64_t>(io.MetricsRenderVertices)),
                "vertices in the last frame");
    draw_figure(f, &rest, "Messages", rate, "mean of 5 s, both directions");
    draw_figure(f, &rest, "Queue now", base::count_text(vitals.queue.events),
                base::size_text(vitals.queue.bytes));
    draw_figure(f, &rest, "Queue, highest", base::count_text(vitals.queue.events_high),
                base::size_text(vitals.queue.bytes_high));
    draw_figure(f, &rest, "Waits for room", base::count_text(vitals.queue.waits),
                base::count_text(vitals.queue.pushed) + " events passed");
}

void draw_right(Frame& f, Rect rest, const Model& model, DeveloperPanel& panel) {
    for (const model::MemoryPart& part : memory_parts(model)) {
        draw_figure(f, &rest, part.name, base::size_text(part.bytes));
    }
    rest.cut_top(f.px(8));
    const struct {
        const char* name;
        bool* on;
    } kTools[] = {{"ImGui metrics", &panel.metrics},
                  {"ImGui style", &panel.style},
                  {"ImGui item stack", &panel.stack}};
    for (const auto& tool : kTools) {
        if (rest.h < f.px(24)) return;
        const Rect row = rest.cut_top(f.px(24));
        check(f, {row.x, row.y, check_width(f, tool.name), row.h}, tool.name, tool.on);
    }
}

} // namespace

void draw_developer(Frame& f, const Model& model, DeveloperPanel& panel) {
    Rect rest = f.place.inset(f.px(12), f.px(8));
    // The rates are about the last five seconds: they go on falling when nothing comes.
    if (events_per_second(model) > 0.001) f.wake_next_second();
    const Rect left = rest.cut_left(std::floor(rest.w / 2));
    draw_left(f, left, model);
    draw_right(f, rest, model, panel);
}

void draw_imgui_tools(DeveloperPanel& panel) {
    if (panel.metrics) ImGui::ShowMetricsWindow(&panel.metrics);
    if (panel.stack) ImGui::ShowStackToolWindow(&panel.stack);
    if (!panel.style) return;
    if (ImGui::Begin("Style", &panel.style)) ImGui::ShowStyleEditor();
    ImGui::End();
}

} // namespace ui

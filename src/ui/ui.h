// The whole window as one function a frame: reads the Model, writes panels' states and the shared
// selection, appends Actions. Owns the ImGui context and knows no window, no OpenGL and no network,
// so tests run exactly the same frames. UI thread only.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/actions.h"
#include "model/model.h"
#include "ui/fonts.h"
#include "ui/input.h"
#include "ui/layout.h"
#include "ui/panels.h"
#include "ui/probe.h"
#include "ui/theme.h"

namespace ui {

/// True when the command would do something now.
bool command_works(Command command, const model::Model& model, const model::Selection& selection);

class Ui {
public:
    explicit Ui(FontFiles fonts);
    ~Ui();
    Ui(const Ui&) = delete;
    Ui& operator=(const Ui&) = delete;

    /// Between frames: builds the fonts when `scale` (pixels a logical one, text size included) has
    /// changed. `*rebuilt`: the font texture must be made anew from `atlas()`.
    base::Status prepare(float scale, bool* rebuilt);
    ImFontAtlas& atlas();

    /// One frame of `width` by `height` pixels. What is to be drawn is then in
    /// ImGui::GetDrawData().
    void frame(const model::Model& model, model::Selection& selection, model::Actions& actions,
               float width, float height, float seconds_since_last);

    /// When something shown changes by itself (monotonic); kNever: only events change it.
    std::int64_t wake_at_ns() const { return wake_at_ns_; }
    const Layout& layout() const { return layout_; }

    InputQueue input;
    Panels panels;
    Splits splits;
    Probe probe;
    bool full_screen = false; ///< wished; the window follows

private:
    void perform(Command command, const model::Model& model, model::Selection& selection,
                 model::Actions& actions);
    bool perform_view(Command command, const model::Model& model, model::Actions& actions);
    bool perform_connection(Command command, const model::Model& model, model::Actions& actions);
    bool perform_files(Command command, const model::Model& model, model::Actions& actions);
    void escape(model::Selection& selection, model::Actions& actions);
    void move_focus(int step);
    void draw_focus(Frame& f);
    void draw_regions(Frame& f, const model::Model& model, model::Selection& selection,
                      model::Actions& actions);
    void draw_splitters(Frame& f, const LayoutWish& wish);
    bool splitter_between(Frame& f, const Rect& rect, const char* name, bool vertical,
                          float* fraction, float* position);

    ImGuiContext* context_;
    FontFiles files_;
    Fonts fonts_;
    Theme theme_;
    float styled_scale_ = 0;
    bool styled_dark_ = false;
    Layout layout_;
    std::int64_t wake_at_ns_ = kNever;
};

} // namespace ui

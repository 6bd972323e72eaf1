// Which part of the window differs from the frame before. Under software OpenGL the pixels are what
// a frame costs, so only those that changed are drawn again; a frame that did not change costs
// nothing. Keeps a copy of the last frame's vertices. UI thread; knows no OpenGL.
#pragma once

#include <vector>

#include "ui/rect.h"

namespace ui {

class Damage {
public:
    /// Compares with the last frame taken. The pixels outside of the answer are as they were;
    /// empty: nothing changed. Everything, after a change of size or `forget`.
    Rect take(const ImDrawData& data);

    /// The last picture is gone, or the font texture is another.
    void forget() { known_ = false; }

private:
    struct Command {
        ImVec4 clip;
        unsigned first_vertex = 0, first_index = 0, count = 0;
    };
    struct List {
        std::vector<ImDrawVert> vertices;
        std::vector<ImDrawIdx> indices;
        std::vector<Command> commands;
    };
    struct Bounds;

    static void copy(const ImDrawList& from, List* to);
    static bool same(const ImDrawList& now, const List& before);
    static void add_changes(const List& before, const List& now, Bounds* bounds);
    static void add_triangles(const List& list, const Command& command, unsigned from,
                              Bounds* bounds);

    std::vector<List> last_;
    ImVec2 size_{};
    bool known_ = false;
};

/// Leaves of `data` only what touches `part`: the rest is clipped away.
void clip_to(ImDrawData& data, const Rect& part);

} // namespace ui

// What is drawn, on its way to OpenGL: sends a frame only when its vertices have changed, keeps the
// font texture, reads a picture back. UI thread; an OpenGL 3.3 context must be current.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

struct ImDrawData;
struct ImFontAtlas;

namespace app {

class Canvas {
public:
    Canvas() = default;
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    /// Loads OpenGL's functions. Error: there is no OpenGL 3.3.
    base::Status start();

    /// Makes the font texture anew.
    void take_fonts(const ImFontAtlas& atlas);

    /// Draws into the back buffer when something differs from the last frame drawn, or `anyway`.
    /// False: nothing was drawn, and nothing is to be shown.
    bool draw(ImDrawData* data, bool anyway);

    /// The back buffer as a PNG file; call it between draw and swap.
    base::Status save_png(const std::string& path, int width, int height) const;

    std::uint64_t drawn() const { return drawn_; }   ///< frames sent to OpenGL
    std::uint64_t spared() const { return spared_; } ///< frames that had not changed

private:
    bool started_ = false;
    std::uint64_t last_ = 0; ///< hash of the last frame drawn
    std::uint64_t drawn_ = 0, spared_ = 0;
};

} // namespace app

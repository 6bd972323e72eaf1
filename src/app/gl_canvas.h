// What is drawn, on its way to OpenGL: keeps the picture in a texture, draws again only the part of
// it that has changed, keeps the font texture, reads a picture back. UI thread; an OpenGL 3.3
// context must be current.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "ui/damage.h"

struct ImDrawData;
struct ImFontAtlas;

namespace app {

class Canvas {
public:
    Canvas() = default;
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    /// Loads OpenGL's functions. Error: there is no OpenGL 3.3. `swap` shows the back buffer.
    base::Status start(const std::function<void()>& swap);

    /// Makes the font texture anew.
    void take_fonts(const ImFontAtlas& atlas);

    /// Brings the back buffer up to date when something differs from the last frame, or `anyway`.
    /// False: nothing is to be shown.
    bool draw(ImDrawData* data, bool anyway);

    /// The back buffer as a PNG file; call it between draw and swap.
    base::Status save_png(const std::string& path, int width, int height) const;

private:
    bool started_ = false;
    bool keeps_ = false; ///< the back buffer holds the last picture after a swap
    ui::Damage damage_;
};

} // namespace app

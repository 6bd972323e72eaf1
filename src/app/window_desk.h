// The OS window: GLFW, its OpenGL 3.3 context, and input on its way to ui::InputQueue. Owned by
// main; UI thread only, but for `wake`. Knows nothing of the Model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ui/input.h"

struct GLFWwindow;
struct GLFWcursor;

namespace app {

class Desk {
public:
    /// Where a window is, in the system's own units; width 0: nowhere.
    struct Place {
        int x = 0, y = 0, width = 0, height = 0;
        bool maximised = false;
    };
    /// Opens the window at `wanted` when that is on a screen; else 1600 by 900 logical pixels or
    /// what the screen has. Errors: no display, no OpenGL 3.3.
    static base::Result<std::unique_ptr<Desk>> open(const char* title, const Place& wanted);
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    /// Where input goes; set once, before the first wait.
    void feed(ui::InputQueue* input) { input_ = input; }

    /// Takes what has come; sleeps for it for at most `seconds` (0: not at all).
    void wait(double seconds);
    /// Ends a wait. Any thread, as long as the Desk lives.
    static void wake();

    struct Size {
        int width = 0, height = 0; ///< pixels of the framebuffer
        float scale = 1;           ///< content scale: pixels a logical one
    };
    Size size() const;
    /// For the next session; of a full screen the place it had before, of a maximised one too.
    Place place() const;
    bool visible() const; ///< neither minimised nor without area
    bool close_asked() const;
    bool damaged();                     ///< the system wants the picture again; asked once
    bool touched();                     ///< input or a change of size came; asked once
    std::vector<std::string> dropped(); ///< paths of files dropped onto it; each given once

    void set_cursor(int imgui_cursor);
    void set_full_screen(bool on);
    void hide();
    void swap();

    std::string clipboard() const;
    void set_clipboard(const std::string& text);

private:
    Desk() = default;
    base::Status create(const char* title, const Place& wanted);
    void note_place();
    void install_callbacks();
    void set_icon();

    GLFWwindow* window_ = nullptr;
    ui::InputQueue* input_ = nullptr;
    std::vector<GLFWcursor*> cursors_;
    int cursor_ = -1;
    bool damaged_ = true;
    bool touched_ = true;
    std::vector<std::string> dropped_;
    bool full_screen_ = false;
    int before_[4] = {}; ///< place of the window before full screen
    Place place_;        ///< while it was neither maximised nor minimised nor full screen
    bool held_[3] = {};  ///< ctrl, shift, alt: for buttons
    friend struct DeskCallbacks;
};

} // namespace app

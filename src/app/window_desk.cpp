#include "app/window_desk.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "imgui.h"

namespace app {
namespace {

std::string& last_glfw_error() {
    static std::string text; // GLFW's error callback has no user pointer
    return text;
}

void note_error(int, const char* description) { last_glfw_error() = description; }

struct KeyPair {
    int theirs;
    ui::Key ours;
};
constexpr KeyPair kKeys[] = {
    {GLFW_KEY_TAB, ui::Key::tab},
    {GLFW_KEY_LEFT, ui::Key::left},
    {GLFW_KEY_RIGHT, ui::Key::right},
    {GLFW_KEY_UP, ui::Key::up},
    {GLFW_KEY_DOWN, ui::Key::down},
    {GLFW_KEY_PAGE_UP, ui::Key::page_up},
    {GLFW_KEY_PAGE_DOWN, ui::Key::page_down},
    {GLFW_KEY_HOME, ui::Key::home},
    {GLFW_KEY_END, ui::Key::end},
    {GLFW_KEY_INSERT, ui::Key::insert},
    {GLFW_KEY_DELETE, ui::Key::del},
    {GLFW_KEY_BACKSPACE, ui::Key::backspace},
    {GLFW_KEY_SPACE, ui::Key::space},
    {GLFW_KEY_ENTER, ui::Key::enter},
    {GLFW_KEY_KP_ENTER, ui::Key::keypad_enter},
    {GLFW_KEY_ESCAPE, ui::Key::escape},
    {GLFW_KEY_COMMA, ui::Key::comma},
    {GLFW_KEY_PERIOD, ui::Key::period},
    {GLFW_KEY_MINUS, ui::Key::minus},
    {GLFW_KEY_KP_SUBTRACT, ui::Key::minus},
    {GLFW_KEY_EQUAL, ui::Key::equal},
    {GLFW_KEY_KP_ADD, ui::Key::equal},
    {GLFW_KEY_LEFT_BRACKET, ui::Key::left_bracket},
    {GLFW_KEY_RIGHT_BRACKET, ui::Key::right_bracket},
    {GLFW_KEY_LEFT_CONTROL, ui::Key::left_ctrl},
    {GLFW_KEY_RIGHT_CONTROL, ui::Key::right_ctrl},
    {GLFW_KEY_LEFT_SHIFT, ui::Key::left_shift},
    {GLFW_KEY_RIGHT_SHIFT, ui::Key::right_shift},
    {GLFW_KEY_LEFT_ALT, ui::Key::left_alt},
    {GLFW_KEY_RIGHT_ALT, ui::Key::right_alt},
};

ui::Key offset(ui::Key first, int by) { return static_cast<ui::Key>(static_cast<int>(first) + by); }

/// GLFW names keys by their place on a US keyboard; letters go by what the layout has there, so
/// that Ctrl+Z is where the user's Z is.
ui::Key key_of(int key, int scancode) {
    if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12) return offset(ui::Key::f1, key - GLFW_KEY_F1);
    for (const KeyPair& pair : kKeys) {
        if (pair.theirs == key) return pair.ours;
    }
    const char* name = glfwGetKeyName(key, scancode);
    if (name && name[0] >= 'a' && name[0] <= 'z' && name[1] == 0) {
        return offset(ui::Key::a, name[0] - 'a');
    }
    if (key >= GLFW_KEY_A && key <= GLFW_KEY_Z) return offset(ui::Key::a, key - GLFW_KEY_A);
    if (key >= GLFW_KEY_0 && key <= GLFW_KEY_9) return offset(ui::Key::n0, key - GLFW_KEY_0);
    return ui::Key::none;
}

} // namespace

struct DeskCallbacks {
    static Desk& desk(GLFWwindow* window) {
        return *static_cast<Desk*>(glfwGetWindowUserPointer(window));
    }
    /// The window's own coordinates may be coarser than pixels.
    static void pointer(GLFWwindow* window, double x, double y) {
        int width = 1, height = 1, pixels_x = 1, pixels_y = 1;
        glfwGetWindowSize(window, &width, &height);
        glfwGetFramebufferSize(window, &pixels_x, &pixels_y);
        desk(window).input_->pointer(static_cast<float>(x * pixels_x / std::max(1, width)),
                                     static_cast<float>(y * pixels_y / std::max(1, height)));
        desk(window).touched_ = true;
    }
    static void button(GLFWwindow* window, int which, int action, int) {
        desk(window).input_->button(which, action == GLFW_PRESS);
        desk(window).touched_ = true;
    }
    static void wheel(GLFWwindow* window, double x, double y) {
        desk(window).input_->wheel(static_cast<float>(x), static_cast<float>(y));
        desk(window).touched_ = true;
    }
    static void key(GLFWwindow* window, int key, int scancode, int action, int mods) {
        ui::Chord chord;
        chord.key = key_of(key, scancode);
        chord.ctrl = (mods & GLFW_MOD_CONTROL) != 0;
        chord.shift = (mods & GLFW_MOD_SHIFT) != 0;
        chord.alt = (mods & GLFW_MOD_ALT) != 0;
        desk(window).touched_ = true;
        if (chord.key == ui::Key::none) return;
        desk(window).input_->key(chord, action != GLFW_RELEASE, action == GLFW_REPEAT);
    }
    static void character(GLFWwindow* window, unsigned code_point) {
        desk(window).input_->character(code_point);
        desk(window).touched_ = true;
    }
    static void focus(GLFWwindow* window, int gained) {
        desk(window).input_->focus(gained != 0);
        desk(window).touched_ = true;
    }
    static void enter(GLFWwindow* window, int entered) {
        if (!entered) desk(window).input_->pointer(-1e6f, -1e6f);
        desk(window).touched_ = true;
    }
    static void refresh(GLFWwindow* window) { desk(window).damaged_ = true; }
    static void resized(GLFWwindow* window, int, int) {
        desk(window).damaged_ = desk(window).touched_ = true;
        desk(window).note_place();
    }
    static void moved(GLFWwindow* window, int, int) {
        desk(window).touched_ = true; // so that the loop looks where it is now
        desk(window).note_place();
    }
    static void rescaled(GLFWwindow* window, float, float) {
        desk(window).damaged_ = desk(window).touched_ = true;
    }
    static void dropped(GLFWwindow* window, int count, const char** paths) {
        Desk& to = desk(window);
        to.dropped_.insert(to.dropped_.end(), paths, paths + count);
        to.touched_ = true;
    }
    static void iconified(GLFWwindow* window, int) { desk(window).damaged_ = true; }
};

base::Result<std::unique_ptr<Desk>> Desk::open(const char* title, const Place& wanted) {
    std::unique_ptr<Desk> desk(new Desk());
    const base::Status created = desk->create(title, wanted);
    if (!created.ok()) return created.error();
    return desk;
}

namespace {

/// The part of the first screen that a window may fill; logical size times scale where it fits.
void first_size(int* width, int* height) {
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    if (!monitor) return;
    float scale_x = 1;
    float scale_y = 1;
    int x = 0, y = 0, room_x = 0, room_y = 0;
    glfwGetMonitorContentScale(monitor, &scale_x, &scale_y);
    glfwGetMonitorWorkarea(monitor, &x, &y, &room_x, &room_y);
    *width = static_cast<int>(1600 * scale_x);
    *height = static_cast<int>(900 * scale_y);
    if (room_x > 0) *width = std::min(*width, room_x);
    if (room_y > 0) *height = std::min(*height, room_y);
}

/// True when enough of the window's head is on a screen to take hold of it.
bool on_a_screen(const Desk::Place& place) {
    constexpr int kHoldX = 120, kHoldY = 40;
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    for (int i = 0; i < count; ++i) {
        int x = 0, y = 0, width = 0, height = 0;
        glfwGetMonitorWorkarea(monitors[i], &x, &y, &width, &height);
        const int shown_x = std::min(place.x + place.width, x + width) - std::max(place.x, x);
        const bool head = place.y >= y - kHoldY && place.y + kHoldY <= y + height;
        if (head && shown_x >= kHoldX) return true;
    }
    return false;
}

} // namespace

base::Status Desk::create(const char* title, const Place& wanted) {
    glfwSetErrorCallback(note_error);
    if (!glfwInit()) {
        return base::Error{"no window can be opened: there is no display", last_glfw_error(),
                           "start it on a desktop, or with: xvfb-run -a websocket-debugger --demo"};
    }
    int width = 1600;
    int height = 900;
    const bool remembered = wanted.width > 0 && on_a_screen(wanted);
    if (remembered) {
        width = wanted.width;
        height = wanted.height;
        glfwWindowHint(GLFW_MAXIMIZED, wanted.maximised ? GLFW_TRUE : GLFW_FALSE);
    } else {
        first_size(&width, &height);
    }
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE); // until it is where it belongs
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "websocket-debugger");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "websocket-debugger");
    window_ = glfwCreateWindow(width, height, title, nullptr, nullptr);
    if (!window_) {
        return base::Error{"no window can be opened: there is no OpenGL 3.3 here",
                           last_glfw_error(),
                           "install a driver, or Mesa's software one (libgl1-mesa-dri)"};
    }
    glfwMakeContextCurrent(window_);
    glfwSwapInterval(1);
    glfwSetWindowSizeLimits(window_, 800, 500, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwSetWindowUserPointer(window_, this);
    if (remembered && !wanted.maximised) glfwSetWindowPos(window_, wanted.x, wanted.y);
    if (remembered) place_ = wanted;
    install_callbacks();
    set_icon();
    glfwShowWindow(window_);
    note_place();
    return {};
}

Desk::~Desk() {
    for (GLFWcursor* cursor : cursors_) {
        if (cursor) glfwDestroyCursor(cursor);
    }
    if (window_) glfwDestroyWindow(window_);
    glfwTerminate();
}

void Desk::install_callbacks() {
    using C = DeskCallbacks;
    glfwSetCursorPosCallback(window_, C::pointer);
    glfwSetMouseButtonCallback(window_, C::button);
    glfwSetScrollCallback(window_, C::wheel);
    glfwSetKeyCallback(window_, C::key);
    glfwSetCharCallback(window_, C::character);
    glfwSetWindowFocusCallback(window_, C::focus);
    glfwSetCursorEnterCallback(window_, C::enter);
    glfwSetWindowRefreshCallback(window_, C::refresh);
    glfwSetFramebufferSizeCallback(window_, C::resized);
    glfwSetWindowPosCallback(window_, C::moved);
    glfwSetWindowContentScaleCallback(window_, C::rescaled);
    glfwSetWindowIconifyCallback(window_, C::iconified);
    glfwSetDropCallback(window_, C::dropped);
}

void Desk::wait(double seconds) {
    if (seconds <= 0) {
        glfwPollEvents();
    } else {
        glfwWaitEventsTimeout(std::min(seconds, 3600.0));
    }
}

void Desk::wake() { glfwPostEmptyEvent(); }

Desk::Size Desk::size() const {
    Size size;
    glfwGetFramebufferSize(window_, &size.width, &size.height);
    float scale_y = 1;
    glfwGetWindowContentScale(window_, &size.scale, &scale_y);
    size.scale = std::clamp(size.scale, 0.5f, 4.0f);
    return size;
}

void Desk::note_place() {
    if (full_screen_ || glfwGetWindowAttrib(window_, GLFW_ICONIFIED)) return;
    place_.maximised = glfwGetWindowAttrib(window_, GLFW_MAXIMIZED) != 0;
    if (place_.maximised) return;
    glfwGetWindowPos(window_, &place_.x, &place_.y);
    glfwGetWindowSize(window_, &place_.width, &place_.height);
}

Desk::Place Desk::place() const { return place_; }

bool Desk::visible() const {
    const Size now = size();
    return now.width > 0 && now.height > 0 && !glfwGetWindowAttrib(window_, GLFW_ICONIFIED);
}

bool Desk::close_asked() const { return glfwWindowShouldClose(window_) != 0; }

bool Desk::damaged() { return std::exchange(damaged_, false); }

bool Desk::touched() { return std::exchange(touched_, false); }

std::vector<std::string> Desk::dropped() { return std::exchange(dropped_, {}); }

void Desk::set_cursor(int imgui_cursor) {
    if (imgui_cursor == cursor_) return;
    cursor_ = imgui_cursor;
    if (cursors_.empty()) {
        cursors_.assign(ImGuiMouseCursor_COUNT, nullptr);
        cursors_[ImGuiMouseCursor_TextInput] = glfwCreateStandardCursor(GLFW_IBEAM_CURSOR);
        cursors_[ImGuiMouseCursor_ResizeNS] = glfwCreateStandardCursor(GLFW_VRESIZE_CURSOR);
        cursors_[ImGuiMouseCursor_ResizeEW] = glfwCreateStandardCursor(GLFW_HRESIZE_CURSOR);
        cursors_[ImGuiMouseCursor_Hand] = glfwCreateStandardCursor(GLFW_HAND_CURSOR);
    }
    const bool known = imgui_cursor >= 0 && imgui_cursor < ImGuiMouseCursor_COUNT;
    glfwSetCursor(window_, known ? cursors_[static_cast<std::size_t>(imgui_cursor)] : nullptr);
}

void Desk::set_full_screen(bool on) {
    if (on == full_screen_) return;
    full_screen_ = on;
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    if (on && monitor) {
        glfwGetWindowPos(window_, &before_[0], &before_[1]);
        glfwGetWindowSize(window_, &before_[2], &before_[3]);
        const GLFWvidmode* mode = glfwGetVideoMode(monitor);
        glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    } else if (!on) {
        glfwSetWindowMonitor(window_, nullptr, before_[0], before_[1], before_[2], before_[3], 0);
    }
    damaged_ = touched_ = true;
}

void Desk::hide() { glfwHideWindow(window_); }

void Desk::swap() { glfwSwapBuffers(window_); }

std::string Desk::clipboard() const {
    const char* text = glfwGetClipboardString(window_);
    return text ? text : "";
}

void Desk::set_clipboard(const std::string& text) { glfwSetClipboardString(window_, text.c_str()); }

namespace {

constexpr int kIcon = 64;

/// The icon is drawn, not loaded: a dark square with an arrow down and an arrow up, blue and
/// orange.
void paint_icon(unsigned char* pixels) {
    const auto put = [&](int x, int y, unsigned rgb) {
        unsigned char* at = pixels + (y * kIcon + x) * 4;
        at[0] = static_cast<unsigned char>(rgb >> 16);
        at[1] = static_cast<unsigned char>(rgb >> 8);
        at[2] = static_cast<unsigned char>(rgb);
        at[3] = 255;
    };
    for (int y = 0; y < kIcon; ++y) {
        for (int x = 0; x < kIcon; ++x) {
            const int corner_x = std::max({0, 10 - x, x - (kIcon - 11)});
            const int corner_y = std::max({0, 10 - y, y - (kIcon - 11)});
            if (corner_x * corner_x + corner_y * corner_y > 100) continue;
            put(x, y, 0x1A1D22);
            const int down = std::abs(x - 22), up = std::abs(x - 42);
            const bool down_shaft = down < 4 && y >= 14 && y < 40;
            const bool down_tip = y >= 36 && y < 51 && down <= (50 - y);
            const bool up_shaft = up < 4 && y >= 24 && y < 50;
            const bool up_tip = y >= 13 && y < 28 && up <= (y - 13);
            if (down_shaft || down_tip) put(x, y, 0x78B4FF);
            if (up_shaft || up_tip) put(x, y, 0xF2A65A);
        }
    }
}

} // namespace

void Desk::set_icon() {
    std::vector<unsigned char> pixels(static_cast<std::size_t>(kIcon) * kIcon * 4, 0);
    paint_icon(pixels.data());
    const GLFWimage image{kIcon, kIcon, pixels.data()};
    glfwSetWindowIcon(window_, 1, &image);
}

} // namespace app

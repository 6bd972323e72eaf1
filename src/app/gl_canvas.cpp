#include "app/gl_canvas.h"

#define GLAD_GL_IMPLEMENTATION
#include <glad/gl.h>

#include <GLFW/glfw3.h>
#include <stb/stb_image_write.h>

#include <string_view>
#include <vector>

#include "imgui.h"
#include "imgui_impl_opengl3.h"

namespace app {
namespace {

/// OpenGL promises nothing of the back buffer after a swap. Software drivers copy it and keep it;
/// only there does drawing cost enough to make use of that, so only there is it tried.
bool back_buffer_stays(const std::function<void()>& swap) {
    const char* renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
    const std::string_view name(renderer ? renderer : "");
    const bool software = name.find("llvmpipe") != std::string_view::npos ||
                          name.find("softpipe") != std::string_view::npos;
    if (!software) return false;
    glReadBuffer(GL_BACK);
    for (int shade = 20; shade < 24; ++shade) { // near the window's own ground
        glClearColor(static_cast<float>(shade) / 255, 0.08f, 0.1f, 1);
        glClear(GL_COLOR_BUFFER_BIT);
        swap();
        unsigned char pixel[4] = {};
        glReadPixels(1, 1, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
        if (pixel[0] != shade) return false;
    }
    return true;
}

} // namespace

base::Status Canvas::start(const std::function<void()>& swap) {
    const int version = gladLoadGL(glfwGetProcAddress);
    const bool enough = GLAD_VERSION_MAJOR(version) * 10 + GLAD_VERSION_MINOR(version) >= 33;
    if (version == 0 || !enough || !ImGui_ImplOpenGL3_Init("#version 330 core")) {
        return base::Error{"the window cannot be drawn: there is no OpenGL 3.3 here",
                           "the driver does not give its functions",
                           "install a driver, or Mesa's software one (libgl1-mesa-dri)"};
    }
    started_ = true;
    keeps_ = back_buffer_stays(swap);
    return {};
}

Canvas::~Canvas() {
    if (!started_) return;
    ImGui_ImplOpenGL3_Shutdown();
}

void Canvas::take_fonts(const ImFontAtlas&) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_NewFrame(); // makes the other objects when they are not there yet
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    damage_.forget();
}

bool Canvas::draw(ImDrawData* data, bool anyway) {
    ui::Rect changed = damage_.take(*data);
    if (changed.empty() && !anyway) return false;
    if (!keeps_) changed = {0, 0, data->DisplaySize.x, data->DisplaySize.y};
    if (!changed.empty()) {
        ui::clip_to(*data, changed);
        ImGui_ImplOpenGL3_RenderDrawData(data);
    }
    return true;
}

base::Status Canvas::save_png(const std::string& path, int width, int height) const {
    const std::size_t row = static_cast<std::size_t>(width) * 3;
    std::vector<unsigned char> pixels(row * static_cast<std::size_t>(height));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadBuffer(GL_BACK);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    // OpenGL begins at the bottom: the last row first, and steps backwards.
    const unsigned char* top = pixels.data() + row * static_cast<std::size_t>(height - 1);
    if (!stbi_write_png(path.c_str(), width, height, 3, top, -static_cast<int>(row))) {
        return base::Error{"the screenshot was not written", "\"" + path + "\" cannot be written",
                           "choose a folder that exists and is yours"};
    }
    return {};
}

} // namespace app

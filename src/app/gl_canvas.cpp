#include "app/gl_canvas.h"

#define GLAD_GL_IMPLEMENTATION
#include <glad/gl.h>

#include <GLFW/glfw3.h>
#include <stb/stb_image_write.h>

#include <vector>

#include "imgui.h"
#include "imgui_impl_opengl3.h"

namespace app {
base::Status Canvas::start() {
    const int version = gladLoadGL(glfwGetProcAddress);
    const bool enough = GLAD_VERSION_MAJOR(version) * 10 + GLAD_VERSION_MINOR(version) >= 33;
    if (version == 0 || !enough || !ImGui_ImplOpenGL3_Init("#version 330 core")) {
        return base::Error{"the window cannot be drawn: there is no OpenGL 3.3 here",
                           "the driver does not give its functions",
                           "install a driver, or Mesa's software one (libgl1-mesa-dri)"};
    }
    started_ = true;
    return {};
}

Canvas::~Canvas() {
    if (!started_) return;
    drop_picture();
    ImGui_ImplOpenGL3_Shutdown();
}

void Canvas::take_fonts(const ImFontAtlas&) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_NewFrame(); // makes the other objects when they are not there yet
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    damage_.forget();
}

void Canvas::drop_picture() {
    if (picture_) glDeleteFramebuffers(1, &picture_);
    if (texture_) glDeleteTextures(1, &texture_);
    picture_ = texture_ = 0;
}

/// The whole window as it looks now; what does not change in a frame stays in it.
void Canvas::make_picture(int width, int height) {
    if (picture_ && width == width_ && height == height_) return;
    drop_picture();
    width_ = width;
    height_ = height;
    damage_.forget();
    glGenTextures(1, &texture_);
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glGenFramebuffers(1, &picture_);
    glBindFramebuffer(GL_FRAMEBUFFER, picture_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
}

bool Canvas::draw(ImDrawData* data, bool anyway) {
    make_picture(static_cast<int>(data->DisplaySize.x), static_cast<int>(data->DisplaySize.y));
    const ui::Rect changed = damage_.take(*data);
    if (changed.empty() && !anyway) return false;
    if (!changed.empty()) {
        glBindFramebuffer(GL_FRAMEBUFFER, picture_);
        ui::clip_to(*data, changed);
        ImGui_ImplOpenGL3_RenderDrawData(data);
    }
    glDisable(GL_SCISSOR_TEST);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, picture_);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
    glBlitFramebuffer(0, 0, width_, height_, 0, 0, width_, height_, GL_COLOR_BUFFER_BIT,
                      GL_NEAREST);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
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

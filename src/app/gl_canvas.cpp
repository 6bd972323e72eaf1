#include "app/gl_canvas.h"

#define GLAD_GL_IMPLEMENTATION
#include <glad/gl.h>

#include <GLFW/glfw3.h>
#include <stb/stb_image_write.h>

#include <cstring>
#include <vector>

#include "imgui.h"
#include "imgui_impl_opengl3.h"

namespace app {
namespace {

/// Eight bytes at a time; only to tell one frame from the next.
std::uint64_t mixed(std::uint64_t hash, const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15u;
    std::size_t at = 0;
    for (; at + 8 <= size; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes + at, 8);
        hash = (hash ^ word) * kFactor;
        hash ^= hash >> 29;
    }
    for (; at < size; ++at) hash = (hash ^ bytes[at]) * kFactor;
    return hash;
}

std::uint64_t hash_of(const ImDrawData& data) {
    std::uint64_t hash = mixed(1, &data.DisplaySize, sizeof data.DisplaySize);
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        hash = mixed(hash, list.VtxBuffer.Data,
                     static_cast<std::size_t>(list.VtxBuffer.size_in_bytes()));
        hash = mixed(hash, list.IdxBuffer.Data,
                     static_cast<std::size_t>(list.IdxBuffer.size_in_bytes()));
        for (const ImDrawCmd& command : list.CmdBuffer) {
            hash = mixed(hash, &command.ClipRect, sizeof command.ClipRect);
            hash = mixed(hash, &command.ElemCount, sizeof command.ElemCount);
        }
    }
    return hash;
}

} // namespace

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
    if (started_) ImGui_ImplOpenGL3_Shutdown();
}

void Canvas::take_fonts(const ImFontAtlas&) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_NewFrame(); // makes the other objects when they are not there yet
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    last_ = 0;
}

bool Canvas::draw(ImDrawData* data, bool anyway) {
    const std::uint64_t hash = hash_of(*data);
    if (!anyway && hash == last_) {
        ++spared_;
        return false;
    }
    last_ = hash;
    ++drawn_;
    glViewport(0, 0, static_cast<int>(data->DisplaySize.x), static_cast<int>(data->DisplaySize.y));
    glDisable(GL_SCISSOR_TEST);
    glClearColor(0, 0, 0, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(data);
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

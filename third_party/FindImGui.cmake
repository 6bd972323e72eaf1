# Dear ImGui as Debian builds it: one static library that also holds the GLFW and OpenGL 3 back-ends.
#   third_party::imgui         the library itself: no window, no OpenGL
#   third_party::imgui_glfw    the same plus what its GLFW and OpenGL 3 back-ends need
include(Package)
find_package(Threads REQUIRED)
wd_find_header(IMGUI_INCLUDE_DIR imgui.h "Dear ImGui" libimgui-dev PATH_SUFFIXES imgui)
wd_find_header(IMGUI_BACKENDS_DIR imgui_impl_glfw.h "Dear ImGui's GLFW back-end" libimgui-dev
  PATH_SUFFIXES imgui/backends)
wd_find_library(IMGUI_LIBRARY imgui "Dear ImGui" libimgui-dev)
# Debian's build takes the rectangle packer and the TrueType rasteriser from libstb (imgui.pc says so too), and carries
# the FreeType rasteriser as an object of its own.
wd_find_library(STB_LIBRARY stb "stb" libstb-dev)
wd_find_library(FREETYPE_LIBRARY_FILE freetype "FreeType" libfreetype-dev)
wd_package_target(third_party::imgui
  INCLUDE ${IMGUI_INCLUDE_DIR}
  LINK ${IMGUI_LIBRARY} ${STB_LIBRARY} ${FREETYPE_LIBRARY_FILE} m)

find_package(GLFW REQUIRED)
wd_package_target(third_party::imgui_glfw
  INCLUDE ${IMGUI_INCLUDE_DIR} ${IMGUI_BACKENDS_DIR}
  LINK third_party::imgui third_party::glfw ${CMAKE_DL_LIBS})
set(ImGui_FOUND TRUE)

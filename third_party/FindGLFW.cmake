# GLFW: the window, its input and its OpenGL context.
#   third_party::glfw
include(Package)
wd_find_header(GLFW_INCLUDE_DIR GLFW/glfw3.h "GLFW" libglfw3-dev)
wd_find_library(GLFW_LIBRARY glfw "GLFW" libglfw3-dev)
wd_package_target(third_party::glfw INCLUDE ${GLFW_INCLUDE_DIR} LINK ${GLFW_LIBRARY})
# OpenGL's functions come from glad; GLFW's header must not bring another set.
set_property(TARGET third_party::glfw APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS GLFW_INCLUDE_NONE)
set(GLFW_FOUND TRUE)

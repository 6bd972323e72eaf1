# glad: OpenGL 3.3 core functions in one header, generated into the build folder when it is first needed. The generator
# carries OpenGL's specification, so no network is needed.
#   third_party::glad          the header <glad/gl.h>; one source file defines GLAD_GL_IMPLEMENTATION before it
#   wd_glad_header             the build step that writes it: targets with glad in them must depend on it
include(Package)
# The first `python3` in PATH need not be the system's, which is the one that has Debian's glad.
if(NOT WD_GLAD_PYTHON)
  foreach(candidate python3 /usr/bin/python3 /usr/local/bin/python3)
    execute_process(COMMAND ${candidate} -c "import glad, glad.__main__"
      RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed STREQUAL "0")
      set(WD_GLAD_PYTHON ${candidate} CACHE STRING "A Python interpreter that can import glad")
      break()
    endif()
  endforeach()
endif()
if(NOT WD_GLAD_PYTHON)
  wd_package_missing("glad's generator (no python3 here can `import glad`)" python3-glad)
endif()

set(wd_glad_dir ${CMAKE_BINARY_DIR}/glad)
file(MAKE_DIRECTORY ${wd_glad_dir}/include)
add_custom_command(
  OUTPUT ${wd_glad_dir}/include/glad/gl.h
  COMMAND ${WD_GLAD_PYTHON} -m glad --quiet --reproducible --extensions= --api gl:core=3.3 --out-path ${wd_glad_dir}
    c --header-only
  COMMENT "Generating OpenGL 3.3 core functions with glad"
  VERBATIM)
add_custom_target(wd_glad_header DEPENDS ${wd_glad_dir}/include/glad/gl.h)
wd_package_target(third_party::glad INCLUDE ${wd_glad_dir}/include LINK ${CMAKE_DL_LIBS})
set(Glad_FOUND TRUE)

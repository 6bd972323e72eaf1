# Helpers of the Find modules beside this file. Every dependency is a system package: when one is missing, configuring
# stops with a sentence that names the package and the command that installs it.
include_guard(GLOBAL)

# Stops the configure step: `what` was looked for, `package` is the Debian package that has it.
function(wd_package_missing what package)
  message(FATAL_ERROR
    "${what} was not found. It is in Debian's package ${package}: run `./dev install-deps` "
    "(or `apt-get install ${package}`), then configure again.\n")
endfunction()

# Finds the folder of a header and puts it into `variable`.
function(wd_find_header variable header what package)
  cmake_parse_arguments(ARG "" "" "PATH_SUFFIXES" ${ARGN})
  find_path(${variable} ${header} PATH_SUFFIXES ${ARG_PATH_SUFFIXES})
  mark_as_advanced(${variable})
  if(NOT ${variable})
    wd_package_missing("${what} (header ${header})" ${package})
  endif()
endfunction()

# Finds a library and puts its path into `variable`.
function(wd_find_library variable name what package)
  find_library(${variable} NAMES ${name})
  mark_as_advanced(${variable})
  if(NOT ${variable})
    wd_package_missing("${what} (library ${name})" ${package})
  endif()
endfunction()

# An imported target: its headers are SYSTEM headers, so that their warnings are not ours.
function(wd_package_target target)
  cmake_parse_arguments(ARG "" "" "INCLUDE;LINK;DEFINE" ${ARGN})
  if(NOT TARGET ${target})
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${target} SYSTEM INTERFACE ${ARG_INCLUDE})
    target_link_libraries(${target} INTERFACE ${ARG_LINK})
    target_compile_definitions(${target} INTERFACE ${ARG_DEFINE})
  endif()
endfunction()

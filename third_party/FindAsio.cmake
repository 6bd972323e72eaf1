# Asio without Boost: sockets, timers, TLS streams. Header-only, but its functions that are no templates are compiled once
# (wd_asio), which saves half of the time of every unit that includes it.
#   third_party::asio
include(Package)
find_package(Threads REQUIRED)
find_package(Tls REQUIRED)
wd_find_header(ASIO_INCLUDE_DIR asio.hpp "standalone Asio" libasio-dev)
file(STRINGS ${ASIO_INCLUDE_DIR}/asio/version.hpp wd_asio_line REGEX "define ASIO_VERSION +[0-9]+")
string(REGEX MATCH "[0-9][0-9][0-9]+" ASIO_VERSION "${wd_asio_line}")
if(NOT ASIO_VERSION)
  message(FATAL_ERROR "${ASIO_INCLUDE_DIR}/asio/version.hpp does not define ASIO_VERSION: that is not standalone Asio.\n")
endif()
if(ASIO_VERSION GREATER_EQUAL 103300)
  message(FATAL_ERROR
    "Asio ${ASIO_VERSION} in ${ASIO_INCLUDE_DIR} is too new: from 103300 (1.33) on it lacks what websocketpp uses. "
    "Install 1.32 or older (Debian 12's libasio-dev is 1.22.1), or set ASIO_INCLUDE_DIR to one.\n")
endif()
if(NOT TARGET wd_asio)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/asio.cpp
    CONTENT "#include <asio/impl/src.hpp>\n#include <asio/ssl/impl/src.hpp>\n")
  add_library(wd_asio STATIC ${CMAKE_BINARY_DIR}/asio.cpp)
  target_include_directories(wd_asio SYSTEM PUBLIC ${ASIO_INCLUDE_DIR})
  # Whether Asio finds std::aligned_alloc depends on what a unit included before it; units that disagree would
  # free with operator delete what others got from malloc. So: nobody uses it.
  target_compile_definitions(wd_asio PUBLIC ASIO_STANDALONE ASIO_SEPARATE_COMPILATION ASIO_DISABLE_STD_ALIGNED_ALLOC)
  target_link_libraries(wd_asio PUBLIC third_party::tls Threads::Threads)
endif()
wd_package_target(third_party::asio LINK wd_asio)
set(Asio_FOUND TRUE)

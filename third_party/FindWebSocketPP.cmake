# websocketpp: handshake and frame codec. Header-only; included by src/net/codec.cpp and src/sim/codec.cpp alone, which
# are compiled as C++17 because g++ 12 refuses its headers as C++20.
#   third_party::websocketpp
include(Package)
find_package(Asio REQUIRED)
wd_find_header(WEBSOCKETPP_INCLUDE_DIR websocketpp/version.hpp "websocketpp" libwebsocketpp-dev)
wd_package_target(third_party::websocketpp
  INCLUDE ${WEBSOCKETPP_INCLUDE_DIR}
  LINK third_party::asio
  DEFINE _WEBSOCKETPP_CPP11_STL_ _WEBSOCKETPP_CPP11_STRICT_)
set(WebSocketPP_FOUND TRUE)

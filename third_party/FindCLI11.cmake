# CLI11: the command lines of both programs. Header-only.
#   third_party::cli11         <CLI/CLI.hpp>
include(Package)
wd_find_header(CLI11_INCLUDE_DIR CLI/CLI.hpp "CLI11" libcli11-dev)
wd_package_target(third_party::cli11 INCLUDE ${CLI11_INCLUDE_DIR})
set(CLI11_FOUND TRUE)

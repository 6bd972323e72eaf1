# c-ares: name lookup that can be stopped at any moment. Used by src/net/lookup.cpp.
#   third_party::cares
include(Package)
wd_find_header(CARES_INCLUDE_DIR ares.h "c-ares" libc-ares-dev)
wd_find_library(CARES_LIBRARY cares "c-ares" libc-ares-dev)
wd_package_target(third_party::cares INCLUDE ${CARES_INCLUDE_DIR} LINK ${CARES_LIBRARY})
set(CAres_FOUND TRUE)

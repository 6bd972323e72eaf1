# zlib: permessage-deflate (RFC 7692).
#   third_party::zlib
include(Package)
wd_find_header(ZLIB_INCLUDE_DIR zlib.h "zlib" zlib1g-dev)
wd_find_library(ZLIB_LIBRARY z "zlib" zlib1g-dev)
wd_package_target(third_party::zlib INCLUDE ${ZLIB_INCLUDE_DIR} LINK ${ZLIB_LIBRARY})
set(Zlib_FOUND TRUE)

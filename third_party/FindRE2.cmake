# RE2: regular expressions in linear time, for the filter language.
#   third_party::re2
include(Package)
wd_find_header(RE2_INCLUDE_DIR re2/re2.h "RE2" libre2-dev)
wd_find_library(RE2_LIBRARY re2 "RE2" libre2-dev)
wd_package_target(third_party::re2 INCLUDE ${RE2_INCLUDE_DIR} LINK ${RE2_LIBRARY})
set(RE2_FOUND TRUE)

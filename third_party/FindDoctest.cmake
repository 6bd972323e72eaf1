# doctest: the test framework.
#   third_party::doctest       <doctest/doctest.h>
include(Package)
wd_find_header(DOCTEST_INCLUDE_DIR doctest/doctest.h "doctest" doctest-dev)
wd_package_target(third_party::doctest INCLUDE ${DOCTEST_INCLUDE_DIR})
set(Doctest_FOUND TRUE)

# JSON: nlohmann/json for what a person composes or looks at, simdjson for UTF-8 in captures and in benches.
#   third_party::json          both
include(Package)
wd_find_header(NLOHMANN_JSON_INCLUDE_DIR nlohmann/json.hpp "nlohmann/json" nlohmann-json3-dev)
wd_find_header(SIMDJSON_INCLUDE_DIR simdjson.h "simdjson" libsimdjson-dev)
wd_find_library(SIMDJSON_LIBRARY simdjson "simdjson" libsimdjson-dev)
wd_package_target(third_party::json
  INCLUDE ${NLOHMANN_JSON_INCLUDE_DIR} ${SIMDJSON_INCLUDE_DIR}
  LINK ${SIMDJSON_LIBRARY})
set(Json_FOUND TRUE)

#include "wire/close_code.h"

#include <doctest/doctest.h>
#include <string>

TEST_CASE("every registered code has its name") {
    const std::pair<int, const char*> kNames[] = {
        {1000, "Normal closure"},
        {1001, "Going away"},
        {1002, "Protocol error"},
        {1003, "Unsupported data"},
        {1004, "Reserved"},
        {1005, "No code received"},
        {1006, "Connection lost"},
        {1007, "Invalid payload data"},
        {1008, "Policy violation"},
        {1009, "Message too big"},
        {1010, "Mandatory extension"},
        {1011, "Internal error"},
        {1012, "Service restart"},
        {1013, "Try again later"},
        {1014, "Bad gateway"},
        {1015, "TLS failed"},
        {3000, "Unauthorized"},
        {3003, "Forbidden"},
        {3008, "Timeout"},
    };
    for (const auto& [code, name] : kNames) {
        CAPTURE(code);
        CHECK(std::string(wire::close_code_name(code)) == name);
    }
    CHECK(std::string(wire::close_code_name(0)) == "No code received");
}

TEST_CASE("a code that is not registered is named by its range") {
    for (const int code : {1016, 1999, 2000, 2999})
        CHECK(std::string(wire::close_code_name(code)) == "reserved for the protocol");
    for (const int code : {3001, 3999})
        CHECK(std::string(wire::close_code_name(code)) == "library or framework");
    for (const int code : {4000, 4999})
        CHECK(std::string(wire::close_code_name(code)) == "private use");
    for (const int code : {-1, 1, 999, 5000, 65535})
        CHECK(std::string(wire::close_code_name(code)) == "not a close code");
}

TEST_CASE("every number has a sentence, and the three that never travel say so") {
    for (int code = -1; code <= 5001; ++code) {
        const std::string meaning = wire::close_code_meaning(code);
        CAPTURE(code);
        CHECK(meaning.size() > 20);
        CHECK(meaning.back() == '.');
    }
    for (const int code : {0, 1005, 1006, 1015})
        CHECK(wire::close_code_meaning(code).find("never travels") != std::string::npos);
    CHECK(wire::close_code_meaning(1000).find("authentication") != std::string::npos);
    CHECK(wire::close_code_meaning(1009).find("10 MiB") != std::string::npos);
}

TEST_CASE("only the codes that RFC 6455 allows may be sent") {
    for (int code = -1; code <= 70'000; ++code) {
        const bool allowed = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                             (code >= 3000 && code <= 4999);
        if (wire::close_code_sendable(code) != allowed) FAIL(code);
    }
}

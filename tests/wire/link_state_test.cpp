#include "wire/link_state.h"

#include <doctest/doctest.h>
#include <string>

using wire::AuthStage;
using wire::Phase;

TEST_CASE("every state of a connection has its one word") {
    const char* const kWords[] = {"Idle", "Resolving", "Connecting",       "Securing", "Upgrading",
                                  "Open", "Closing",   "Waiting to retry", "Failed"};
    for (int i = 0; i <= static_cast<int>(Phase::failed); ++i)
        CHECK(std::string(wire::word(static_cast<Phase>(i))) == kWords[i]);
}

TEST_CASE("every stage of authentication has its word") {
    const char* const kWords[] = {"", "challenged", "answered", "authenticated", "refused"};
    for (int i = 0; i <= static_cast<int>(AuthStage::refused); ++i)
        CHECK(std::string(wire::word(static_cast<AuthStage>(i))) == kWords[i]);
}

TEST_CASE("the defaults are those of CONTRACT.md") {
    const wire::LinkOptions options;
    CHECK_FALSE(options.insecure);
    CHECK(options.auto_auth);
    CHECK(options.connect_timeout_s == 10);
    CHECK(options.close_timeout_s == 5);
    CHECK(options.retry_first == 0);
    CHECK(options.max_message == 32u * 1024 * 1024);
    CHECK(wire::kAuthTimeoutSeconds == 30);
}

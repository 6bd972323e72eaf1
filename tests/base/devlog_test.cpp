#include "base/devlog.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

namespace {

/// What a child writes to standard error when it logs one line, with the switch on or off. A child,
/// because the switch is read once.
std::string logged(bool on) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(ends[1], STDERR_FILENO);
        if (on)
            ::setenv("WSDBG_DEVLOG", "1", 1);
        else
            ::unsetenv("WSDBG_DEVLOG");
        base::devlog("test", "one line");
        ::_exit(base::devlog_enabled() == on ? 0 : 1);
    }
    ::close(ends[1]);
    std::string text;
    std::array<char, 256> buffer;
    for (ssize_t got; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    return text;
}

} // namespace

TEST_CASE("the developer log is silent unless it is switched on") {
    CHECK(logged(false) == "");
    const std::string text = logged(true);
    CHECK(text.size() > 15);
    CHECK(text.substr(text.size() - 15) == "test: one line\n");
}

#include "e2e/simulator.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>

namespace e2e {
namespace {

std::vector<std::string> command(std::vector<std::string> more) {
    more.insert(more.begin(), {"serve", "--port", "0"});
    return wsdbg_command(std::move(more));
}

} // namespace

Simulator::Simulator(std::vector<std::string> more) : process_(command(std::move(more))) {
    const auto line = process_.line();
    REQUIRE(line.has_value());
    REQUIRE(line->rfind("listening ws://", 0) == 0);
    url_ = line->substr(10);
}

void Simulator::stop() {
    process_.signal(SIGTERM);
    CHECK(process_.wait() == 0);
}

void write_lines(const std::string& path, const std::vector<std::string>& lines) {
    std::ofstream file(path);
    for (const std::string& line : lines) file << line << '\n';
}

} // namespace e2e

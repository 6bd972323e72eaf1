// `wsdbg serve` on a free port, for tests of the commands that connect. Owned by a test.
#pragma once

#include <string>
#include <vector>

#include "e2e/process.h"

namespace e2e {

class Simulator {
public:
    explicit Simulator(std::vector<std::string> more = {});
    /// Ends it with SIGTERM; a capture of its is complete then.
    void stop();
    const std::string& url() const { return url_; }

private:
    Process process_;
    std::string url_;
};

/// Writes a file line by line.
void write_lines(const std::string& path, const std::vector<std::string>& lines);

} // namespace e2e

// The connection, step by step, as `wsdbg check` and the panel show it. The check's own thread
// fills it and hands out copies; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace wire {

enum class CheckMark : std::uint8_t { running, passed, warned, failed };

/// One step: what was done, how long it took, what came of it.
struct CheckStep {
    std::string name; ///< one of kCheckSteps
    CheckMark mark = CheckMark::running;
    std::int64_t began_mono_ns = 0;
    std::int64_t took_ns = 0;
    std::string said; ///< the evidence in one line
    /// Name and value, in order; a name may come more than once. Secrets are ***.
    std::vector<std::pair<std::string, std::string>> evidence;
    std::optional<base::Error> error; ///< failed: what, why, fix; warned: what to look at
};

/// The steps in their order. Not each is met: without TLS there is no TLS handshake, without a
/// challenge no authentication.
constexpr const char* kCheckSteps[] = {"URL",           "name lookup",       "TCP connect",
                                       "TLS handshake", "HTTP answer",       "WebSocket handshake",
                                       "first message", "authentication",    "ping",
                                       "idle",          "closing handshake", "other addresses"};

struct CheckState {
    std::string url;       ///< in normal form where it could be read
    bool running = false;  ///< false and no steps: it never ran
    bool stopped = false;  ///< by the user, before it was through
    bool insecure = false; ///< any certificate was accepted
    std::vector<CheckStep> steps;
    std::string phase;                ///< that failed (DESIGN.md, what an error says)
    std::optional<base::Error> error; ///< of the first step that failed
    int connections = 0;              ///< TCP connections tried so far

    bool ran() const { return running || !steps.empty(); }
    bool ok() const { return !running && !stopped && !error && !steps.empty(); }
};

} // namespace wire

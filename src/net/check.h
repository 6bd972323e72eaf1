// The diagnosis of a connection: every step from the URL to the closing handshake, each with its
// time, its evidence and, where it failed, what, why and what to do. It opens its own connections:
// at most four, one at a time, each closed before the next. A thread of its own does it; all
// functions are called from one owning thread, and none blocks but the destructor, which takes
// under a second.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "wire/check_step.h"
#include "wire/link_state.h"

namespace net {

struct CheckOptions {
    wire::LinkOptions link;     ///< retries and pings of their own are left aside
    std::string name_servers;   ///< see EngineOptions
    double first_message_s = 1; ///< how long one is waited for; none is no fault
    double auth_s = 5;          ///< for Coda's auth_result
    int pings = 5;
    double ping_s = 5; ///< for each Pong
    double idle_s = 1.5;
};

class Check {
public:
    /// Begins at once. `changed` is called on the check's thread whenever state() is another.
    Check(CheckOptions options, std::function<void()> changed);
    /// Stops it and joins the thread.
    ~Check();
    Check(const Check&) = delete;
    Check& operator=(const Check&) = delete;

    wire::CheckState state() const;
    /// The same, but nothing when it has not changed since the last news().
    std::optional<wire::CheckState> news();
    /// Ends it where it stands: state().stopped follows within 100 ms.
    void stop();

private:
    struct Thread;
    std::unique_ptr<Thread> thread_;
};

} // namespace net

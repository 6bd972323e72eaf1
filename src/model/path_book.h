// The places in payloads that were seen, with what stands there: what the filter bar offers while
// one types. Looks at the newest message of each type, and only when it is asked to, so that
// nothing of it is paid for by every message. Bounded; UI thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/json_path.h"
#include "model/log.h"

namespace model {

struct KnownPath {
    std::string text; ///< as a filter writes it
    JsonKind kind = JsonKind::none;
    std::string example; ///< the value as it stood there, when it is short and no object or list
    TypeId type = 0;     ///< the type it was first seen in
};

class PathBook {
public:
    static constexpr std::size_t kMostPaths = 2000;
    static constexpr std::size_t kMostBytes = 64 * 1024; ///< of one payload
    static constexpr std::size_t kMostOfOne = 200;       ///< new paths of one payload
    static constexpr int kMostDeep = 6;

    /// Looks at no more than `most_types` types whose newest message is new to it. False when more
    /// are left.
    bool look(const Log& log, int most_types);
    /// Ascending by text, each once.
    const std::vector<KnownPath>& paths() const { return paths_; }

private:
    void take(const Log& log, TypeId type);
    void add(KnownPath path);

    std::vector<KnownPath> paths_;
    std::vector<EventId> seen_; ///< by TypeId: the newest message when it was looked at
    std::size_t next_ = 1;      ///< the type to look at next
};

} // namespace model

// The log put in the order of time again. A file that is opened may be older than what the log
// holds; everything that follows the log (timeline, plots, go to) relies on rows in the order of
// their time. So its rows are taken out, and appended anew in between those of the file, under new
// ids; their payloads stay where they are. UI thread; headless.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/model.h"

namespace app {

class LogMerge {
public:
    /// Takes all rows out of the log, which is left as after a clear. Precondition: not active().
    void begin(model::Model& model);
    /// Rows wait to be appended again.
    bool active() const { return next_ < end_; }
    /// When the oldest of them happened. Precondition: active().
    std::int64_t next_mono_ns() const { return next_mono_ns_; }
    struct Moved {
        model::EventId before = 0, now = 0;
        std::uint32_t link = 0;
    };
    /// Appends it, told to nobody: it was told when it happened. With the last one bookmarks,
    /// notices and attempts are about the new ids. Precondition: active().
    Moved take_one(model::Model& model);

private:
    model::EventId id_now(model::EventId before) const;
    void look_at_next();
    void finish(model::Model& model);

    std::shared_ptr<const model::LogSnapshot> rows_;
    model::EventId first_ = 0, next_ = 0, end_ = 0; ///< their ids before
    std::int64_t next_mono_ns_ = 0;
    std::vector<model::EventId> ids_; ///< the new ones, by id - first_
    std::vector<model::Bookmark> bookmarks_;
    std::size_t next_bookmark_ = 0;
    base::Renumbering engine_ids_; ///< by the ids before
};

} // namespace app

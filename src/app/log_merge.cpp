#include "app/log_merge.h"

#include <algorithm>
#include <utility>

#include "app/drain.h"

namespace app {

using model::EventId;
using model::Model;

void LogMerge::begin(Model& model) {
    first_ = next_ = model.log.first();
    end_ = model.log.end();
    ids_.assign(static_cast<std::size_t>(end_ - first_), 0);
    bookmarks_ = std::move(model.bookmarks.list);
    model.bookmarks.list.clear();
    next_bookmark_ = 0;
    engine_ids_ = std::exchange(model.engine_ids, {});
    // What the rows tell is told again, since all is looked at again; what drain told stays.
    std::erase_if(model.notices.list, [](const model::Notice& notice) {
        return notice.alarm && !told_by_drain(notice.topic);
    });
    // Times go back: what follows begins anew, and has no "before".
    model.insight = model::Insight();
    model.timeline = model::Timeline();
    model.sequence.reset();
    const std::uint64_t trimmed = model.log.trimmed();
    rows_ = model.log.take_all(trimmed);
    clear_log(model, trimmed);
    look_at_next();
}

void LogMerge::look_at_next() {
    if (active()) next_mono_ns_ = rows_->mono_ns(next_);
}

/// 0: it is not in the log any more.
EventId LogMerge::id_now(EventId before) const {
    if (before < first_ || before >= end_) return 0;
    return ids_[static_cast<std::size_t>(before - first_)];
}

LogMerge::Moved LogMerge::take_one(Model& model) {
    const EventId before = next_++;
    wire::Event event = rows_->event(before);
    if (event.details && event.details->of != 0) event.details->of = id_now(event.details->of);
    if (event.kind == wire::Kind::connecting && event.details) {
        const model::Connection* const connection = model.connection(event.link);
        if (connection && connection->file.empty())
            model.sequence.connecting(event.link, event.details->url);
    }
    Moved moved{before, 0, event.link};
    const EventId now = moved.now = append_event(model, std::move(event));
    if (const std::uint64_t number = engine_ids_.to_of(before); number != 0)
        model.engine_ids.add(now, number);
    ids_[static_cast<std::size_t>(before - first_)] = now;
    while (next_bookmark_ < bookmarks_.size() && bookmarks_[next_bookmark_].event <= before) {
        model::Bookmark& mark = bookmarks_[next_bookmark_++];
        if (mark.event == before) model.bookmarks.set_note(now, std::move(mark.note));
    }
    if (active())
        look_at_next();
    else
        finish(model);
    return moved;
}

void LogMerge::finish(Model& model) {
    const auto follow = [this](EventId* id) {
        if (*id != 0 && *id < end_) *id = id_now(*id);
    };
    for (model::Notice& notice : model.notices.list) follow(&notice.event);
    for (model::Connection& connection : model.connections)
        for (model::Attempt& attempt : connection.attempts) follow(&attempt.event);
    rows_.reset();
    ids_ = {};
    bookmarks_ = {};
}

} // namespace app

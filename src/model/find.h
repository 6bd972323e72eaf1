// Search beside the filter: which of the rows that the filter shows hold a text. The same search as
// a bare word of the filter language, so that both find the same. Goes through the log in slices,
// newest rows first, as the index does, and takes only new rows afterwards. Owned by the Model,
// changed by drain and act, UI thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/filter.h"
#include "model/index.h"
#include "model/log.h"

namespace model {

class Find {
public:
    /// Looks for `text` from now on; empty: for nothing.
    void set_text(const std::string& text);
    const std::string& text() const { return text_; }

    /// Follows the log and the filter of its list, and goes on looking for about `budget_ns`.
    void update(const Log& log, const ListFilter& shown, std::int64_t budget_ns);

    /// Rows that hold it, as far as they are known.
    std::uint64_t size() const { return found() ? hits_.size() : 0; }
    bool complete() const { return text_.empty() || (found() && hits_.complete()); }
    double progress() const { return text_.empty() ? 1 : hits_.progress(); }
    /// As Index has them: `update` has something to do now; the worker has found something.
    bool busy() const { return stale_ || hits_.busy(); }
    void set_wake(std::function<void()> wake) { hits_.set_wake(std::move(wake)); }

    bool is_hit(EventId id) const;
    /// Position of a hit among them, from 1; 0: it is none.
    std::uint64_t number_of(EventId id) const;
    /// Position of the first hit with an id of at least `id`, from 0.
    std::uint64_t position_of(EventId id) const { return size() == 0 ? 0 : hits_.position_of(id); }
    /// The nearest hit behind or before `id`, beyond the end the first or last; 0: none at all.
    EventId next(EventId id) const;
    EventId previous(EventId id) const;

    /// What to mark in a row.
    const std::vector<TextSearch>& marks() const { return word_.marks(); }

private:
    /// `hits_` are already those of the text, and not of the one before.
    bool found() const { return !text_.empty() && !stale_ && hits_.shows_filter(); }

    std::string text_;
    Filter word_;        ///< of `text_` alone
    ListFilter shown_;   ///< what `hits_` was made with, beside the text
    bool stale_ = false; ///< the text is another than the one of `hits_`
    Index hits_;
};

} // namespace model

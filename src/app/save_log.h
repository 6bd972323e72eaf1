// The log on its way into a file: all that it holds, or the rows that pass the filter, as capture,
// HAR or CSV. The UI thread hands rows over a slice a frame; a thread of its own writes them into a
// temporary file, which gets its name when it is whole. UI thread, but for the writing; headless.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/renumbering.h"
#include "base/result.h"
#include "model/actions.h"
#include "model/index.h"
#include "model/model.h"
#include "wire/file_state.h"
#include "wire/slab.h"

namespace app {

class LogSaver {
public:
    /// `program` is for the head of the file; `wake` wakes the window, on the worker's thread.
    explicit LogSaver(std::string program, std::function<void()> wake = {});
    /// What is not yet whole is given up.
    ~LogSaver();
    LogSaver(const LogSaver&) = delete;
    LogSaver& operator=(const LogSaver&) = delete;

    /// What the log holds now; what comes later is not in the file. Refused: another one is being
    /// written, the name's end says no format, the file is there and `overwrite` is not set, it
    /// cannot be created.
    base::Status start(const model::SaveLog& wish, const model::Model& model);
    void cancel(); ///< no file comes of it

    /// Once a frame: hands rows over for about `budget_ns`, tells the end as a notice. True while
    /// work is left that waits for nobody: draw another frame.
    bool work(model::Model& model, std::int64_t budget_ns);

    bool busy() const { return worker_ != nullptr; }
    wire::FileProgress progress() const;

private:
    class Worker;

    bool find_rows(const model::Model& model, std::int64_t budget_ns);
    bool hand_over(const model::Model& model, std::int64_t until_ns);
    bool put(const model::Model& model, model::EventId id);
    bool put_mark(const model::Model& model, model::EventId id);
    void leave_out_told(const model::Model& model);
    bool put_missing(const model::Model& model);
    bool push(wire::Event& event);
    std::uint32_t conn_of(std::uint32_t link, std::uint32_t conn);
    void tell_end(model::Model& model);

    std::string program_;
    std::function<void()> wake_;
    std::unique_ptr<Worker> worker_;

    //--- what is written, while it is
    model::SaveLog wish_;
    model::EventId first_ = 0, end_ = 0; ///< of the log, at the start
    std::unique_ptr<model::Index> rows_; ///< those that pass; null: all
    bool chosen_ = false;                ///< `shown_` or the range is what is to be written
    std::vector<model::EventId> shown_;  ///< when not all
    std::vector<model::Bookmark> marks_;
    std::uint64_t at_ = 0;      ///< of the rows
    bool mark_due_ = false;     ///< the row at `at_` is handed over, and its note is not
    std::uint64_t missing_ = 0; ///< rows that the log trimmed before they were handed over
    std::uint64_t written_ = 0; ///< lines
    std::int64_t started_mono_ns_ = 0;
    base::Renumbering numbers_;                                              ///< ids to lines
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> conns_; ///< by link and conn
    std::vector<bool> conns_taken_;
    wire::SlabWriter slabs_;
    wire::FileProgress last_;
};

} // namespace app

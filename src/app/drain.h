// The first of the four steps of a frame: takes what happened out of the network's queue and puts
// it into the Model: log, connections, notices, index. UI thread. Knows no window and no socket, so
// it runs headless too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/model.h"
#include "wire/event_queue.h"

namespace app {

/// The queue in front of the screen: five seconds of 50,000 messages each fit, so that a screen
/// that stands still for so long makes no server wait, and all the others that are served by it.
constexpr wire::EventQueue::Limits kScreenQueue{std::size_t{1} << 19, std::size_t{128} << 20};

struct DrainResult {
    std::size_t events = 0; ///< taken, states included
    bool more =
        false; ///< work is left (events, the index, memory to give back): draw another frame
};

/// Takes events until the queue is empty or about `budget_ns` is spent, then goes on with the
/// index. `model.now` is the frame's clock: set it before. `hold`: what came waits in Model::held,
/// and is taken first by the next call without it.
DrainResult drain(model::Model& model, wire::EventQueue& events, std::int64_t budget_ns,
                  bool hold = false);

/// Takes one event of another producer, as drain() takes those of the network. An event of an
/// opened file (Connection::file) tells nobody anything: what it is about is over.
void take_event(model::Model& model, wire::Event&& event);

/// An alarm about that topic was told when its event came, and is not told again by looking at it.
bool told_by_drain(std::string_view topic);

/// Appends it to the log, and lets those look at it that must at once. Nobody is told.
model::EventId append_event(model::Model& model, wire::Event&& event);

/// Forgets all rows, and so does all that follows the log. `trimmed`: as Log::clear().
void clear_log(model::Model& model, std::uint64_t trimmed = 0);

} // namespace app

#include "model/step.h"

namespace model {
namespace {

/// The traits of what may be the next one: the timeline skips all others in large strides. Zero:
/// any row may be it.
Traits wanted_traits(const Model& model, const Step& step) {
    switch (step.mode) {
    case StepMode::same_type:
        return model.timeline.traits(step.like.id, step.like.id + 1) & ~(kError | kReceivedError);
    case StepMode::error: return kError;
    case StepMode::other_direction:
        if (step.like.dir == wire::Dir::in) return kSent;
        return step.like.dir == wire::Dir::out ? kReceived : kReceived | kSent;
    default: return 0;
    }
}

bool is_it(const Model& model, const Step& step, EventId id) {
    const Row row = model.log.row(id);
    switch (step.mode) {
    case StepMode::same_type:
        return row.type == step.like.type && row.kind == step.like.kind && row.dir == step.like.dir;
    case StepMode::connection: return row.link == step.like.link;
    default: return true;
    }
}

EventId candidate(const Model& model, const Step& step, Traits wanted) {
    if (wanted != 0)
        return step.forward ? model.timeline.next(step.at, wanted)
                            : model.timeline.previous(step.at, wanted);
    const EventId next = step.forward ? step.at + 1 : step.at - 1;
    return model.log.contains(next) ? next : 0;
}

/// The index knows at once.
EventId in_filter(const Model& model, const Step& step) {
    const Index& index = model.index;
    const std::uint64_t at = index.position_of(step.forward ? step.at + 1 : step.at);
    if (step.forward) return at < index.size() ? index.at(at) : 0;
    return at > 0 ? index.at(at - 1) : 0;
}

} // namespace

const char* word(StepMode mode) {
    switch (mode) {
    case StepMode::any: return "any event";
    case StepMode::same_type: return "same type";
    case StepMode::filter: return "matching filter";
    case StepMode::error: return "error";
    case StepMode::other_direction: return "other direction";
    case StepMode::connection: return "this connection";
    case StepMode::count: break;
    }
    return "";
}

Step step_from(const Model& model, StepMode mode, bool forward, EventId from) {
    Step step;
    step.mode = mode;
    step.forward = forward;
    step.at = from;
    step.running = model.log.contains(from);
    if (step.running) step.like = model.log.row(from);
    return step;
}

EventId go_on(const Model& model, Step& step, std::uint64_t rows) {
    if (!step.running) return 0;
    if (step.mode == StepMode::filter) {
        step.running = false;
        return in_filter(model, step);
    }
    const Traits wanted = wanted_traits(model, step);
    for (; rows > 0; --rows) {
        const EventId id = candidate(model, step, wanted);
        if (id == 0 || !model.log.contains(id)) {
            step.running = false;
            return 0;
        }
        step.at = id;
        if (is_it(model, step, id)) {
            step.running = false;
            return id;
        }
    }
    return 0;
}

} // namespace model

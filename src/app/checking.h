// The window's check: started and stopped by act, taken into the Model by the first step of a
// frame. UI thread; the check itself runs on a thread of its own.
#pragma once

#include <functional>
#include <memory>

#include "model/actions.h"
#include "model/model.h"
#include "net/check.h"

namespace app {

struct Checking {
    std::function<void()> wake; ///< called on the check's thread when there is news
    std::unique_ptr<net::Check> check;
};

/// Checks the address with the options of the connection; ends a check that runs.
void start_check(const model::RunCheck& action, model::Model& model, Checking& checking);
void stop_check(Checking& checking);
/// Takes what is new of it. True when something was.
bool take_check(model::Model& model, Checking& checking);

} // namespace app

// The last step that changes the Model: performs what the panels asked for while they drew. The one
// place that gives orders to the network, in the order of the Actions. UI thread. Checks again
// before it acts, since the connection may have changed since it was drawn; what cannot be done
// becomes a Notice that says why not.
#pragma once

#include <functional>
#include <string>

#include "app/checking.h"
#include "base/result.h"
#include "model/actions.h"
#include "model/model.h"
#include "net/engine.h"

namespace app {

struct FileWork;

/// What only a program with a window, or its test, can do. One that is missing is told as a Notice.
struct Desktop {
    std::function<void(const std::string&)> set_clipboard;
    /// Starts the simulator when it does not run yet; gives its URL.
    std::function<base::Result<std::string>()> start_demo;
    Checking checking;
    FileWork* files = nullptr;
};

/// Performs all of `actions` and leaves it empty. `model.now` is the frame's clock.
void act(model::Actions& actions, model::Model& model, net::Engine& engine, Desktop& desktop);

} // namespace app

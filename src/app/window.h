// The loop of the window: drain, draw, act, present. Sleeps while nothing happens. Owns everything
// of the program with a window; main thread.
#pragma once

#include <string>

#include "app/window_args.h"

namespace app {

/// Runs until the window is closed. The program's exit code.
int run_window(const WindowArguments& arguments);

} // namespace app

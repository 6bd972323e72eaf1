// websocket-debugger: the window.
#include <cstdio>
#include <string>
#include <vector>

#include "app/window.h"

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    auto arguments = app::window_arguments(words);
    if (!arguments.ok()) {
        std::fprintf(stderr, "websocket-debugger: %s\n", arguments.error().what.c_str());
        return 2;
    }
    if (arguments.value().help) {
        std::fputs(app::kWindowHelp, stdout);
        return 0;
    }
    if (arguments.value().version) {
        std::puts("websocket-debugger " WD_VERSION);
        return 0;
    }
    arguments.value().program = "websocket-debugger " WD_VERSION;
    return app::run_window(arguments.value());
}

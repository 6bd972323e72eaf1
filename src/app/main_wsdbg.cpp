// wsdbg: WebSocketDebugger for terminals and scripts.
#include <string>
#include <vector>

#include "app/wsdbg.h"

int main(int argc, char** argv) {
    return app::run_wsdbg(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc),
                          WD_VERSION);
}

#include "app/window_args.h"

#include "app/wsdbg_args.h"
#include "net/url.h"

namespace app {

const char* const kWindowHelp =
    R"(websocket-debugger: find out why a WebSocket connection or a message goes wrong.

  websocket-debugger [URL] [--demo] [--open CAPTURE]... [--frames N]
                     [--screenshot PNG]

  URL               ws:// or wss://, dialled until it is open; without it, and
                    without --open, ws://localhost:8765 is tried once
  --demo            starts an own Coda simulator on a free port and connects to it
  --open CAPTURE    reads a capture (.ndjson) or a HAR (.har) into the log; may
                    be given several times
  --frames N        draws N frames without waiting, at most 60 a second, then ends
  --screenshot PNG  writes a picture of the last frame (without --frames: of what is shown two
                    seconds after the start), then ends
  --help, --version

The same engine for terminals and scripts: wsdbg --help.
)";

base::Result<WindowArguments> window_arguments(const std::vector<std::string>& arguments) {
    WindowArguments wanted;
    Arguments reader;
    reader.flag("--demo", &wanted.demo);
    reader.repeatable("--open", [&](const std::string& path) {
        if (path.empty()) return std::string("the name of a file is needed");
        wanted.captures.push_back(path);
        return std::string();
    });
    reader.whole("--frames", &wanted.frames, 1, 1'000'000);
    reader.text("--screenshot", &wanted.screenshot);
    reader.flag("-h,--help", &wanted.help);
    reader.flag("--version", &wanted.version);
    const base::Status read = reader.parse(arguments);
    if (!read.ok()) return read.error();
    if (reader.words().size() > 1) {
        return base::Error{"one URL at most: \"" + reader.words()[1] + "\" is too much", "", ""};
    }
    if (!reader.words().empty()) {
        wanted.url = reader.words()[0];
        const auto url = net::url_from_text(wanted.url);
        if (!url.ok()) return base::Error{base::one_line(url.error()), "", ""};
    }
    if (wanted.demo && !wanted.url.empty()) {
        return base::Error{"--demo brings its own URL: leave the other one out", "", ""};
    }
    return wanted;
}

} // namespace app

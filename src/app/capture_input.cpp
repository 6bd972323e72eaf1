#include "app/capture_input.h"

#include <unistd.h>

#include "app/output.h"
#include "app/wsdbg.h"
#include "base/clock.h"
#include "base/text.h"

namespace app {
namespace {

constexpr std::size_t kLinesTold = 10;
constexpr std::int64_t kMomentNs = 500 * base::kMillisecond;
constexpr std::int64_t kBetweenNs = 200 * base::kMillisecond;

void write_error(const std::string& text) {
    // Nobody can be told when standard error itself does not work.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

int tell_reading(const capture::Reader& reader, const std::string& path) {
    for (const std::string& warning : reader.warnings()) say(path + ": " + warning);
    const auto& damage = reader.damage();
    for (std::size_t i = 0; i < damage.size() && i < kLinesTold; ++i)
        say(path + ": line " + std::to_string(damage[i].line) +
            " is damaged and was left out: " + damage[i].what);
    if (reader.damaged_lines() > kLinesTold)
        say(path + ": " + counted(reader.damaged_lines(), "damaged line") +
            " in all were left out");
    if (!reader.failed()) say(reader.failed().error());
    return reader.failed() && reader.damaged_lines() == 0 ? kDone : kNo;
}

ProgressLine::ProgressLine(const char* verb)
    : verb_(verb), terminal_(::isatty(STDERR_FILENO) == 1), began_ns_(base::mono_now_ns()),
      next_ns_(began_ns_ + kMomentNs) {}

void ProgressLine::show(std::uint64_t bytes, std::uint64_t total, std::uint64_t events) {
    const std::int64_t now = base::mono_now_ns();
    if (!terminal_ || now < next_ns_) return;
    next_ns_ = now + kBetweenNs;
    const double seconds = static_cast<double>(now - began_ns_) / 1e9;
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds);
    std::string line = std::string("\r\x1b[K") + verb_ + ' ' + base::size_text(bytes);
    if (total != 0) line += " of " + base::size_text(total);
    line += ", " + counted(events, "event") + ", " + base::size_text(rate) + "/s";
    write_error(line);
    shown_ = true;
}

void ProgressLine::clear() {
    if (shown_) write_error("\r\x1b[K");
    shown_ = false;
}

} // namespace app

// Any bytes as a HAR: reading them neither crashes nor hangs.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "capture/har_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const int file = ::memfd_create("har", MFD_CLOEXEC);
    if (file < 0) return 0;
    if (::write(file, data, size) == static_cast<ssize_t>(size)) {
        auto reader = capture::open_har("/proc/self/fd/" + std::to_string(file));
        wire::EventView event;
        while (reader && reader.value().next(&event)) {
        }
    }
    ::close(file);
    return 0;
}

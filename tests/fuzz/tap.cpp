// The tap on any bytes, of either side: it never reads outside of them, and of a server's it sees
// what the codec with websocketpp behind it sees. The first two bytes choose what was agreed and
// how the rest is cut into reads.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "../net/tap_against_codec.h"

namespace {

/// Reads of rising and falling sizes.
test::Cuts cuts_of(std::uint8_t seed, std::size_t size) {
    test::Cuts cuts;
    std::size_t at = 0;
    for (unsigned step = seed; step != 0 && at < size && cuts.size() < 1000;
         step = step * 5 % 251) {
        at += step % 17 + 1;
        cuts.push_back(at);
    }
    return cuts;
}

/// Frames of a client, which only the tap decodes.
void tap_client(const net::DeflateParams& params, const std::string& stream) {
    net::Tap::Options options;
    options.side = net::Side::client;
    options.deflate = params;
    options.max_message = 1u << 16;
    net::Tap tap(options);
    test::feed(stream, {}, [&](std::size_t at, std::size_t size, std::size_t* taken) {
        return tap.take(stream.data() + at, size, 0, taken) != net::Tap::Got::fault;
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 4096) return 0;
    net::DeflateParams params;
    params.agreed = (data[0] & 1) != 0;
    params.server_no_context_takeover = (data[0] & 2) != 0;
    params.client_no_context_takeover = (data[0] & 4) != 0;
    const std::uint64_t limit = data[0] & 8 ? 100 : 1u << 16;
    const test::Cuts cuts = cuts_of(data[1], size - 2);
    const std::string stream(reinterpret_cast<const char*>(data) + 2, size - 2);
    tap_client(params, stream);
    const std::string other = test::difference(test::seen_by_codec(params, limit, stream, cuts),
                                               test::seen_by_tap(params, limit, stream, cuts));
    if (other.empty()) return 0;
    std::fprintf(stderr, "tap and codec differ: %s\n", other.c_str());
    std::abort();
}

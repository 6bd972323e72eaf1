// What happened, as it crosses from a producing thread to the screen, a file or the terminal.
// An Event owns its bytes; an EventView looks at one that somebody else owns. Kinds and members are
// those of the capture format (CONTRACT.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "wire/frame_detail.h"
#include "wire/link_state.h"
#include "wire/message_head.h"
#include "wire/slab.h"
#include "wire/tls_info.h"

namespace wire {

/// Seen from this program; `none` for what is neither ("-" in files).
enum class Dir : std::uint8_t { in, out, none };

enum class Kind : std::uint8_t {
    // frames
    text,
    binary,
    ping,
    pong,
    close,
    // life of the connection
    connecting,
    request,
    response,
    open,
    failed,
    closed,
    retry,
    refused, ///< a message that was not sent; its payload is that message
    note,
    // never in a log or a file: carries `details->link` to the screen
    status,
};
constexpr int kKindCount = 15;

const char* word(Dir dir);   ///< "in", "out", "-"
const char* word(Kind kind); ///< as in the capture format; status: "status"
std::optional<Dir> dir_from_word(std::string_view word);
std::optional<Kind> kind_from_word(std::string_view word);

/// True for text, binary, ping, pong and close.
constexpr bool is_frame(Kind kind) { return kind <= Kind::close; }
/// True for text and binary.
constexpr bool is_message(Kind kind) { return kind <= Kind::binary; }

/// Who ended a session (`by` of a closed event).
enum class By : std::uint8_t { nobody, us, peer };
const char* word(By by); ///< "-", "us", "peer"

/// A unique_ptr whose copy holds a copy.
template <class T>
struct Boxed : std::unique_ptr<T> {
    using std::unique_ptr<T>::unique_ptr;
    Boxed() = default;
    Boxed(std::unique_ptr<T> held) : std::unique_ptr<T>(std::move(held)) {}
    Boxed(const Boxed& other)
        : std::unique_ptr<T>(other ? std::make_unique<T>(*other) : std::unique_ptr<T>()) {}
    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(Boxed other) noexcept {
        this->swap(other);
        return *this;
    }
};

/// What only some events have. Empty strings and zeros mean "not there" unless said otherwise.
struct Details {
    std::string url;         ///< connecting
    std::string address;     ///< open
    std::string subprotocol; ///< open
    std::string extensions;  ///< open
    int status = 0;          ///< response: the HTTP status
    int attempt = 0;         ///< retry, connecting: which attempt, from 1
    double delay_s = 0;      ///< retry: until the next attempt
    double delay_cap_s = 0;  ///< retry: the delay was random, up to this
    int code = 0;            ///< close, closed; 0: none was received or sent (1005)
    std::string reason;      ///< close, closed
    bool clean = false;      ///< closed: the closing handshake was whole
    By by = By::nobody;      ///< closed
    std::string phase;       ///< failed: "URL", "name lookup", … (DESIGN.md, what an error says)
    std::optional<base::Error> error; ///< failed, refused; closed when it was not clean
    std::uint64_t of = 0;             ///< note: the event it is about
    bool unmarked = false;            ///< note: the mark on `of` was taken away again
    std::uint64_t gap = 0;            ///< note: events missing here
    std::string note;                 ///< note: its text, when it is not in the payload
    std::int64_t rtt_ns = -1;         ///< pong that answers a ping of ours
    Boxed<FrameDetail> frames;        ///< of a frame or message, when frame detail is kept
    Boxed<LinkState> link;            ///< status
    Boxed<TlsInfo> tls;               ///< open: what TLS agreed; null: there is none
    std::uint64_t recorded_from = 0;  ///< status: events from this id on go to the recorder, too
};

/// One thing that happened. Stamped and numbered once, by the thread that saw it.
struct Event {
    std::uint64_t id = 0; ///< from 1, in order, without holes; 0 for `status`
    std::int64_t mono_ns = 0;
    std::int64_t wall_ns = 0;
    std::uint32_t conn = 0; ///< the attempt (CONTRACT.md), from 1
    std::uint32_t link = 0; ///< the connection as the user knows it, from 1
    Dir dir = Dir::none;
    Kind kind = Kind::note;
    std::uint32_t frames = 1;    ///< text, binary: frames it came in
    std::uint64_t wire_size = 0; ///< text, binary: bytes on the wire with headers; 0: not known
    Payload payload;
    MessageHead head;                 ///< of text that came in; `read` says whether anybody looked
    std::unique_ptr<Details> details; ///< may be null
};

/// An event that somebody else owns, valid as long as its owner says.
struct EventView {
    std::uint64_t id = 0;
    std::int64_t mono_ns = 0;
    std::int64_t wall_ns = 0;
    std::uint32_t conn = 0;
    std::uint32_t link = 0;
    Dir dir = Dir::none;
    Kind kind = Kind::note;
    std::uint32_t frames = 1;
    std::uint64_t wire_size = 0;
    bool has_payload = false;
    std::string_view payload;
    const Details* details = nullptr; ///< may be null
    // What an event alone does not know: its owner adds it where it is known.
    std::int64_t start_mono_ns = 0; ///< of the session: the event's `t` is counted from here
    std::int64_t rtt_ns = -1;       ///< since what this event answers; -1: it answers nothing
    std::string_view url;           ///< of its connection; empty: not known
};

EventView view_of(const Event& event);

/// The same event once more; its bytes are shared.
Event copy_of(const Event& event);
/// An event of its own; its bytes are copied into `slabs`.
Event copy_of(const EventView& view, SlabWriter& slabs);

} // namespace wire

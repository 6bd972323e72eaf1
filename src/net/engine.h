// The network engine: one background thread that owns an Asio io_context, every socket and every
// websocketpp connection. Everything that happens comes out as Events of one queue; everything that
// is wanted goes in as an order posted to that thread. All functions may be called from one owning
// thread (the UI's or a command's); none blocks but the destructor, which takes under a second.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/event_queue.h"
#include "wire/link_state.h"

namespace net {

enum class Opcode : std::uint8_t { text, binary };

struct EngineOptions {
    wire::EventQueue::Limits queue;
    std::function<void()> wake; ///< see EventQueue::set_wake; called on the network thread
    wire::EventQueue::Limits recording_queue{1u << 16, 128u << 20};
    std::function<void()> recording_wake; ///< the same for recording_events()
    std::string name_servers; ///< "address:port,…" in the place of the system's; empty: those
};

class Engine {
public:
    explicit Engine(EngineOptions options = {});
    /// Ends every connection at once (no closing handshake), stops the thread and joins it.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// What happened, in order. Popped by one consuming thread.
    wire::EventQueue& events();

    /// While it is recorded, the same events once more, for one other consuming thread.
    wire::EventQueue& recording_events();
    /// Events go to recording_events(), too, from the next one on: events() tells from which
    /// (Details::recorded_from). Switched off, its last one is a `status` without details.
    void record(bool on);

    /// Makes a connection known under `link` (chosen by the caller, from 1, used once) or gives a
    /// known one new options, and dials. A link that is not idle is ended first.
    void connect(std::uint32_t link, wire::LinkOptions options);

    /// Ends the connection or its attempts: when open, with a closing handshake of `code`
    /// (sendable, RFC 6455 section 7.4; 0: without a code) and `reason` (at most 123 bytes); else
    /// at once. No retry follows. Again while Closing: ends TCP at once.
    void disconnect(std::uint32_t link, int code = 1000, std::string reason = {});

    /// Waiting to retry: dials now. Failed or idle: dials again with the same options.
    void retry_now(std::uint32_t link);

    /// Sends one message. What cannot be sent comes back as a `refused` Event with what, why, fix.
    void send(std::uint32_t link, Opcode opcode, std::string payload);

    /// Bytes given to send() that the kernel has not taken yet, orders on their way included.
    std::uint64_t send_queue_bytes(std::uint32_t link) const;

    /// Back-pressure, as EventQueue::arm(): true: `EngineOptions::wake` is called once, when at
    /// most `below` bytes are left or the link is no longer open; false: that is so already.
    bool arm_send(std::uint32_t link, std::uint64_t below);

    /// Sends a Ping (payload at most 125 bytes; empty: the engine makes its own, unpredictable
    /// one). The Pong that answers carries the round trip.
    void ping(std::uint32_t link, std::string payload = {});

    /// Sends a Pong that nobody asked for (RFC 6455 section 5.5.3; payload at most 125 bytes).
    void pong(std::uint32_t link, std::string payload = {});

    /// Switches the automatic answer to Coda's auth_challenge; switched on while a challenge stands
    /// unanswered, it is answered.
    void set_auto_auth(std::uint32_t link, bool on);

    /// Answers a standing challenge now, once.
    void answer_challenge(std::uint32_t link);

    /// Events of messages and control frames have Details::frames from the next one on, or no
    /// longer; the same for later attempts.
    void keep_frame_detail(std::uint32_t link, bool on);

    /// Cuts TCP without a closing handshake, as a broken line would (a tool for testing).
    void break_line(std::uint32_t link);

    /// Emits a `note` Event about event `of` (0: about none) on the network thread's clock.
    void note(std::uint32_t link, std::string text, std::uint64_t of = 0);

private:
    class Thread;
    std::unique_ptr<Thread> thread_;
};

} // namespace net

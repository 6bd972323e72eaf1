#include "net/engine.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <csignal>
#include <exception>
#include <map>
#include <thread>
#include <unordered_map>

#include "base/devlog.h"
#include "net/emitter.h"
#include "net/link.h"

namespace net {

class Engine::Thread {
public:
    explicit Thread(EngineOptions options)
        : queue(options.queue), recording_queue(options.recording_queue),
          emitter(io, queue, recording_queue), wake(std::move(options.wake)),
          name_servers(std::move(options.name_servers)), work(asio::make_work_guard(io)) {
        queue.set_wake(wake);
        recording_queue.set_wake(std::move(options.recording_wake));
        emitter.on_room([this] {
            for (auto& [number, link] : links) link->resume();
        });
        thread = std::thread([this] { run(); });
    }

    ~Thread() {
        asio::post(io, [this] {
            emitter.stop();
            links.clear();
            io.stop();
        });
        thread.join();
    }

    Link& link(std::uint32_t number) {
        auto& found = links[number];
        if (!found)
            found = std::make_unique<Link>(LinkContext{io, emitter, next_conn, name_servers, wake},
                                           number, gauge_of(number));
        return *found;
    }

    /// Posts an order about a link to the network thread.
    template <class Order>
    void order(std::uint32_t number, Order perform) {
        asio::post(io, [this, number, gauge = gauge(number), perform = std::move(perform)] {
            gauges[number] = gauge;
            perform(link(number));
        });
    }

    /// Owner's thread.
    std::shared_ptr<SendGauge> gauge(std::uint32_t number) {
        auto& found = owners_gauges[number];
        if (!found) found = std::make_shared<SendGauge>();
        return found;
    }

    void record(bool on) {
        asio::post(io, [this, on] { emitter.record(on); });
    }

    wire::EventQueue queue;
    wire::EventQueue recording_queue;

private:
    /// Network thread.
    std::shared_ptr<SendGauge> gauge_of(std::uint32_t number) { return gauges[number]; }

    void run() {
        // A write to a line that is gone must be an error code, not the end of the program.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        while (!io.stopped()) {
            try {
                io.run();
            } catch (const std::exception& exception) {
                // Nothing here throws on purpose; what a library throws ends one handler only.
                base::devlog("net", exception.what());
            }
        }
    }

    asio::io_context io{1};
    Emitter emitter;
    std::function<void()> wake;
    std::string name_servers;
    std::uint32_t next_conn = 1;
    std::map<std::uint32_t, std::unique_ptr<Link>> links;
    std::unordered_map<std::uint32_t, std::shared_ptr<SendGauge>> gauges;
    std::unordered_map<std::uint32_t, std::shared_ptr<SendGauge>> owners_gauges;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    std::thread thread;
};

Engine::Engine(EngineOptions options) : thread_(std::make_unique<Thread>(std::move(options))) {}
Engine::~Engine() = default;

wire::EventQueue& Engine::events() { return thread_->queue; }
wire::EventQueue& Engine::recording_events() { return thread_->recording_queue; }
void Engine::record(bool on) { thread_->record(on); }

void Engine::connect(std::uint32_t link, wire::LinkOptions options) {
    thread_->order(link, [options = std::move(options)](Link& it) { it.connect(options); });
}

void Engine::disconnect(std::uint32_t link, int code, std::string reason) {
    thread_->order(link,
                   [code, reason = std::move(reason)](Link& it) { it.disconnect(code, reason); });
}

void Engine::retry_now(std::uint32_t link) {
    thread_->order(link, [](Link& it) { it.retry_now(); });
}

void Engine::send(std::uint32_t link, Opcode opcode, std::string payload) {
    const auto gauge = thread_->gauge(link);
    gauge->ordered += payload.size();
    thread_->order(link, [gauge, opcode, payload = std::move(payload)](Link& it) {
        gauge->ordered -= payload.size();
        it.send(opcode == Opcode::binary, payload);
    });
}

std::uint64_t Engine::send_queue_bytes(std::uint32_t link) const {
    return thread_->gauge(link)->bytes();
}

bool Engine::arm_send(std::uint32_t link, std::uint64_t below) {
    const auto gauge = thread_->gauge(link);
    gauge->below = below;
    gauge->armed.exchange(true);
    if (!gauge->low()) return true;
    gauge->armed.exchange(false);
    return false;
}

void Engine::ping(std::uint32_t link, std::string payload) {
    thread_->order(link, [payload = std::move(payload)](Link& it) { it.ping(payload); });
}

void Engine::pong(std::uint32_t link, std::string payload) {
    thread_->order(link, [payload = std::move(payload)](Link& it) { it.pong(payload); });
}

void Engine::set_auto_auth(std::uint32_t link, bool on) {
    thread_->order(link, [on](Link& it) { it.set_auto_auth(on); });
}

void Engine::answer_challenge(std::uint32_t link) {
    thread_->order(link, [](Link& it) { it.answer_challenge(); });
}

void Engine::keep_frame_detail(std::uint32_t link, bool on) {
    thread_->order(link, [on](Link& it) { it.keep_frame_detail(on); });
}

void Engine::break_line(std::uint32_t link) {
    thread_->order(link, [](Link& it) { it.break_line(); });
}

void Engine::note(std::uint32_t link, std::string text, std::uint64_t of) {
    thread_->order(link, [text = std::move(text), of](Link& it) { it.note(text, of); });
}

} // namespace net

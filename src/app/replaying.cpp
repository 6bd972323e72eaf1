#include "app/replaying.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/text.h"

namespace app {
namespace {

constexpr std::uint64_t kHighBytes = 8u << 20;
constexpr std::uint64_t kLowBytes = 2u << 20;

bool ready(const std::future<std::unique_ptr<replay::Player>>& made) {
    return made.valid() && made.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

replay::PlaySettings settings_of(const model::ReplayWish& wish) {
    replay::PlaySettings play;
    play.expect = wish.expect;
    play.strict = wish.strict && wish.expect;
    play.speed = wish.speed;
    play.pace = wish.pace;
    // Without expectations there is no cause to wait for.
    if (play.pace == wire::ReplayPace::cause && !wish.expect)
        play.pace = wire::ReplayPace::original;
    return play;
}

} // namespace

Replaying::Replaying(net::Engine& engine, std::function<void()> wake)
    : engine_(engine), wake_(std::move(wake)) {}

Replaying::~Replaying() {
    if (prepared_.valid()) prepared_.wait();
}

//--- gathering ------------------------------------------------------------------------------------

base::Status Replaying::load(std::uint32_t source, model::Model& model) {
    const model::Connection* connection = model.connection(source);
    if (connection == nullptr)
        return base::Error{"nothing was taken for a replay",
                           "there is no connection " + std::to_string(source),
                           "open a capture, or choose a connection"};
    stop(model);
    if (prepared_.valid()) prepared_.get();
    player_.reset();
    recording_.reset();
    running_ = false;
    maker_.emplace();
    source_ = source;
    file_ = connection->file;
    next_ = model.log.first();
    end_ = model.log.end();
    model.replay = {};
    model.replay.source = source;
    model.replay.loading = true;
    model.replay.to_look = end_ - next_;
    ++changes_;
    return {};
}

/// True while there is more to look at.
bool Replaying::gather(model::Model& model, std::int64_t until_ns) {
    constexpr int kBetweenLooks = 32;
    // A file that is still being read goes on below.
    const bool reading = std::any_of(
        model.files.reading.begin(), model.files.reading.end(),
        [&](const wire::FileProgress& each) { return !file_.empty() && each.file == file_; });
    if (!file_.empty()) end_ = model.log.end();
    next_ = std::max(next_, model.log.first());
    for (int n = 1; next_ < end_; ++n, ++next_) {
        if (n % kBetweenLooks == 0 && base::mono_now_ns() >= until_ns) return true;
        const model::Row row = model.log.row(next_);
        const model::Connection* connection = model.connection(row.link);
        const bool ours =
            row.link == source_ || (!file_.empty() && connection && connection->file == file_);
        if (!ours) continue;
        if (const base::Status added = maker_->add(model.log.view(next_)); !added) {
            model.replay.error = added.error();
            model.replay.loading = false;
            maker_.reset();
            return false;
        }
    }
    if (reading) return false; // woken by what is read
    recording_ = std::make_shared<const replay::Recording>(maker_->take());
    maker_.reset();
    enabled_.assign(recording_->sends.size(), true);
    edits_.clear();
    say_about(*recording_, model);
    prepare();
    return false;
}

void Replaying::say_about(const replay::Recording& recording, model::Model& model) const {
    std::vector<std::string>& said = model.replay.said;
    const auto count = [](std::uint64_t n, const char* noun) {
        return base::count_text(n) + " " + noun + (n == 1 ? "" : "s");
    };
    if (recording.sends.empty()) said.push_back("No message was sent there");
    if (recording.connections > 1)
        said.push_back(count(recording.connections, "connection") +
                       " with messages: all are played on one");
    if (recording.other_openings != 0)
        said.push_back(count(recording.other_openings, "message") +
                       " that came first on another connection cannot be expected");
    if (recording.refused != 0)
        said.push_back(count(recording.refused, "message") +
                       " was not sent then, and is not sent now");
    if (model.log.trimmed() > 0)
        said.push_back("The log has trimmed its oldest events: what was among them is left out");
}

/// Makes the player on a thread of its own: it reads every message that is expected.
void Replaying::prepare() {
    prepared_ = std::async(
        std::launch::async, [recording = recording_, play = settings_of(wish_), wake = wake_] {
            auto player = std::make_unique<replay::Player>(replay::Recording(*recording), play);
            if (wake) wake();
            return player;
        });
}

void Replaying::take_prepared(model::Model& model) {
    player_ = prepared_.get();
    for (std::size_t i = 0; i < enabled_.size(); ++i)
        if (!enabled_[i]) player_->set_enabled(i, false);
    for (const auto& [send, payload] : edits_) player_->edit(send, payload);
    if (running_ && paused_) player_->pause();
    for (; running_ && steps_ > 0; --steps_) player_->step();
    model.replay.loading = false;
    ++changes_;
}

//--- transport ------------------------------------------------------------------------------------

base::Status Replaying::playable() const {
    if (recording_ && !recording_->sends.empty()) return {};
    return base::Error{"the replay did not begin",
                       maker_ ? "its messages are still being gathered"
                              : "there is no message to send",
                       maker_ ? "try again in a moment" : "choose a capture that sent some"};
}

base::Status Replaying::start(std::uint32_t target, const model::ReplayWish& wish,
                              model::Model& model) {
    if (base::Status can = playable(); !can) return can;
    stop(model);
    if (prepared_.valid()) prepared_.get();
    wish_ = wish;
    target_ = target;
    conn_ = 0;
    failure_.reset();
    paused_ = held_up_ = false;
    steps_ = 0;
    running_ = true;
    follow_ = model.log.end();
    model.replay.state = nullptr;
    model.replay.target = target;
    player_.reset();
    prepare();
    ++changes_;
    show(model);
    return {};
}

void Replaying::pause(bool on, model::Model& model) {
    if (!running_) return;
    paused_ = on;
    ++changes_;
    if (player_ && on) player_->pause();
    if (player_ && !on) player_->resume();
    show(model);
}

void Replaying::step() {
    if (!running_) return;
    if (player_)
        player_->step();
    else
        ++steps_;
    ++changes_;
}

void Replaying::stop(model::Model& model) {
    if (!running_) return;
    running_ = false;
    if (player_) player_->stop({"stopped by you", {}, {}});
    ++changes_;
    show(model);
}

void Replaying::set_speed(double speed) {
    wish_.speed = speed;
    if (player_) player_->set_speed(speed);
    ++changes_;
}

void Replaying::set_enabled(std::size_t send, bool on) {
    if (send >= enabled_.size() || !player_) return;
    enabled_[send] = on;
    player_->set_enabled(send, on);
    ++changes_;
}

void Replaying::edit(std::size_t send, std::string payload) {
    if (send >= enabled_.size() || !player_) return;
    edits_[send] = payload;
    player_->edit(send, std::move(payload));
    ++changes_;
}

//--- frame by frame -------------------------------------------------------------------------------

bool Replaying::work(model::Model& model, std::int64_t budget_ns) {
    bool more = false;
    if (maker_) {
        more = gather(model, base::mono_now_ns() + budget_ns);
        model.replay.looked = model.replay.to_look - std::min(model.replay.to_look, end_ - next_);
    }
    if (ready(prepared_)) take_prepared(model);
    if (running_ && player_) {
        follow(model);
        // What waits in the queue may have happened before `now`.
        constexpr std::size_t kFew = 256;
        if (model.vitals.queue.events < kFew) advance(model);
    }
    show(model);
    return more;
}

void Replaying::show(model::Model& model) {
    if (shown_ == changes_ && !running_) return;
    shown_ = changes_;
    model.replay.state = player_ ? &player_->state() : nullptr;
    model.replay.running = running_;
    model.replay.paused = running_ && paused_;
}

/// Tells the player what has happened on its connection since the last look.
void Replaying::follow(model::Model& model) {
    follow_ = std::max(follow_, model.log.first());
    for (; follow_ < model.log.end() && !player_->over(); ++follow_) {
        if (model.log.row(follow_).link == target_) see(model.log.view(follow_));
    }
}

void Replaying::see(const wire::EventView& event) {
    if (event.kind == wire::Kind::connecting) {
        // Another attempt while none was open; a session that was lost has ended the replay.
        conn_ = event.conn;
        failure_.reset();
    }
    if (conn_ == 0 || event.conn != conn_) return;
    ++changes_;
    if (event.kind == wire::Kind::failed) {
        // Not the end while other attempts follow.
        failure_ = base::Error{"the connection could not be made", "", ""};
        if (event.details && event.details->error) failure_ = *event.details->error;
        return;
    }
    player_->see(event);
}

void Replaying::advance(const model::Model& model) {
    end_without_session(model);
    while (!player_->over()) {
        held_up_ =
            engine_.send_queue_bytes(target_) >= kHighBytes && engine_.arm_send(target_, kLowBytes);
        if (held_up_) return;
        replay::Order order = player_->next(model.now);
        if (order.is != replay::Order::Is::send) break;
        engine_.send(target_, order.binary ? net::Opcode::binary : net::Opcode::text,
                     std::move(order.payload));
        ++changes_;
    }
    if (!player_->over()) return;
    running_ = false;
    ++changes_;
}

/// The attempts have ended, or the connection was closed.
void Replaying::end_without_session(const model::Model& model) {
    const model::Connection* connection = model.live_connection(target_);
    if (connection == nullptr) {
        player_->stop({"the connection was closed before the replay was over", {}, {}});
        return;
    }
    const wire::Phase phase = connection->state.phase;
    const bool ended = phase == wire::Phase::idle || phase == wire::Phase::failed;
    if (failure_ && ended && !connection->redial) player_->stop(*failure_);
}

std::int64_t Replaying::due_ns() const {
    return running_ && player_ && !held_up_ ? player_->due_ns() : kNever;
}

} // namespace app

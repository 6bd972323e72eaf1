#include "model/model.h"

#include <algorithm>

namespace model {
namespace {

constexpr double kFlowWindowS = 5;

double seconds(std::int64_t ns) { return static_cast<double>(ns) / base::kSecond; }

/// What a connection that is not open is doing, behind "connection 2 ".
const char* doing(wire::Phase phase) {
    switch (phase) {
    case wire::Phase::idle: return "is not connected";
    case wire::Phase::resolving: return "is still resolving the name";
    case wire::Phase::connecting: return "is still connecting";
    case wire::Phase::securing: return "is still securing the line";
    case wire::Phase::upgrading: return "is still waiting for the handshake";
    case wire::Phase::open: return "is open";
    case wire::Phase::closing: return "is closing";
    case wire::Phase::waiting: return "is waiting to retry";
    case wire::Phase::failed: return "has failed";
    }
    return "is not connected";
}

} // namespace

//--- Flow

void Flow::add(std::int64_t mono_ns, std::uint64_t size) {
    messages += 1;
    bytes += size;
    if (first_mono_ns_ == 0) first_mono_ns_ = mono_ns;
    const std::int64_t second = mono_ns / base::kSecond;
    const std::size_t at = static_cast<std::size_t>(second) % kBuckets;
    if (second_[at] != second) {
        if (second < second_[at]) return; // older than all that the rate is about
        second_[at] = second;
        bucket_[at] = 0;
    }
    bucket_[at] += 1;
}

double Flow::per_second(std::int64_t now_mono_ns) const {
    if (messages == 0) return 0;
    const std::int64_t now_second = now_mono_ns / base::kSecond;
    const double into_second = seconds(now_mono_ns % base::kSecond);
    double count = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
        const std::int64_t age = now_second - second_[i];
        if (age < 0 || age > 5) continue;
        // The oldest of the six lies only in part within the last five seconds.
        count += bucket_[i] * (age == 5 ? 1 - into_second : 1);
    }
    return count / std::clamp(seconds(now_mono_ns - first_mono_ns_), 1.0, kFlowWindowS);
}

//--- FilterMemory

void FilterMemory::used(const std::string& text) {
    if (text.empty()) return;
    std::erase(filter_history, text);
    filter_history.insert(filter_history.begin(), text);
    if (filter_history.size() > kMost) filter_history.resize(kMost);
}

void FilterMemory::save(const std::string& name, const std::string& text) {
    for (SavedFilter& saved : saved_filters) {
        if (saved.name != name) continue;
        saved.text = text;
        return;
    }
    saved_filters.push_back({name, text});
}

void FilterMemory::forget(const std::string& name) {
    std::erase_if(saved_filters, [&](const SavedFilter& saved) { return saved.name == name; });
}

//--- Model

Connection* Model::connection(std::uint32_t link) {
    return link == 0 || link > connections.size() ? nullptr : &connections[link - 1];
}

const Connection* Model::connection(std::uint32_t link) const {
    return link == 0 || link > connections.size() ? nullptr : &connections[link - 1];
}

const Connection* Model::live_connection(std::uint32_t link) const {
    const Connection* found = connection(link);
    return found && found->file.empty() && !found->closed ? found : nullptr;
}

bool follow_log(Model& model, std::int64_t budget_ns) {
    const bool understood =
        model.insight.follow(model.log, model.sequence, model.notices, budget_ns / 4);
    // What is behind, or told anew in the order of time, says nothing of how things stand now.
    if (!model.merging && model.insight.seen == model.log.end())
        model.insight.alarms.watch(model.now.mono_ns, model.connections, model.insight.pairs,
                                   model.log, model.notices);
    model.tally.follow(model.log);
    model.bookmarks.forget_below(model.log.first());
    const bool found = model.index.update(model.log, budget_ns / 2);
    model.find.update(model.log, model.index.filter(), budget_ns / 4);
    const bool seen = model.timeline.update(model.log, budget_ns / 4);
    const bool drawn = model.plots.update(model.log, budget_ns / 4);
    return understood && !found && !model.index.busy() && !model.find.busy() && seen && drawn;
}

std::vector<std::uint32_t> Model::tabs() const {
    std::vector<std::uint32_t> links;
    for (const Connection& each : connections) {
        if (!each.closed) links.push_back(each.link);
    }
    return links;
}

std::string host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const std::size_t user = url.rfind('@'); // a password is not for the screen
    if (user != std::string_view::npos) url.remove_prefix(user + 1);
    return std::string(url);
}

std::string label_of(const Connection& connection) {
    if (!connection.name.empty()) return connection.name;
    if (!connection.file.empty()) return connection.file.substr(connection.file.rfind('/') + 1);
    std::string_view url = connection.options.url;
    if (url.empty()) url = connection.state.url;
    return url.empty() ? "new connection" : host_of(url);
}

std::vector<MemoryPart> memory_parts(const Model& model) {
    return {{"Log: payloads and rows", model.log.memory_bytes()},
            {"Timeline", model.timeline.memory_bytes()},
            {"Plots", model.plots.memory_bytes()},
            {"Queue: payloads", model.vitals.queue.bytes}};
}

bool commands_are_ignored(const wire::LinkState& state) {
    return state.auth == wire::AuthStage::challenged || state.auth == wire::AuthStage::answered ||
           state.auth == wire::AuthStage::refused;
}

SendCheck check_send(const Connection* connection, std::int64_t) {
    if (connection == nullptr) return {false, "not connected"};
    if (!connection->file.empty())
        return {false, "connection " + std::to_string(connection->link) + " is an opened file"};
    if (connection->state.phase != wire::Phase::open)
        return {false, "connection " + std::to_string(connection->link) + " " +
                           doing(connection->state.phase)};
    if (!commands_are_ignored(connection->state)) return {};
    return {true, connection->state.auth == wire::AuthStage::refused
                      ? "Will be ignored: authentication was refused"
                      : "Will be ignored: not authenticated yet"};
}

} // namespace model

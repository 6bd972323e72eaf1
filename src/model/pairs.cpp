#include "model/pairs.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "wire/catalogue.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace model {
namespace {

constexpr std::size_t kMostRpcSize = 64u << 10; ///< a larger message is not searched for an id

/// The same for equal JSON however it is spaced, ordered and escaped; 0: it is no strict JSON.
std::size_t meaning_hash(std::string_view json) {
    const auto value = nlohmann::json::parse(json, nullptr, false);
    if (value.is_discarded()) return 0;
    return std::max<std::size_t>(1, std::hash<nlohmann::json>()(value));
}

std::string key_of(std::uint32_t link, std::string_view what) {
    std::string key = std::to_string(link);
    key += ' ';
    key += what;
    return key;
}

} // namespace

//--- what a type means

Pairs::Meaning Pairs::meaning_of(std::string_view name) {
    Meaning meaning;
    const auto stage = [&](Part part, std::string_view suffix) {
        meaning.in = part;
        meaning.stem = name.substr(0, name.size() - suffix.size());
    };
    if (name == "tool_call") {
        meaning.in = Part::call;
    } else if (name == "tool_result" || name == "tool_error") {
        meaning.in = Part::response;
    } else if (name.ends_with("_start")) {
        stage(Part::start, "_start");
    } else if (name.ends_with("_result") && name != "auth_result") {
        stage(Part::end, "_result");
    } else if (name.ends_with("_error")) {
        stage(Part::end, "_error");
    } else if (name.ends_with("_end")) {
        stage(Part::end, "_end");
    } else if (name == "client_message") {
        meaning.in = Part::echo;
    } else if (name == "duplicate_message") {
        meaning.in = Part::duplicate;
    } else if (name == "auth_challenge" || name == "auth_result") {
        meaning.in = name == "auth_result" ? Part::end : Part::start;
        meaning.kind = PairKind::authentication;
        meaning.stem = name == "auth_result" ? "auth_response" : "auth_challenge";
    }
    if (wire::find_command(name)) meaning.out = Part::command;
    return meaning;
}

const Pairs::Meaning& Pairs::meaning(TypeId type, const std::vector<TypeInfo>& types) {
    while (meanings_.size() <= type) meanings_.push_back(meaning_of(types[meanings_.size()].name));
    return meanings_[type];
}

//--- asking and answering

void Pairs::ask(const std::string& key, const wire::EventView& event, PairKind kind,
                std::size_t data) {
    if (keys_.size() >= kMostOpen) {
        ++not_followed_;
        forget_oldest();
    }
    Waiting& waiting = waiting_[key];
    // A stage that begins again: what began before will have no result of its own.
    if (kind == PairKind::stage)
        for (OpenRequest& before : waiting) before.given_up = true;
    waiting.push_back({event.id, event.mono_ns, event.link, kind, false, data});
    keys_.emplace(event.id, key);
}

void Pairs::forget_oldest() {
    const auto oldest = keys_.begin();
    const auto at = waiting_.find(oldest->second);
    std::erase_if(at->second, [&](const OpenRequest& open) { return open.asked == oldest->first; });
    if (at->second.empty()) waiting_.erase(at);
    keys_.erase(oldest);
}

std::int64_t Pairs::answer(const std::string& key, const wire::EventView& event, std::size_t data) {
    const auto at = waiting_.find(key);
    if (at == waiting_.end()) return -1;
    Waiting& waiting = at->second;
    const auto fits = [&](const OpenRequest& open) {
        return !open.given_up && (data == 0 || open.data == 0 || open.data == data);
    };
    const auto found = std::find_if(waiting.begin(), waiting.end(), fits);
    if (found == waiting.end()) return -1;
    const std::int64_t ns = event.mono_ns - found->asked_mono_ns;
    asked_.emplace(found->asked, first_pair_ + pairs_.size());
    pairs_.push_back({found->asked, event.id, ns, found->kind});
    keys_.erase(found->asked);
    waiting.erase(found);
    if (waiting.empty()) waiting_.erase(at);
    return ns;
}

//--- what answers what

/// Coda echoes an accepted command to all its clients, also what others sent: it is ours only when
/// it carries the same.
std::int64_t Pairs::take_echo(const wire::EventView& event) {
    const std::string_view data = wire::read_envelope(event.payload).data_raw;
    const std::string type = wire::json_string(wire::json_member(data, "message_type"));
    return answer(key_of(event.link, "echo " + type), event,
                  meaning_hash(wire::json_member(data, "message_data")));
}

/// The newest command of that type was dropped: no echo of it will come.
void Pairs::take_duplicate(const wire::EventView& event) {
    const std::string_view data = wire::read_envelope(event.payload).data_raw;
    const auto at = waiting_.find(
        key_of(event.link, "echo " + wire::json_string(wire::json_member(data, "original_type"))));
    if (at == waiting_.end()) return;
    at->second.back().given_up = true;
}

std::int64_t Pairs::take_typed(const wire::EventView& event, const Meaning& meaning) {
    if (event.dir == wire::Dir::out) {
        if (meaning.out != Part::command) return -1;
        const wire::EnvelopeHead head = wire::read_envelope(event.payload);
        const std::string type = head.type();
        if (type != "auth_response") {
            ask(key_of(event.link, "echo " + type), event, PairKind::echo,
                meaning_hash(head.data_raw));
            return -1;
        }
        const std::int64_t ns = answer(key_of(event.link, "auth_challenge"), event);
        ask(key_of(event.link, "auth_response"), event, PairKind::authentication);
        return ns;
    }
    const auto tool_key = [&] {
        const std::string_view data = wire::read_envelope(event.payload).data_raw;
        return key_of(event.link,
                      "tool " + wire::json_string(wire::json_member(data, "tool_name")));
    };
    switch (meaning.in) {
    case Part::start: ask(key_of(event.link, meaning.stem), event, meaning.kind); return -1;
    case Part::end: return answer(key_of(event.link, meaning.stem), event);
    case Part::call: ask(tool_key(), event, PairKind::stage); return -1;
    case Part::response: return answer(tool_key(), event);
    case Part::echo: return take_echo(event);
    case Part::duplicate: take_duplicate(event); return -1;
    default: return -1;
    }
}

/// JSON-RPC 2.0: a message with an id and a method asks, one with an id and no method answers what
/// the other side asked.
std::int64_t Pairs::take_rpc(const wire::EventView& event) {
    if (event.payload.size() > kMostRpcSize) return -1;
    if (event.payload.find("\"jsonrpc\"") == std::string_view::npos) return -1;
    const std::string_view id = wire::json_member(event.payload, "id");
    if (id.empty() || id == "null") return -1;
    const bool asks = !wire::json_member(event.payload, "method").empty();
    const bool from_us = (event.dir == wire::Dir::out) == asks;
    const std::string key =
        key_of(event.link, (from_us ? "rpc of ours " : "rpc of theirs ") + std::string(id));
    if (!asks) return answer(key, event);
    ask(key, event, PairKind::rpc);
    return -1;
}

/// A Pong carries what its Ping did; one that answers nothing is legal (RFC 6455 section 5.5.3).
std::int64_t Pairs::take_control(const wire::EventView& event) {
    const bool ping = event.kind == wire::Kind::ping;
    const bool from_us = (event.dir == wire::Dir::out) == ping;
    const std::string key = key_of(event.link, (from_us ? "ping of ours " : "ping of theirs ") +
                                                   std::string(event.payload));
    if (!ping) return answer(key, event);
    ask(key, event, PairKind::control);
    return -1;
}

/// The connection has ended: nothing on it will be answered.
void Pairs::give_up(std::uint32_t link) {
    for (auto& [key, waiting] : waiting_)
        for (OpenRequest& open : waiting)
            if (open.link == link) open.given_up = true;
}

std::int64_t Pairs::take(const wire::EventView& event, TypeId type,
                         const std::vector<TypeInfo>& types) {
    switch (event.kind) {
    case wire::Kind::text:
        return type != 0 ? take_typed(event, meaning(type, types)) : take_rpc(event);
    case wire::Kind::ping:
    case wire::Kind::pong: return take_control(event);
    case wire::Kind::failed:
    case wire::Kind::closed: give_up(event.link); return -1;
    default: return -1;
    }
}

//--- looking

const Pair* Pairs::answered_by(EventId id) const {
    const auto at =
        std::lower_bound(pairs_.begin(), pairs_.end(), id,
                         [](const Pair& pair, EventId want) { return pair.answered < want; });
    return at != pairs_.end() && at->answered == id ? &*at : nullptr;
}

const Pair* Pairs::asked_by(EventId id) const {
    const auto at = asked_.find(id);
    return at == asked_.end() ? nullptr
                              : &pairs_[static_cast<std::size_t>(at->second - first_pair_)];
}

std::pair<std::size_t, std::size_t> Pairs::answered_in(EventId from, EventId to) const {
    const auto position = [&](EventId id) {
        const auto at =
            std::lower_bound(pairs_.begin(), pairs_.end(), id,
                             [](const Pair& pair, EventId want) { return pair.answered < want; });
        return static_cast<std::size_t>(at - pairs_.begin());
    };
    return {position(from), position(to)};
}

std::vector<OpenRequest> Pairs::open() const {
    std::vector<OpenRequest> all;
    for (const auto& [key, waiting] : waiting_)
        all.insert(all.end(), waiting.begin(), waiting.end());
    std::sort(all.begin(), all.end(),
              [](const OpenRequest& a, const OpenRequest& b) { return a.asked < b.asked; });
    return all;
}

std::vector<OpenRequest> Pairs::open_at(EventId at) const {
    constexpr std::size_t kMostLooked = 4096; // pairs of a session lie close together
    std::vector<OpenRequest> all = open();
    std::erase_if(all, [at](const OpenRequest& open) { return open.asked > at; });
    const auto behind =
        std::upper_bound(pairs_.begin(), pairs_.end(), at,
                         [](EventId wanted, const Pair& pair) { return wanted < pair.answered; });
    std::size_t looked = 0;
    for (auto pair = behind; pair != pairs_.end() && looked < kMostLooked; ++pair, ++looked) {
        if (pair->asked > at) continue;
        OpenRequest open;
        open.asked = pair->asked;
        open.kind = pair->kind;
        all.push_back(open);
    }
    std::sort(all.begin(), all.end(),
              [](const OpenRequest& a, const OpenRequest& b) { return a.asked < b.asked; });
    return all;
}

bool Pairs::echoes_come() const {
    constexpr std::size_t kLookAt = 200;
    std::size_t looked = 0;
    for (auto at = pairs_.rbegin(); at != pairs_.rend() && looked < kLookAt; ++at, ++looked)
        if (at->kind == PairKind::echo) return true;
    return false;
}

const OpenRequest* Pairs::waiting(EventId asked) const {
    const auto key = keys_.find(asked);
    if (key == keys_.end()) return nullptr;
    for (const OpenRequest& open : waiting_.at(key->second))
        if (open.asked == asked) return &open;
    return nullptr;
}

void Pairs::forget_below(EventId id) {
    while (!pairs_.empty() && pairs_.front().answered < id) {
        asked_.erase(pairs_.front().asked);
        pairs_.pop_front();
        ++first_pair_;
    }
    for (auto at = waiting_.begin(); at != waiting_.end();) {
        Waiting& waiting = at->second;
        const auto gone = [&](const OpenRequest& open) {
            if (open.asked >= id) return false;
            keys_.erase(open.asked);
            return true;
        };
        waiting.erase(std::remove_if(waiting.begin(), waiting.end(), gone), waiting.end());
        at = waiting.empty() ? waiting_.erase(at) : std::next(at);
    }
}

} // namespace model

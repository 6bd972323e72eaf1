#include "model/notices.h"

#include <algorithm>

namespace model {
namespace {

constexpr std::size_t kMaxNotices = 200;

Notice* find(std::vector<Notice>& list, std::uint32_t link, const std::string& topic) {
    for (Notice& notice : list)
        if (notice.link == link && notice.topic == topic) return &notice;
    return nullptr;
}

/// Makes room for one more: the oldest closed one goes, or the oldest when all are open.
void make_room(std::vector<Notice>& list) {
    if (list.size() < kMaxNotices) return;
    auto victim =
        std::find_if(list.begin(), list.end(), [](const Notice& notice) { return !notice.open; });
    list.erase(victim != list.end() ? victim : list.begin());
}

bool more_urgent(const Notice& a, const Notice& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    return a.last_mono_ns >= b.last_mono_ns;
}

} // namespace

Notice& Notices::fold(Severity severity, std::uint32_t link, std::string topic, base::Error text,
                      std::int64_t mono_ns, std::uint64_t event) {
    Notice* notice = find(list, link, topic);
    if (notice == nullptr) {
        make_room(list);
        notice = &list.emplace_back();
        notice->id = next_id++;
        notice->link = link;
        notice->topic = std::move(topic);
        notice->times = 0;
        notice->first_mono_ns = mono_ns;
    }
    notice->severity = severity;
    notice->text = std::move(text);
    notice->event = event;
    notice->times += 1;
    notice->last_mono_ns = mono_ns;
    return *notice;
}

void Notices::tell(Severity severity, std::uint32_t link, std::string topic, base::Error text,
                   std::int64_t mono_ns, std::uint64_t event) {
    fold(severity, link, std::move(topic), std::move(text), mono_ns, event).open = true;
}

void Notices::alarm(Severity severity, std::uint32_t link, std::string topic, base::Error text,
                    std::int64_t mono_ns, std::uint64_t event) {
    Notice& notice = fold(severity, link, std::move(topic), std::move(text), mono_ns, event);
    notice.open = notice.alarm = true;
}

void Notices::alarm_quietly(std::uint32_t link, std::string topic, base::Error text,
                            std::int64_t mono_ns, std::uint64_t event) {
    Notice& notice = fold(Severity::info, link, std::move(topic), std::move(text), mono_ns, event);
    notice.alarm = true;
    if (notice.times == 1) notice.open = false;
}

void Notices::keep_quietly(std::uint32_t link, std::string topic, base::Error text,
                           std::int64_t mono_ns, std::uint64_t event) {
    Notice& notice = fold(Severity::info, link, std::move(topic), std::move(text), mono_ns, event);
    notice.alarm = true;
    notice.open = false;
    notice.times = 1;
}

void Notices::renew(std::uint32_t link, const std::string& topic, base::Error text) {
    if (Notice* notice = find(list, link, topic); notice != nullptr && notice->open)
        notice->text = std::move(text);
}

void Notices::close_topic(std::uint32_t link, const std::string& topic) {
    if (Notice* notice = find(list, link, topic)) notice->open = false;
}

void Notices::close_link(std::uint32_t link) {
    for (Notice& notice : list)
        if (notice.link == link) notice.open = false;
}

void Notices::close(std::uint64_t id) {
    for (Notice& notice : list)
        if (notice.id == id) notice.open = false;
}

const Notice* Notices::top() const {
    const Notice* best = nullptr;
    for (const Notice& notice : list)
        if (notice.open && (best == nullptr || more_urgent(notice, *best))) best = &notice;
    return best;
}

int Notices::open_count() const {
    return static_cast<int>(
        std::count_if(list.begin(), list.end(), [](const Notice& notice) { return notice.open; }));
}

} // namespace model

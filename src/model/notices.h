// Things the user is told without being interrupted: one strip, one list, repeats folded. Written
// by drain and act on the UI thread; drawn as const.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace model {

enum class Severity : std::uint8_t { info, warning, error };

struct Notice {
    std::uint64_t id = 0;
    Severity severity = Severity::info;
    std::uint32_t link = 0; ///< 0: about no connection
    std::string topic; ///< what it is about; a later notice of the same topic and link replaces it
    base::Error text;
    std::uint64_t event = 0; ///< the event that shows it; 0: none
    int times = 1;
    std::int64_t first_mono_ns = 0, last_mono_ns = 0;
    bool open = true;   ///< in the strip; closed ones stay in the list
    bool alarm = false; ///< about what a session does (alarms.h); it stands among the alarms too
};

struct Notices {
    std::vector<Notice> list; ///< oldest first, at most 200
    std::uint64_t next_id = 1;

    /// Tells it: a repeat of topic and link is folded (its text renewed, counted, opened again).
    void tell(Severity severity, std::uint32_t link, std::string topic, base::Error text,
              std::int64_t mono_ns, std::uint64_t event = 0);
    /// The same, marked as an alarm.
    void alarm(Severity severity, std::uint32_t link, std::string topic, base::Error text,
               std::int64_t mono_ns, std::uint64_t event = 0);
    /// An alarm that is in the lists, and does not ask for attention in the strip.
    void alarm_quietly(std::uint32_t link, std::string topic, base::Error text,
                       std::int64_t mono_ns, std::uint64_t event = 0);
    /// An alarm that is in the lists, with what is now to be said: never counted as told again.
    void keep_quietly(std::uint32_t link, std::string topic, base::Error text, std::int64_t mono_ns,
                      std::uint64_t event);
    /// New words for an open one, as for a countdown: not counted as told again.
    void renew(std::uint32_t link, const std::string& topic, base::Error text);
    /// The cause is gone.
    void close_topic(std::uint32_t link, const std::string& topic);
    /// Nothing of that connection matters any more.
    void close_link(std::uint32_t link);
    void close(std::uint64_t id);
    /// The newest of the most severe open ones; null when none is open.
    const Notice* top() const;
    int open_count() const;

private:
    Notice& fold(Severity severity, std::uint32_t link, std::string topic, base::Error text,
                 std::int64_t mono_ns, std::uint64_t event);
};

} // namespace model

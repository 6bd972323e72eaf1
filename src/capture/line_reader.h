// The capture format, version 1 (CONTRACT.md): how a line becomes an event again. The reverse of
// line_writer.h. Owned by one thread; keeps memory for the largest payload it has met.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wire/event.h"

namespace capture {

/// What one line says.
enum class LineKind : std::uint8_t {
    event,
    first_line, ///< a capture begins here
    blank,
    fault, ///< it is none of these
};

/// Of a first line.
struct Beginning {
    std::uint64_t version = 1;
    std::int64_t started_wall_ns = 0;
    bool started_known = false;
    std::string program;
};

class LineReader {
public:
    LineReader();
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    /// Reads the line at `line`, which ends in '\n' after `size` bytes, with kScanPadding readable
    /// bytes behind. `utf8`: somebody has checked that it is UTF-8 already.
    LineKind read(const char* line, std::size_t size, bool utf8);

    //--- after `event`, until the next read
    /// Times are relative: mono_ns is t. id is 0, conn and link as in the file (link 0: not said).
    const wire::EventView& event() const { return event_; }
    std::uint64_t n() const { return n_; } ///< 0: not said

    /// The same details, to be kept; null when there are none.
    std::unique_ptr<wire::Details> take_details();
    /// The same details, to be changed before anybody sees them; null when there are none.
    wire::Details* details() { return has_details_ ? details_.get() : nullptr; }

    const Beginning& beginning() const { return beginning_; } ///< after `first_line`
    const std::string& what() const { return what_; }         ///< after `fault`: what is wrong
    /// After `fault`: only its end is missing, as when its writer was killed.
    bool cut_off() const { return cut_off_; }

private:
    struct Members;

    LineKind fault(std::string what);
    bool usual_line(const char* line, std::size_t size);
    LineKind any_line(const char* line, std::size_t size, bool utf8);
    bool member(Members& in);
    bool frequent_member(Members& in);
    bool detail_member(Members& in);
    bool rare_member(Members& in);
    LineKind begin(Members& in);
    bool payload(Members& in, bool base64);
    bool text(Members& in, std::string* out);
    bool error(Members& in);
    bool error_member(Members& in, base::Error* error);
    bool word(Members& in, std::string_view* word);
    wire::Details& detail();
    void reserve(std::size_t size);
    const char* missing(const Members& in) const;

    wire::EventView event_;
    std::uint64_t n_ = 0;
    std::unique_ptr<wire::Details> details_;
    bool has_details_ = false;
    Beginning beginning_;
    std::string what_;
    bool cut_off_ = false;

    std::unique_ptr<char[]> payload_; ///< of the event, and padding behind it
    std::size_t capacity_ = 0;
    std::unique_ptr<char[]> words_; ///< for one string at a time
    std::size_t words_capacity_ = 0;
};

} // namespace capture

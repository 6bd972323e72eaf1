// What somebody writes to be sent, and how it becomes bytes: variables, the envelope, the unique
// member, hex, base64. Pure values and functions; they read no clock, no file and no random number:
// those come in as `Values`. Any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/json_text.h"

namespace model {

/// What the text of a draft is.
enum class Body : std::uint8_t {
    text,   ///< the message itself
    hex,    ///< bytes in hex: sent as binary
    base64, ///< bytes in base64: sent as binary
    file,   ///< the path of a file whose bytes are sent
};
constexpr int kBodyCount = static_cast<int>(Body::file) + 1;
const char* word(Body body); ///< "text", "hex", "base64", "file"
std::optional<Body> body_from_word(std::string_view word);

/// A message as it stands in the composer, before it becomes bytes.
struct Draft {
    Body body = Body::text;
    std::string text;
    bool envelope = true;   ///< text: a JSON object gets its timestamp at sending
    bool unique = false;    ///< text: a fresh member stands in `data` at sending
    bool variables = true;  ///< text: {{now}} and its like are put in at sending
    bool file_text = false; ///< file: sent as text; else as binary
    friend bool operator==(const Draft&, const Draft&) = default;
};

/// A draft that was kept by name.
struct SavedMessage {
    std::string name;
    Draft draft;
    friend bool operator==(const SavedMessage&, const SavedMessage&) = default;
};

/// What the composer remembers. Changed by Actions only.
struct ComposerMemory {
    std::vector<Draft> history;      ///< oldest first, at most kMostHistory; no two equal
    std::vector<SavedMessage> saved; ///< in the order of their names

    void remember(const Draft& draft); ///< it becomes the newest
    /// Keeps it under `name`, in the place of one that has it already.
    void save(std::string name, Draft draft);
    void remove(std::string_view name);
    const SavedMessage* find(std::string_view name) const;
};
constexpr std::size_t kMostHistory = 200;
/// Larger drafts are sent but not remembered: the history is kept in the settings.
constexpr std::size_t kMostRemembered = 256u << 10;
/// The most that is sent from a file; more than any Coda takes (10 MiB).
constexpr std::uint64_t kMostFromFile = 16u << 20;

//--- variables

/// What the next message is made with.
struct Values {
    std::int64_t wall_ns = 0;  ///< {{now}}, {{now_ms}} and the envelope's timestamp
    std::uint64_t counter = 1; ///< {{counter}}
    std::string uuid; ///< {{uuid}}, the same everywhere in a message; and the unique member
};
/// RFC 4122, version 4, out of 128 random bits.
std::string uuid_from_random(std::uint64_t high, std::uint64_t low);

enum class Variable : std::uint8_t { now, now_ms, uuid, counter };
constexpr int kVariableCount = static_cast<int>(Variable::counter) + 1;
const char* word(Variable variable);    ///< "{{now}}"
const char* meaning(Variable variable); ///< one line for a person
std::string text_of(Variable variable, const Values& values);

/// A text with its variables put in, and where each piece came from.
struct Expanded {
    struct Piece {
        Variable variable = Variable::now;
        std::size_t source = 0, source_size = 0; ///< in the text as written
        std::size_t offset = 0, size = 0;        ///< in `text`
    };
    std::string text;
    std::vector<Piece> pieces;
    std::string unknown; ///< the first {{word}} that is no variable; it stays as it is

    bool uses(Variable variable) const;
    /// Where an offset of `text` stands in the text as written.
    std::size_t source_of(std::size_t offset) const;
};
Expanded expand(std::string_view text, const Values& values);

//--- from a draft to a message

/// `object` with a member "unique" as the last one in its `data`; one that is there is replaced,
/// and `data` is made when there is none. Empty when `data` is no object. Precondition: `object`
/// is a JSON object.
std::string with_unique_member(std::string_view object, std::string_view value);

/// Bytes of hex digits, in any grouping: blanks, line ends, commas, and `0x` before a byte are
/// allowed. The error names line, column and what stands there.
base::Result<std::string> bytes_of_hex(std::string_view text);
/// Bytes of base64, also of the URL's alphabet and without its padding; blanks and line ends are
/// allowed. The error names the place.
base::Result<std::string> bytes_of_base64(std::string_view text);
/// As somebody reads and edits them: sixteen bytes a line, a blank between two.
std::string hex_lines(std::string_view bytes);

/// A draft made into a message, or why it is none.
struct Made {
    std::string payload;
    bool binary = false;
    bool uses_counter = false;
    Expanded expanded;                    ///< text: with its variables
    std::optional<wire::JsonFault> fault; ///< text: where it is no JSON, in the draft's text
    std::optional<base::Error> error;     ///< it cannot be sent as it is
};
/// `file`: the bytes of a draft that is a file.
Made make_message(const Draft& draft, const Values& values, std::string_view file = {});

/// A message back in the composer: text as it stands, bytes as hex. The envelope is on when the
/// message came with a timestamp of its kind.
Draft draft_of_message(std::string_view payload, bool binary);

/// As somebody reads it: JSON with one member a line, its variables kept; bytes as hex_lines() or
/// base64 in lines of 76. What is wrong stays as it is.
std::string formatted(const Draft& draft);

//--- again and again

/// A draft that is being sent several times. Lives in the Model; advanced once a frame by act.
struct Repeat {
    bool running = false;
    std::uint32_t link = 0;
    std::uint32_t conn = 0; ///< of the session it began in: it ends with it
    Draft draft;
    std::string file;        ///< bytes of a file, read once
    std::uint64_t times = 0; ///< 0: until it is stopped
    std::uint64_t sent = 0;
    std::int64_t every_ns = 0;
    std::int64_t due_mono_ns = 0;    ///< when the next one goes
    std::int64_t looked_mono_ns = 0; ///< when it was last advanced

    /// True when one more is due; takes it. What came due while nobody looked (the machine slept)
    /// is not made up for beyond kMostAtOnce.
    bool take(std::int64_t now_mono_ns);
    bool done() const { return times > 0 && sent >= times; }
    /// When it is to be advanced again: short intervals go in bunches, so that the loop sleeps.
    std::int64_t wake_at() const { return std::max(due_mono_ns, looked_mono_ns + 5'000'000); }
};
constexpr int kMostAtOnce = 500; ///< in one frame

/// "250", "250 ms", "0.5 s", "2 min"; a bare number is milliseconds, nothing is 0. At most a day.
bool interval_from_text(std::string_view text, std::int64_t* ns);
/// "1", "100"; nothing, 0 and "∞" mean until it is stopped and give 0.
bool times_from_text(std::string_view text, std::uint64_t* times);

} // namespace model

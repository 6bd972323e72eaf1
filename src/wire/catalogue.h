// The one table of what Coda speaks (PROTOCOL.md): every command and event with its fields. Menus,
// templates, inspector hints, plots, the simulator's tests and replay read it. Constant data; any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wire {

enum class FieldKind : std::uint8_t { string, whole, number, boolean, object, list, any };
const char* word(FieldKind kind); ///< "string", "whole number", "number", "true or false", …

/// How replay compares a field (CONTRACT.md, "How replay and diff compare").
enum class FieldClass : std::uint8_t { fixed, clock, measured, counter, id };
const char* word(FieldClass cls); ///< "fixed", "clock", "measured", "counter", "id"

/// Where a message is described.
enum class Where : std::uint8_t { guide, backend, both };
const char* word(Where where); ///< "guide", "backend", "guide and backend"

struct Field {
    /// From the payload's root: "data.llm_seconds"; `*` stands for any one name, `[*]` for any
    /// item.
    std::string_view path;
    FieldKind kind = FieldKind::any;
    bool optional = false; ///< may be missing, or null
    std::string_view unit; ///< "s", "MB", "%", "" for none
    FieldClass cls = FieldClass::fixed;
    std::string_view description;
    Where where = Where::both; ///< which messages have it, where the two descriptions differ
};

struct FieldList {
    const Field* first = nullptr;
    std::size_t count = 0;
    const Field* begin() const { return first; }
    const Field* end() const { return first + count; }
};

struct MessageType {
    std::string_view name; ///< the envelope's `type`
    bool command = false;  ///< sent to the backend; else an event from it
    Where where = Where::both;
    std::string_view description; ///< one sentence
    FieldList fields;             ///< without the envelope's own
    std::string_view sample;      ///< the whole message as it is sent, valid JSON
    bool bare = false;     ///< comes without version, seq and timestamp (auth_challenge, …)
    bool by_clock = false; ///< comes by the clock, caused by nothing (system_metrics, …)
};

struct MessageTypeList {
    const MessageType* first = nullptr;
    std::size_t count = 0;
    const MessageType* begin() const { return first; }
    const MessageType* end() const { return first + count; }
};

/// All types: commands first, then events, each in the order of PROTOCOL.md.
MessageTypeList catalogue();

/// The entry of that name; null when the catalogue does not know it. Two names
/// (stt_start, tts_stop) are a command and an event: this gives the event. Ask for the command
/// where the direction says so.
const MessageType* find_type(std::string_view name);
const MessageType* find_command(std::string_view name);
const MessageType* find_event(std::string_view name);

/// How a path stands to a field's path, in which `*` is any name and `[*]` any item.
enum class PathMatch : std::uint8_t { none, below, exact };
PathMatch match_field(std::string_view field_path, std::string_view path);
/// The field of that type at `path` from the payload's root; null when the table has none.
const Field* find_field(const MessageType& type, std::string_view path);

/// The class of a field, for types outside the catalogue too (top-level timestamp is clock, seq
/// counter, all else fixed). `path` from the payload's root, list items written `[0]` or `[*]`.
FieldClass field_class(std::string_view type, std::string_view path);

} // namespace wire

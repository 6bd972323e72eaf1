// JSON text as Python's json.dumps writes it, which is how Coda's backend speaks: ", " and ": "
// between things, everything outside printable ASCII escaped, numbers as repr() gives them. Pure;
// any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sim {

/// Appends `text` (UTF-8; a damaged byte becomes U+FFFD) as a string with its quotes.
void append_python_string(std::string& out, std::string_view text);

/// Appends a number as repr(float) writes it: "0.3", "1.0", "1.7e-05", "NaN", "-Infinity".
void append_python_float(std::string& out, double number);

/// Rewrites a JSON value the way json.dumps(json.loads(…)) would. `json` must be sound JSON in the
/// sense of wire::EnvelopeHead::whole; a loop over its bytes, so that no nesting is too deep.
std::string python_json(std::string_view json);

/// How deep the brackets of `json` are nested at most.
std::size_t json_depth(std::string_view json);

/// Writes one object, member by member, in Python's spelling.
class PythonObject {
public:
    PythonObject() : text_("{") {}
    PythonObject& string(std::string_view name, std::string_view value);
    PythonObject& whole(std::string_view name, std::int64_t value);
    PythonObject& number(std::string_view name, double value);
    PythonObject& boolean(std::string_view name, bool value);
    PythonObject& null(std::string_view name);
    PythonObject& raw(std::string_view name, std::string_view json); ///< a value already written
    std::string text() const { return text_ + "}"; }

private:
    void name(std::string_view name);
    std::string text_;
};

} // namespace sim

#include "sim/python_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace sim {
namespace {

/// One UTF-16 code unit, as Python's ensure_ascii spells it.
void append_unit(std::string& out, std::uint32_t unit) {
    switch (unit) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    if (unit >= 0x20 && unit < 0x7f) {
        out += static_cast<char>(unit);
        return;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", unit & 0xffff);
    out += escape;
}

void append_code_point(std::string& out, std::uint32_t code_point) {
    if (code_point > 0x10ffff) code_point = 0xfffd; // a damaged byte
    if (code_point > 0xffff) {
        append_unit(out, 0xd800 + ((code_point - 0x10000) >> 10));
        append_unit(out, 0xdc00 + ((code_point - 0x10000) & 0x3ff));
    } else {
        append_unit(out, code_point);
    }
}

std::uint32_t escaped_unit(std::string_view json, std::size_t* at) {
    const char kind = json[*at];
    ++*at;
    switch (kind) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'u': break;
    default: return static_cast<unsigned char>(kind);
    }
    std::uint32_t unit = 0xfffd;
    const char* const first = json.data() + *at;
    const std::size_t digits = std::min<std::size_t>(4, json.size() - *at);
    std::from_chars(first, first + digits, unit, 16);
    *at += digits;
    return unit;
}

/// A string from its opening quote; ends behind the closing one.
void copy_string(std::string& out, std::string_view json, std::size_t* at) {
    out += '"';
    ++*at;
    while (*at < json.size() && json[*at] != '"') {
        if (json[*at] == '\\' && *at + 1 < json.size()) {
            ++*at;
            append_unit(out, escaped_unit(json, at));
        } else {
            append_code_point(out, base::utf8_next(json, at));
        }
    }
    out += '"';
    ++*at;
}

bool ends_word(char c) {
    return c == ',' || c == ']' || c == '}' || c == ':' || c == ' ' || c == '\n' || c == '\t' ||
           c == '\r';
}

/// A number or a word (true, NaN, …).
void copy_word(std::string& out, std::string_view json, std::size_t* at) {
    const std::size_t begin = *at;
    while (*at < json.size() && !ends_word(json[*at])) ++*at;
    const std::string_view word = json.substr(begin, *at - begin);
    const bool number =
        word[0] == '-' ? word.size() > 1 && word[1] != 'I' : word[0] >= '0' && word[0] <= '9';
    if (number && word.find_first_of(".eE") != word.npos) {
        double value = word[0] == '-' ? -HUGE_VAL : HUGE_VAL; // stays so when it is too large
        const auto [last, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error == std::errc::result_out_of_range &&
            (word.find("e-") != word.npos || word.find("E-") != word.npos))
            value = 0;
        append_python_float(out, value);
    } else {
        out += word == "-0" ? std::string_view("0") : word;
    }
}

} // namespace

void append_python_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) append_code_point(out, base::utf8_next(text, &at));
    out += '"';
}

void append_python_float(std::string& out, double number) {
    if (std::isnan(number)) {
        out += "NaN";
        return;
    }
    if (std::isinf(number)) {
        out += number < 0 ? "-Infinity" : "Infinity";
        return;
    }
    char buffer[32];
    // repr() uses an exponent below 1e-4 and from 1e16 on.
    const double size = std::fabs(number);
    const bool exponent = size != 0 && (size < 1e-4 || size >= 1e16);
    const auto result =
        std::to_chars(buffer, buffer + sizeof buffer, number,
                      exponent ? std::chars_format::scientific : std::chars_format::fixed);
    const std::string_view digits(buffer, static_cast<std::size_t>(result.ptr - buffer));
    out += digits;
    if (!exponent && digits.find('.') == digits.npos) out += ".0";
}

std::string python_json(std::string_view json) {
    std::string out;
    out.reserve(json.size() + json.size() / 8);
    for (std::size_t at = 0; at < json.size();) {
        const char c = json[at];
        if (c == '"') {
            copy_string(out, json, &at);
        } else if (c == ',' || c == ':') {
            out += c;
            out += ' ';
            ++at;
        } else if (c == '{' || c == '}' || c == '[' || c == ']') {
            out += c;
            ++at;
        } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            ++at;
        } else {
            copy_word(out, json, &at);
        }
    }
    return out;
}

std::size_t json_depth(std::string_view json) {
    std::size_t depth = 0, deepest = 0;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"') {
            for (++at; at < json.size() && json[at] != '"'; ++at)
                if (json[at] == '\\') ++at;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return deepest;
}

void PythonObject::name(std::string_view name) {
    if (text_.size() > 1) text_ += ", ";
    append_python_string(text_, name);
    text_ += ": ";
}

PythonObject& PythonObject::string(std::string_view member, std::string_view value) {
    name(member);
    append_python_string(text_, value);
    return *this;
}

PythonObject& PythonObject::whole(std::string_view member, std::int64_t value) {
    return raw(member, std::to_string(value));
}

PythonObject& PythonObject::number(std::string_view member, double value) {
    name(member);
    append_python_float(text_, value);
    return *this;
}

PythonObject& PythonObject::boolean(std::string_view member, bool value) {
    return raw(member, value ? "true" : "false");
}

PythonObject& PythonObject::null(std::string_view member) { return raw(member, "null"); }

PythonObject& PythonObject::raw(std::string_view member, std::string_view json) {
    name(member);
    text_ += json;
    return *this;
}

} // namespace sim

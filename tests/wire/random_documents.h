// Random JSON documents with the names of an envelope, escapes, nesting and what Python writes, for
// tests of whatever reads messages.
#pragma once

#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

/// The same bytes in memory of exactly their size, so that the address sanitizer sees an over-read.
struct Exact {
    std::unique_ptr<char[]> bytes;
    std::string_view view;
    explicit Exact(std::string_view text) : bytes(new char[text.size()]) {
        if (!text.empty()) std::memcpy(bytes.get(), text.data(), text.size());
        view = {bytes.get(), text.size()};
    }
};

//--- random documents

struct Document {
    std::string text;
    std::vector<std::pair<std::string, std::string>> members; ///< plain name, raw value
    bool strict = true;
};

class Maker {
public:
    explicit Maker(unsigned seed, bool ascii) : random_(seed), ascii_(ascii) {}

    Document document() {
        Document document;
        strict_ = true;
        document.text = blanks() + "{";
        const int count = pick(8);
        for (int i = 0; i < count; ++i) {
            static const char* const kNames[] = {"type", "data", "seq",  "timestamp",
                                                 "typ",  "x",    "Type", "timestamp2"};
            const std::string name = kNames[pick(8)];
            const std::string raw = member_value(name);
            document.members.emplace_back(name, raw);
            if (i > 0) document.text += "," + blanks();
            document.text += blanks() + spelled(name) + blanks() + ":" + blanks() + raw + blanks();
        }
        document.text += blanks() + "}" + blanks();
        document.strict = strict_;
        return document;
    }

    int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

private:
    std::string blanks() {
        static const char* const kBlanks[] = {"", "", "", " ", "\n", "\t \r"};
        return kBlanks[pick(6)];
    }
    /// A name with some of its letters as \u escapes.
    std::string spelled(const std::string& name) {
        std::string text = "\"";
        for (const char c : name) {
            if (pick(12) == 0) {
                char escape[8];
                std::snprintf(escape, sizeof escape, pick(2) ? "\\u%04x" : "\\u%04X",
                              static_cast<unsigned>(c));
                text += escape;
            } else {
                text += c;
            }
        }
        return text + "\"";
    }
    std::string member_value(const std::string& name) {
        if (name == "seq" && pick(3)) return std::to_string(pick(100000) - 50);
        if (name == "type" && pick(3)) return string();
        return value(4);
    }
    std::string string() {
        static const char* const kPieces[] = {
            "plain",   "\\\"",   "\\\\",           "\\n",
            "\\u00e9", "{[,:]}", "\\ud83d\\ude00", "a longer piece of text"};
        std::string text = "\"";
        const int count = pick(6);
        for (int i = 0; i < count; ++i) text += pick(5) || ascii_ ? kPieces[pick(8)] : "é漢👍";
        if (pick(60) == 0) {
            text += "\\ud800"; // lone
            strict_ = false;
        }
        return text + "\"";
    }
    std::string number() {
        static const char* const kNumbers[] = {
            "0",   "-0",     "7",       "-12",    "3622.005037145",
            "1e5", "2.5E-3", "-0.0e+1", "100000", "9007199254740993"};
        return kNumbers[pick(10)];
    }
    std::string value(int depth) {
        if (pick(80) == 0) {
            strict_ = false;
            static const char* const kPython[] = {"NaN", "Infinity", "-Infinity"};
            return kPython[pick(3)];
        }
        switch (pick(depth > 0 ? 8 : 5)) {
        case 0: return string();
        case 1: return number();
        case 2: return "true";
        case 3: return "false";
        case 4: return "null";
        case 5: return list(depth - 1);
        default: return object(depth - 1);
        }
    }
    std::string list(int depth) {
        std::string text = "[" + blanks();
        const int count = pick(4);
        for (int i = 0; i < count; ++i)
            text += (i > 0 ? "," + blanks() : "") + value(depth) + blanks();
        return text + "]";
    }
    std::string object(int depth) {
        std::string text = "{" + blanks();
        const int count = pick(4);
        for (int i = 0; i < count; ++i)
            text += (i > 0 ? "," + blanks() : "") + string() + blanks() + ":" + blanks() +
                    value(depth) + blanks();
        return text + "}";
    }

    std::mt19937 random_;
    bool ascii_;
    bool strict_ = true;
};

inline std::string first_of(const Document& document, const std::string& name) {
    for (const auto& [member, raw] : document.members)
        if (member == name) return raw;
    return {};
}

} // namespace test

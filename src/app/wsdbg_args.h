// The command line of one command of wsdbg: options and words, read by CLI11, whose faults
// (DESIGN.md) are kept in here. Every mistake becomes one clear line that names the offending part.
// Owned by the command; used once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "wire/link_state.h"

namespace app {

class Arguments {
public:
    /// Takes a value and returns what is wrong with it, "" when nothing is.
    using Take = std::function<std::string(const std::string&)>;

    Arguments();
    ~Arguments();
    Arguments(const Arguments&) = delete;
    Arguments& operator=(const Arguments&) = delete;

    // Names as CLI11 writes them: "-o,--output". What the pointers show must outlive parse().
    void flag(const std::string& names, bool* value, bool when_given = true);
    void option(const std::string& names, Take take);     ///< at most once
    void repeatable(const std::string& names, Take take); ///< each time it is given
    void text(const std::string& names, std::string* value);
    /// A finite decimal number, `least` to `most`; `above_least`: `least` itself is refused.
    void number(const std::string& names, double* value, double least, double most,
                bool above_least = false);
    void whole(const std::string& names, std::uint64_t* value, std::uint64_t least,
               std::uint64_t most);

    /// Reads `arguments`. The Error's `what` is the line to print.
    base::Status parse(const std::vector<std::string>& arguments);

    /// What was no option, in order; behind "--" everything.
    const std::vector<std::string>& words() const { return words_; }
    bool given(const std::string& names) const; ///< an option was there

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
    std::vector<std::string> words_;
};

/// The one URL of a connecting command; says what is missing or too much. `most_words`: of the
/// words in all, the URL and what may follow it.
base::Status take_url(const Arguments& arguments, std::string* url, std::size_t most_words = 1);

/// The options that every connecting command shares (CONTRACT.md).
struct LinkArguments {
    wire::LinkOptions options;
    bool retry_given = false;

    /// After parsing, for commands with a URL among other words.
    base::Status finish_with(const std::string& url);
    /// Makes them known to `arguments`.
    void add_to(Arguments& arguments);
    /// After parsing: takes the URL and what can only be checked when all is known.
    base::Status finish(const Arguments& arguments, std::size_t most_words = 1);
};

/// -o and --overwrite.
struct CaptureArguments {
    std::string path; ///< empty: no capture
    bool overwrite = false;

    void add_to(Arguments& arguments);
    /// After parsing: refuses --overwrite without -o, and a file that would be lost.
    base::Status finish() const;
};

} // namespace app

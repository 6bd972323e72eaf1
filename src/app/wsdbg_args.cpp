#include "app/wsdbg_args.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/text.h"
#include "capture/file_writer.h"
#include "net/url.h"
#include "wire/header_check.h"

namespace app {
namespace {

base::Error wrong(std::string line) { return {std::move(line), {}, {}}; }

/// A number for people: without the zeros that std::to_string adds.
std::string number_text(double value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

template <class Number>
bool read_number(const std::string& text, Number* value) {
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, *value);
    return result.ec == std::errc() && result.ptr == end;
}

/// "--port" of "-p,--port": what messages call an option.
std::string long_name(const std::string& names) {
    const std::size_t comma = names.rfind(',');
    return comma == std::string::npos ? names : names.substr(comma + 1);
}

} // namespace

/// CLI11 with its ways round: options take strings only (a vector would be split at brackets and
/// swallow what follows), each is handed on when it is met, words are what CLI11 calls extras.
struct Arguments::Parser {
    CLI::App app;
    std::set<std::string> given;
    std::set<std::string> long_names; ///< of options that take a value
    std::string fault;

    /// Leaves CLI11; the line is kept here, for its exceptions put words of their own before it.
    [[noreturn]] void fail(const std::string& line) {
        fault = line;
        throw CLI::ValidationError(line);
    }

    void add(const std::string& names, Take take, bool many) {
        const std::string name = long_name(names);
        if (name.substr(0, 2) == "--") long_names.insert(name);
        const auto met = [this, name, many, take = std::move(take)](const std::string& value) {
            if (!given.insert(name).second && !many) fail(name + " is given twice");
            const std::string why = take(value);
            if (!why.empty()) fail(name + ": " + why);
        };
        app.add_option_function<std::string>(names, met)->trigger_on_parse();
    }
};

Arguments::Arguments() : parser_(std::make_unique<Parser>()) {
    parser_->app.set_help_flag("");
    parser_->app.allow_extras();
}
Arguments::~Arguments() = default;

void Arguments::flag(const std::string& names, bool* value, bool when_given) {
    parser_->app.add_flag_callback(names, [=] { *value = when_given; })->disable_flag_override();
}

void Arguments::option(const std::string& names, Take take) {
    parser_->add(names, std::move(take), false);
}

void Arguments::repeatable(const std::string& names, Take take) {
    parser_->add(names, std::move(take), true);
}

void Arguments::text(const std::string& names, std::string* value) {
    option(names, [value](const std::string& given) {
        *value = given;
        return std::string(given.empty() ? "it must not be empty" : "");
    });
}

void Arguments::number(const std::string& names, double* value, double least, double most,
                       bool above_least) {
    option(names, [=](const std::string& given) -> std::string {
        double number = 0;
        const bool read = read_number(given, &number) && std::isfinite(number);
        if (read && number <= most && (above_least ? number > least : number >= least)) {
            *value = number;
            return {};
        }
        return "\"" + given + "\" is not a number " + (above_least ? "above " : "from ") +
               number_text(least) + (above_least ? ", up to " : " to ") + number_text(most);
    });
}

void Arguments::whole(const std::string& names, std::uint64_t* value, std::uint64_t least,
                      std::uint64_t most) {
    option(names, [=](const std::string& given) -> std::string {
        std::uint64_t number = 0;
        if (read_number(given, &number) && number >= least && number <= most) {
            *value = number;
            return {};
        }
        return "\"" + given + "\" is not a whole number from " + std::to_string(least) + " to " +
               std::to_string(most);
    });
}

bool Arguments::given(const std::string& names) const {
    return parser_->given.count(long_name(names)) != 0;
}

base::Status Arguments::parse(const std::vector<std::string>& arguments) {
    std::vector<std::string> backwards(arguments.rbegin(), arguments.rend()); // as CLI11 wants it
    for (const std::string& argument : arguments) {
        // CLI11 would take the next argument as the value of "--port=".
        if (argument == "--") break;
        if (!argument.empty() && argument.back() == '=' &&
            parser_->long_names.count(argument.substr(0, argument.size() - 1)) != 0)
            return wrong(argument.substr(0, argument.size() - 1) + " needs a value");
    }
    try {
        parser_->app.parse(backwards);
    } catch (const CLI::ArgumentMismatch& error) {
        // "--port: 1 required TEXT missing", "json was given ...": the name, then CLI11's own
        // words.
        const std::string words = error.what();
        std::string name = words.substr(0, words.find_first_of(": "));
        if (name.front() == '-') return wrong(name + " needs a value");
        return wrong("--" + name + " does not take a value");
    } catch (const CLI::ParseError& error) {
        return wrong(parser_->fault.empty() ? error.what() : parser_->fault);
    }
    bool options_over = false;
    for (const std::string& extra : parser_->app.remaining()) {
        if (!options_over && extra == "--") {
            options_over = true;
        } else if (!options_over && extra.size() > 1 && extra.front() == '-') {
            return wrong("there is no option " + extra.substr(0, extra.find('=')));
        } else {
            words_.push_back(extra);
        }
    }
    return {};
}

//--- the URL -------------------------------------------------------------------------------------

base::Status take_url(const Arguments& arguments, std::string* url, std::size_t most_words) {
    const std::vector<std::string>& words = arguments.words();
    if (words.empty()) return wrong("the URL is missing, such as ws://localhost:8765");
    if (words.size() > most_words)
        return wrong("\"" + words[most_words] + "\" is too much: there is one URL and " +
                     (most_words == 1 ? "nothing" : "one filter, in quotes for the shell,") +
                     " behind it");
    const base::Result<net::Url> parsed = net::url_from_text(words[0]);
    if (!parsed) return parsed.error();
    *url = words[0];
    return {};
}

//--- options that connecting commands share ------------------------------------------------------

namespace {

constexpr double kMostSeconds = 1e6;

/// What to write in place of a header that the handshake makes itself; "" for all others.
std::string instead_of_header(const std::string& name) {
    switch (wire::owner_of_header(name)) {
    case wire::HeaderOwner::subprotocols: return "use --subprotocol";
    case wire::HeaderOwner::deflate: return "use --no-deflate, or leave it out";
    case wire::HeaderOwner::origin: return "use --origin";
    case wire::HeaderOwner::handshake: return "the handshake writes it itself";
    case wire::HeaderOwner::user: break;
    }
    return {};
}

std::string take_header(const std::string& given, wire::LinkOptions* options) {
    const std::size_t colon = given.find(':');
    const std::string name = given.substr(0, colon);
    if (colon == std::string::npos || !wire::is_token(name)) {
        // The rest may be a secret.
        const std::string word = given.substr(0, given.find_first_of(": \t\r\n"));
        return (word.empty() ? "this" : "what begins with \"" + word + "\"") +
               " is not a header: write 'Name: value'";
    }
    const std::string value(base::trimmed(std::string_view(given).substr(colon + 1)));
    if (!wire::is_header_value(value))
        return "the value of " + name + " has control characters in it";
    const std::string instead = instead_of_header(name);
    if (!instead.empty()) return name + " cannot be given here: " + instead;
    options->headers.emplace_back(name, value);
    return {};
}

std::string take_subprotocol(const std::string& given, wire::LinkOptions* options) {
    if (!wire::is_token(given)) return "\"" + given + "\" is not one word that a header may hold";
    auto& offered = options->subprotocols;
    if (std::find(offered.begin(), offered.end(), given) != offered.end())
        return "\"" + given + "\" is offered twice";
    offered.push_back(given);
    return {};
}

std::string take_retry(const std::string& given, LinkArguments* link) {
    int attempts = wire::LinkOptions::kForever;
    if (given != "forever" && (!read_number(given, &attempts) || attempts < 0))
        return "\"" + given + "\" is not a whole number from 0, nor \"forever\"";
    link->options.retry_first = link->options.retry_after_open = attempts;
    link->retry_given = true;
    return {};
}

std::string take_origin(const std::string& given, wire::LinkOptions* options) {
    if (given.empty() || !wire::is_header_value(given)) return "\"" + given + "\" is not an origin";
    options->origin = given;
    return {};
}

} // namespace

base::Status LinkArguments::finish_with(const std::string& url) {
    const base::Result<net::Url> parsed = net::url_from_text(url);
    if (!parsed) return parsed.error();
    options.url = url;
    if (options.cert_file.empty() != options.key_file.empty())
        return wrong(options.cert_file.empty() ? "--key needs --cert beside it"
                                               : "--cert needs --key beside it");
    return {};
}

void LinkArguments::add_to(Arguments& arguments) {
    wire::LinkOptions* const o = &options;
    arguments.repeatable("-H", [o](const std::string& v) { return take_header(v, o); });
    arguments.repeatable("--subprotocol",
                         [o](const std::string& v) { return take_subprotocol(v, o); });
    arguments.option("--origin", [o](const std::string& v) { return take_origin(v, o); });
    arguments.flag("--insecure", &o->insecure);
    arguments.text("--ca", &o->ca_file);
    arguments.text("--cert", &o->cert_file);
    arguments.text("--key", &o->key_file);
    arguments.flag("--no-deflate", &o->deflate, false);
    arguments.flag("--no-auth", &o->auto_auth, false);
    arguments.number("--ping-interval", &o->ping_interval_s, 0, kMostSeconds);
    arguments.number("--connect-timeout", &o->connect_timeout_s, 0, kMostSeconds, true);
    arguments.whole("--max-message", &o->max_message, 1, 0xFFFFFFFF);
    arguments.option("--retry", [this](const std::string& v) { return take_retry(v, this); });
}

base::Status LinkArguments::finish(const Arguments& arguments, std::size_t most_words) {
    if (const base::Status url = take_url(arguments, &options.url, most_words); !url) return url;
    return finish_with(options.url);
}

void CaptureArguments::add_to(Arguments& arguments) {
    arguments.text("-o,--output", &path);
    arguments.flag("--overwrite", &overwrite);
}

base::Status CaptureArguments::finish() const {
    if (overwrite && path.empty()) return wrong("--overwrite needs -o beside it");
    if (!overwrite && capture::file_occupied(path)) return capture::occupied_error(path);
    return {};
}

} // namespace app

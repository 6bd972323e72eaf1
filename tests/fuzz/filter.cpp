// The filter language on any bytes: input is a filter, a line end, and a payload. The parser never
// crashes, its errors lie inside the text; what it accepts is evaluated the same on a text and on a
// binary message where the bytes are UTF-8, and never reads outside the payload.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "model/filter.h"
#include "model/filter_help.h"

namespace {

void expect(bool what) {
    if (!what) std::abort();
}

/// `payload` in memory of exactly its size.
struct Exact {
    std::unique_ptr<char[]> bytes;
    std::string_view view;
    explicit Exact(std::string_view text) : bytes(new char[text.size()]) {
        if (!text.empty()) std::memcpy(bytes.get(), text.data(), text.size());
        view = {bytes.get(), text.size()};
    }
};

void check_error(const model::FilterError& error, std::string_view text) {
    expect(!error.message.empty());
    expect(error.begin < error.end);
    expect(error.end <= text.size());
}

void check_pieces(std::string_view text) {
    // Whatever the text is, it can be asked for.
    if (!base::utf8_valid(text)) return;
    for (const std::string& filter : {model::filter_word(text), model::filter_equal("type", text),
                                      model::filter_path({{std::string(text), 0, false}}) + "?"})
        expect(std::holds_alternative<model::Filter>(model::Filter::parse(filter)));
}

void evaluate(const model::Filter& filter, std::string_view payload) {
    const Exact exact(payload);
    wire::EventView view;
    view.dir = wire::Dir::in;
    view.kind = wire::Kind::text;
    view.has_payload = true;
    view.payload = exact.view;
    const bool passes = filter.matches(view);
    expect(filter.matches(view) == passes);
    for (const model::TextSearch& mark : filter.marks()) (void)mark.found_in(exact.view);
    for (int kind = 0; kind < wire::kKindCount - 1; ++kind) {
        view.kind = static_cast<wire::Kind>(kind);
        (void)filter.matches(view);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = input.find('\n');
    const std::string_view text = input.substr(0, line);
    const std::string_view payload =
        line == input.npos ? std::string_view() : input.substr(line + 1);

    const model::Filter::Parsed parsed = model::Filter::parse(text);
    if (const auto* error = std::get_if<model::FilterError>(&parsed))
        check_error(*error, text);
    else
        evaluate(std::get<model::Filter>(parsed), payload);

    const model::Typing typing = model::typing_at(text, payload.size() % (text.size() + 1));
    expect(typing.begin <= typing.end && typing.end <= text.size());
    check_pieces(payload.substr(0, 100));
    return 0;
}

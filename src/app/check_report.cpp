#include "app/check_report.h"

#include <nlohmann/json.hpp>

#include "app/terminal.h"
#include "base/text.h"
#include "wire/trouble.h"

namespace app {
namespace {

using Json = nlohmann::ordered_json;
using wire::CheckMark;
using wire::CheckStep;

constexpr const char* kReset = "\x1b[0m";
constexpr const char* kDim = "\x1b[2m";
constexpr const char* kGood = "\x1b[32m";
constexpr const char* kWarning = "\x1b[33m";
constexpr const char* kBad = "\x1b[1;31m";

constexpr std::size_t kNameColumns = 20;
constexpr std::size_t kTimeColumns = 10;
constexpr std::size_t kEvidenceColumns = 24; ///< "Sec-WebSocket-Extensions"
constexpr const char* kIndent = "      ";

std::string painted(const std::string& text, const char* color, bool on) {
    return on && !text.empty() ? color + text + kReset : text;
}

/// Its first letter as a sentence has it; names that begin small are not met.
std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

struct Look {
    const char* mark;
    const char* color;
};

Look look_of(CheckMark mark) {
    switch (mark) {
    case CheckMark::passed: return {"✓", kGood};
    case CheckMark::warned: return {"!", kWarning};
    case CheckMark::failed: return {"✗", kBad};
    case CheckMark::running: break;
    }
    return {"…", kDim};
}

std::string padded(std::string text, std::size_t columns, bool right = false) {
    const std::size_t width = display_width(text);
    if (width >= columns) return text;
    const std::string blanks(columns - width, ' ');
    return right ? blanks + text : text + blanks;
}

/// What was sent and received, and what was checked, is shown wherever it is; else what its line
/// does not say already.
bool shows_evidence(const CheckStep& step) {
    return step.mark == CheckMark::failed || step.mark == CheckMark::warned ||
           step.name == "TLS handshake" || step.name == "HTTP answer" ||
           step.name == "WebSocket handshake";
}

std::string evidence_line(const std::pair<std::string, std::string>& evidence) {
    std::string text = kIndent + padded(evidence.first, kEvidenceColumns) + " ";
    const std::string next = "\n" + std::string(kIndent) + std::string(kEvidenceColumns + 1, ' ');
    for (const char c : evidence.second) {
        if (c == '\n')
            text += next;
        else
            text += c;
    }
    return text + "\n";
}

std::string sentence(const char* head, const std::string& text, const char* color, bool on) {
    if (text.empty()) return {};
    return "  " + painted(padded(head, 12), color, on) + shown_text(text) + "\n";
}

std::string words_of(const base::Error& error, bool color) {
    return sentence("What", error.what, kBad, color) + sentence("Why", error.why, kDim, color) +
           sentence("What to do", error.fix, kGood, color);
}

Json json_of(const base::Error& error) {
    return {{"what", error.what}, {"why", error.why}, {"fix", error.fix}};
}

Json json_of(const std::optional<base::Error>& error) {
    return error ? json_of(*error) : Json(nullptr);
}

/// Names that come more than once become a list.
Json evidence_of(const CheckStep& step) {
    Json object = Json::object();
    for (const auto& [name, value] : step.evidence) {
        if (!object.contains(name)) {
            object[name] = value;
        } else {
            Json& held = object[name];
            if (!held.is_array()) held = Json::array({held});
            held.push_back(value);
        }
    }
    if (!step.said.empty()) object["summary"] = step.said;
    if (step.mark == CheckMark::warned && step.error)
        object["warning"] = base::one_line(*step.error);
    return object;
}

Json json_of(const CheckStep& step) {
    const bool failed = step.mark == CheckMark::failed;
    return {{"name", step.name},
            {"ok", !failed},
            {"ms", static_cast<double>(step.took_ns) / 1e6},
            {"evidence", evidence_of(step)},
            {"error", failed ? json_of(step.error) : Json(nullptr)}};
}

} // namespace

std::string step_lines(const CheckStep& step, bool color) {
    const Look look = look_of(step.mark);
    const std::string time = step.name == "URL" ? "" : base::duration_text(step.took_ns);
    std::string text = "  " + painted(look.mark, look.color, color) + " " +
                       padded(capital(step.name), kNameColumns) + padded(time, kTimeColumns, true) +
                       "  " + shown_text(step.said) + "\n";
    if (shows_evidence(step))
        for (const auto& each : step.evidence) text += painted(evidence_line(each), kDim, color);
    if (step.mark == CheckMark::warned && step.error)
        text += kIndent + painted(shown_text(base::one_line(*step.error)), kWarning, color) + "\n";
    return text;
}

std::string verdict_lines(const wire::CheckState& state, bool color) {
    if (state.stopped) return "\nStopped before it was through\n";
    const std::string lasting =
        state.insecure
            ? "  " + painted("Any certificate was accepted (--insecure)", kBad, color) + "\n"
            : std::string();
    if (!state.error) {
        bool warned = false;
        for (const CheckStep& step : state.steps)
            if (step.mark == CheckMark::warned) warned = true;
        return "\n" +
               painted(warned ? "It works, with a warning above" : "It works", kGood, color) +
               "\n" + lasting;
    }
    std::string text = "\n" + painted("It does not work: " + state.phase, kBad, color) + "\n" +
                       words_of(*state.error, color) + lasting;
    const auto troubles = wire::troubles_of_phase(state.phase);
    if (!troubles.empty()) text += "\n  What Coda's guide asks in such a case\n";
    for (const wire::Trouble* trouble : troubles)
        text += "  - " + std::string(trouble->symptom) + "\n    " + capital(trouble->why) + ". " +
                capital(trouble->fix) + ".\n";
    return text;
}

std::string report_text(const wire::CheckState& state) {
    std::string text = "Check of " + shown_text(state.url) + "\n";
    for (const CheckStep& step : state.steps) text += step_lines(step, false);
    return text + verdict_lines(state, false);
}

std::string check_json(const wire::CheckState& state) {
    Json steps = Json::array();
    for (const CheckStep& step : state.steps) steps.push_back(json_of(step));
    std::optional<base::Error> error = state.error;
    if (!error && !state.ok()) error = base::Error{"stopped before it was through", {}, {}};
    const Json object = {
        {"url", state.url},
        {"verdict", error ? "failed" : "ok"},
        {"phase", error && !state.phase.empty() ? Json(state.phase) : Json(nullptr)},
        {"error", json_of(error)},
        {"steps", std::move(steps)}};
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace app

#include "sim/turn.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sim/python_json.h"

namespace sim {
namespace {

constexpr std::int64_t kGap = 400 * base::kMicrosecond; ///< between two events of a burst
constexpr int kPairsInBurst = 9;                        ///< llm_token comes twice
constexpr std::size_t kReplyTokens = 15;                ///< of a short reply
constexpr std::size_t kQuoted = 40;                     ///< code points of the text that are quoted
constexpr std::size_t kPreview = 100;                   ///< as the backend cuts its previews
constexpr std::size_t kLongest = 2000;                  ///< of a text that goes on to other events

/// The first `count` code points of `text`, with `more` behind when there were more.
std::string clipped(std::string_view text, std::size_t count, std::string_view more) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < count && at < text.size(); ++i) base::utf8_next(text, &at);
    std::string out(text.substr(0, at));
    if (at < text.size()) out += more;
    return out;
}

std::uint64_t seed_of(std::uint64_t seed, std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ull ^ (seed * 0x9e3779b97f4a7c15ull); // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    return hash;
}

bool mentions(std::string_view text, std::string_view word) {
    return base::ascii_lower(text).find(word) != std::string::npos;
}

/// The reply in pieces, as a model streams it: a word each, with the blank before it.
std::vector<std::string> reply_tokens(std::string_view text, Random& words) {
    static constexpr std::array<std::string_view, 16> kFillers = {
        "and",  "that", "is", "quite", "all", "I",   "know", "about",
        "this", "café", "👍",  "so",    "far", "let", "us",   "go"};
    static constexpr std::array<std::string_view, 4> kOpenings = {"You said", "I heard",
                                                                  "Let me see:", "So it was"};
    std::string reply(kOpenings[words.below(kOpenings.size())]);
    reply += " “" + clipped(text, kQuoted, "…") + "” —";
    std::vector<std::string> tokens;
    std::size_t at = 0;
    while (at < reply.size()) {
        std::size_t end = reply.find(' ', at + 1);
        end = std::min(end, reply.size());
        tokens.push_back(reply.substr(at, end - at));
        at = end;
    }
    while (tokens.size() + 1 < kReplyTokens)
        tokens.push_back(" " + std::string(kFillers[words.below(kFillers.size())]));
    tokens.push_back(" on.");
    return tokens;
}

/// Figures of a turn that is planned: how long its parts take.
struct Plan {
    double stt_s, llm_s, tts_s, total_s;
    bool tool, tool_fails;
};

//--- the parts of a backend's turn; each appends steps from `at` on, a burst's gap between them

class Script {
public:
    Turn turn;

    void at(std::int64_t ns) { at_ns_ = ns; }
    std::int64_t now() const { return at_ns_; }
    void add(const char* type, std::string data, bool kept = false) {
        turn.steps.push_back({at_ns_, type, std::move(data), kept});
        at_ns_ += kGap;
    }

private:
    std::int64_t at_ns_ = 0;
};

std::int64_t ns_of(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

void add_heard(Script& script, std::string_view text, double stt_s, Progress& progress) {
    script.turn.heard_ns = script.now();
    script.add("stt_result", PythonObject()
                                 .string("text", text)
                                 .number("confidence", 0.97)
                                 .number("duration_seconds", stt_s)
                                 .string("language", "en")
                                 .text());
    script.add("conversation_turn", PythonObject()
                                        .string("role", "user")
                                        .string("content", text)
                                        .whole("turn_id", ++progress.conversation)
                                        .text());
    script.add("memory_retrieve", PythonObject()
                                      .string("query", text)
                                      .whole("results_count", 1)
                                      .string("top_result_preview", "The user likes short answers.")
                                      .text());
    script.add("llm_start", PythonObject()
                                .string("model", "gemma:2b")
                                .whole("prompt_tokens", 120)
                                .string("system_prompt_preview", "You are Coda...")
                                .text());
}

/// The tokens, each twice, in bursts spread evenly over `over_ns`.
void add_tokens(Script& script, const std::vector<std::string>& tokens, std::int64_t over_ns) {
    const std::size_t bursts = (tokens.size() + kPairsInBurst - 1) / kPairsInBurst;
    const std::int64_t began = script.now();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::size_t burst = i / kPairsInBurst;
        if (i % kPairsInBurst == 0)
            script.at(std::max(script.now(), began + over_ns * static_cast<std::int64_t>(burst) /
                                                         static_cast<std::int64_t>(bursts)));
        const std::string data = PythonObject()
                                     .string("token", tokens[i])
                                     .whole("token_index", static_cast<std::int64_t>(i))
                                     .text();
        script.add("llm_token", data);
        script.add("llm_token", data);
    }
}

std::string timing(std::string_view component, std::string_view operation, double seconds) {
    return PythonObject()
        .string("component", component)
        .string("operation", operation)
        .number("duration_seconds", seconds)
        .text();
}

void add_tool(Script& script, std::string_view text, const Plan& plan) {
    const bool weather = mentions(text, "weather");
    const std::string_view tool = weather ? "get_weather" : "get_time";
    script.add("tool_call",
               PythonObject().string("tool_name", tool).raw("parameters", "{}").text());
    if (plan.tool_fails) {
        script.add("tool_error", PythonObject()
                                     .string("tool_name", tool)
                                     .string("message", "no network")
                                     .raw("details", R"({"code": 7})")
                                     .text());
    } else {
        script.add("tool_result",
                   PythonObject()
                       .string("tool_name", tool)
                       .string("result_preview", weather ? "Sunny, 21 °C." : "It's 12:34.")
                       .number("duration_seconds", 1.7404556274414062e-05)
                       .text());
    }
}

void add_reply(Script& script, std::string_view text, const std::string& reply, const Plan& plan,
               std::int64_t tokens, base::Stamp now, Progress& progress, Random& figures) {
    script.add("component_timing", timing("llm", "generate_response", plan.llm_s));
    if (plan.tool) add_tool(script, text, plan);
    script.add("llm_result", PythonObject()
                                 .string("text", reply)
                                 .whole("total_tokens", 120 + tokens)
                                 .number("duration_seconds", plan.llm_s + 0.0002)
                                 .boolean("has_tool_calls", plan.tool)
                                 .text());
    script.add("conversation_turn", PythonObject()
                                        .string("role", "assistant")
                                        .string("content", reply)
                                        .whole("turn_id", ++progress.conversation)
                                        .text());
    script.add(
        "memory_store",
        PythonObject()
            .string("content_preview", clipped("User said: " + std::string(text), kPreview, "..."))
            .string("memory_type", "conversation")
            .number("importance", 0.6)
            .string("memory_id", "mem_" + figures.hex(8))
            .text(),
        true);
    const std::int64_t wall = now.wall_ns + script.now();
    std::string local = base::local_date_clock(wall, 0);
    local[10] = 'T'; // ISO 8601 without a zone, as Python's isoformat()
    const std::string count = std::to_string(progress.turns);
    script.add("memory_debug_operation",
               PythonObject()
                   .string("operation_type", "add_turn")
                   .string("timestamp", local)
                   .raw("details", R"({"role": "user", "count": )" + count + "}")
                   .text());
    script.add("memory_debug_stats",
               PythonObject()
                   .raw("stats", R"({"short_term": {"count": )" + count + R"(, "max_turns": 20}})")
                   .number("timestamp", static_cast<double>(wall) / 1e9)
                   .text());
}

void add_speech(Script& script, const std::string& reply, std::int64_t over_ns) {
    script.turn.speech_ns = script.now();
    script.add("tts_start", PythonObject()
                                .string("text", reply)
                                .string("voice", "default")
                                .string("provider", "elevenlabs")
                                .text());
    const std::int64_t began = script.now();
    for (const int percent : {0, 50, 100}) {
        script.at(began + over_ns * percent / 100);
        script.add("tts_progress", PythonObject().whole("percent_complete", percent).text());
    }
}

std::string trace(const Plan& plan, double tts_s) {
    const double total = plan.stt_s + plan.llm_s + tts_s;
    PythonObject object;
    object.number("stt_seconds", plan.stt_s)
        .number("llm_seconds", plan.llm_s)
        .number("tts_seconds", tts_s)
        .number("total_processing_seconds", total)
        .number("total_seconds", total);
    if (plan.tool)
        object.number("tool_seconds", 1.7404556274414062e-05);
    else
        object.null("tool_seconds");
    return object.number("stt_audio_duration", 0)
        .number("tts_audio_duration", 1.25)
        .number("total_interaction_seconds", total + 1.25)
        .text();
}

/// The trace that the component timings make: it knows nothing of speech.
std::string timings_trace(const Plan& plan, std::int64_t wall_ns) {
    return PythonObject()
        .number("timestamp", static_cast<double>(wall_ns) / 1e9)
        .number("stt_seconds", 0)
        .number("llm_seconds", plan.llm_s)
        .number("tts_seconds", 0)
        .number("total_processing_seconds", plan.llm_s)
        .number("total_seconds", plan.llm_s)
        .whole("tts_audio_duration", 0)
        .whole("stt_audio_duration", 0)
        .number("total_interaction_seconds", plan.llm_s)
        .text();
}

std::string times(const OperationTimes& times) {
    return PythonObject()
        .number("avg_seconds", times.total_s / static_cast<double>(times.count))
        .number("max_seconds", times.max_s)
        .number("min_seconds", times.min_s)
        .whole("count", times.count)
        .number("total_seconds", times.total_s)
        .text();
}

void add_end(Script& script, const Plan& plan, const std::string& reply, base::Stamp now,
             Progress& progress, Random& figures) {
    script.add("component_timing", timing("assistant", "process_input", plan.total_s));
    script.add("tts_result",
               PythonObject()
                   .number("duration_seconds", plan.tts_s)
                   .number("audio_duration_seconds", 1.25)
                   .whole("char_count", static_cast<std::int64_t>(std::count_if(
                                            reply.begin(), reply.end(),
                                            [](char c) { return (c & 0xc0) != 0x80; })))
                   .text());
    progress.llm.add(plan.llm_s);
    progress.assistant.add(plan.total_s);
    script.add("latency_trace", trace(plan, plan.tts_s));
    const std::string components =
        PythonObject()
            .raw("llm", PythonObject().raw("generate_response", times(progress.llm)).text())
            .raw("assistant", PythonObject().raw("process_input", times(progress.assistant)).text())
            .text();
    script.add("component_stats", PythonObject().raw("components", components).text());
    script.add("latency_trace", timings_trace(plan, now.wall_ns + script.now()));
    // A marker of an earlier turn that is not reset gives a time that cannot be.
    const bool stale = figures.below(4) == 0;
    script.add("latency_trace", trace(plan, stale ? -figures.between(0.5, 2.5) : plan.tts_s * 1.1));
}

} // namespace

std::uint64_t Random::next() {
    std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15ull);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
    return mixed ^ (mixed >> 31);
}

double Random::between(double low, double high) {
    return low + (high - low) * (static_cast<double>(next() >> 11) / 9007199254740992.0);
}

std::string Random::hex(int digits) {
    std::string text;
    for (int i = 0; i < digits; ++i) text += "0123456789abcdef"[below(16)];
    return text;
}

void OperationTimes::add(double seconds) {
    min_s = count == 0 ? seconds : std::min(min_s, seconds);
    max_s = std::max(max_s, seconds);
    total_s += seconds;
    ++count;
}

std::string made_up_sentence(std::uint64_t seed) {
    static constexpr std::array<std::string_view, 6> kSentences = {
        "What time is it in Zürich?",          "How is the weather today?",
        "Remind me to water the plants.",      "Tell me something about coffee ☕.",
        "Which music would you like to hear?", "Read me the news, please."};
    Random words(seed ^ 0x5eedu);
    return std::string(kSentences[words.below(kSentences.size())]);
}

Turn backend_turn(std::string_view whole_text, std::string_view mode, double listen_s,
                  std::uint64_t seed, base::Stamp now, Progress& progress, Random& figures) {
    const std::string text = clipped(whole_text, kLongest, "…");
    Random words(seed_of(seed, text));
    const std::vector<std::string> tokens = reply_tokens(text, words);
    std::string reply;
    for (const std::string& token : tokens) reply += token;

    //--- how long its parts take: 1 to 3 s in all
    const double length_s = figures.between(1.1, 2.6);
    Plan plan{};
    plan.stt_s = 0.25 * length_s;
    plan.llm_s = 0.40 * length_s;
    plan.tts_s = 0.30 * length_s;
    plan.total_s = 0.95 * length_s;
    plan.tool = mentions(text, "time") || mentions(text, "weather");
    plan.tool_fails = plan.tool && mentions(text, "fail");
    ++progress.turns;

    Script script;
    script.add("stt_start", PythonObject().string("mode", mode).text());
    const double heard_s = listen_s > 0 ? listen_s : plan.stt_s;
    script.at(ns_of(heard_s * 0.6));
    script.add(
        "stt_interim",
        PythonObject().string("text", clipped(text, 8, "")).number("confidence", 0.8).text());
    script.at(ns_of(heard_s));
    add_heard(script, text, plan.stt_s, progress);
    add_tokens(script, tokens, ns_of(0.75 * plan.llm_s));
    script.at(std::max(script.now(), ns_of(heard_s + plan.llm_s)));
    add_reply(script, text, reply, plan, static_cast<std::int64_t>(tokens.size()), now, progress,
              figures);
    add_speech(script, reply, ns_of(0.8 * plan.tts_s));
    script.at(std::max(script.now(), ns_of(heard_s + plan.llm_s + plan.tts_s)));
    add_end(script, plan, reply, now, progress, figures);
    return std::move(script.turn);
}

std::vector<Step> guide_turn(std::string_view whole_text, std::uint64_t seed, Random& figures) {
    static constexpr std::array<const char*, 5> kEmotions = {"neutral", "happy", "curious",
                                                             "surprised", "calm"};
    const std::string text = clipped(whole_text, kLongest, "…");
    Random words(seed_of(seed, text));
    std::string reply;
    for (const std::string& token : reply_tokens(text, words)) reply += token;
    const char* const emotion = kEmotions[words.below(kEmotions.size())];
    const double length_s = figures.between(0.9, 2.6);
    const auto message = [&figures](std::string_view role, std::string_view content) {
        return PythonObject()
            .string("message_id", figures.hex(8))
            .string("role", role)
            .string("content", content)
            .text();
    };

    Script script;
    script.add("mode_change", R"({"mode": "thinking"})");
    script.add("conversation_message", message("user", text));
    script.at(ns_of(0.15 * length_s));
    script.add("memory_store", PythonObject()
                                   .string("memory_id", figures.hex(8))
                                   .string("content", "User said: " + text)
                                   .text());
    script.at(ns_of(0.8 * length_s));
    script.add("conversation_message", message("assistant", reply));
    script.add("emotion_change", PythonObject().string("emotion", emotion).text());
    script.add("latency_trace", PythonObject()
                                    .number("stt_seconds", 0.1 * length_s)
                                    .number("llm_seconds", 0.5 * length_s)
                                    .number("tts_seconds", 0.2 * length_s)
                                    .number("total_seconds", 0.8 * length_s)
                                    .text());
    script.at(ns_of(length_s));
    script.add("mode_change", R"({"mode": "idle"})");
    return std::move(script.turn.steps);
}

} // namespace sim

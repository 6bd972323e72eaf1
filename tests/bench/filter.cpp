// The filter against its references, on 1,000,000 stored messages of about 250 bytes: a search for
// a word against memmem and ripgrep, a condition on a field against simdjson on every message and
// jq, the envelope against nlohmann::json::parse, and how soon a changed filter fills the screen.
// Everything is in memory and was touched before it is measured; each figure is the best of some
// runs, in CPU time of all threads, with the wall time beside it.
#include <fcntl.h>
#include <simdjson.h>
#include <sys/wait.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench.h"
#include "model/index.h"
#include "model/log.h"
#include "wire/envelope.h"
#include "wire/message_head.h"

namespace {

constexpr std::uint64_t kMessages = 1'000'000;
constexpr int kRuns = 5;
constexpr const char* kWord = "quarterly";
const std::string kField = "type == latency_trace and data.llm_seconds > 1.5";

//--- the messages

/// As Coda sends them, in a rotation of types; one in a thousand holds the word.
std::string message(std::uint64_t i) {
    char text[512];
    const auto seq = static_cast<unsigned long long>(i);
    const char* const said =
        i % 1000 == 17 ? "read me the quarterly report" : "read me the weather report";
    const char* format = nullptr;
    switch (i % 4) {
    case 0:
        std::snprintf(
            text, sizeof text,
            R"({"version": "1.0", "seq": %llu, "timestamp": 3622.205973, "type": "latency_trace", "data": {"stt_seconds": 0.301, "llm_seconds": %.3f, "tts_seconds": 0.150, "total_processing_seconds": 0.802, "stt_audio_duration": 1.92, "tts_audio_duration": 2.75, "total_interaction_seconds": 5.472}})",
            seq, 0.3 + static_cast<double>(i % 1000) / 500);
        return text;
    case 1:
        format =
            R"({"version": "1.0", "seq": %llu, "timestamp": 3622.305118, "type": "conversation_turn", "data": {"role": "user", "content": "Good morning, could you please %s, and remind me of the appointment at the dentist\u2019s?", "turn_id": 12}})";
        break;
    case 2:
        format =
            R"({"version": "1.0", "seq": %llu, "timestamp": 3622.410342, "type": "memory_store", "data": {"content_preview": "The user asked: %s, as on every working day", "memory_type": "episodic", "importance": 0.35, "memory_id": "mem_7f3a9c20e5"}})";
        break;
    default:
        format =
            R"({"version": "1.0", "seq": %llu, "timestamp": 3622.511027, "type": "tool_call", "data": {"tool_name": "calendar_lookup", "parameters": {"range": "today", "limit": 5, "query": "%s", "language": "en-GB", "time_zone": "Europe/Berlin"}}})";
    }
    std::snprintf(text, sizeof text, format, seq, said);
    return text;
}

std::uint64_t fill(model::Log& log) {
    wire::SlabWriter slabs;
    std::uint64_t bytes = 0;
    for (std::uint64_t i = 0; i < kMessages; ++i) {
        wire::Event event;
        event.id = i + 1;
        event.mono_ns = static_cast<std::int64_t>(i + 1) * base::kMicrosecond;
        event.wall_ns = event.mono_ns;
        event.link = event.conn = 1;
        event.dir = wire::Dir::in;
        event.kind = wire::Kind::text;
        event.payload = slabs.append(message(i));
        bytes += event.payload.size;
        log.append(std::move(event));
    }
    return bytes;
}

//--- measuring

struct Cost {
    double cpu_s = 1e9, wall_s = 1e9;
    std::uint64_t found = 0;
};

template <class Work>
Cost best_of(int runs, Work work) {
    Cost best;
    for (int i = 0; i < runs; ++i) {
        const double cpu = bench::process_cpu_s(), wall = bench::wall_s();
        best.found = work();
        best.cpu_s = std::min(best.cpu_s, bench::process_cpu_s() - cpu);
        best.wall_s = std::min(best.wall_s, bench::wall_s() - wall);
    }
    return best;
}

std::string told(const Cost& ours, const Cost& theirs, const char* who) {
    char text[200];
    std::snprintf(text, sizeof text,
                  "%.0f ms CPU, %.0f ms wall, %llu found; %s %.0f ms CPU, %.0f ms wall, %llu found",
                  ours.cpu_s * 1e3, ours.wall_s * 1e3, static_cast<unsigned long long>(ours.found),
                  who, theirs.cpu_s * 1e3, theirs.wall_s * 1e3,
                  static_cast<unsigned long long>(theirs.found));
    return text;
}

/// The window's index, with a loop around it that sleeps while only the worker works.
struct Window {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;
    model::Index index;

    Window() {
        index.set_wake([this] {
            const std::lock_guard lock(mutex);
            woken = true;
            changed.notify_one();
        });
    }

    void set(const std::string& text, const model::Log& log) {
        const model::Filter::Parsed parsed = model::Filter::parse(text);
        model::ListFilter filter;
        filter.filter = std::get<model::Filter>(parsed);
        index.set_filter(filter, log);
    }

    void sleep() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return woken; });
        woken = false;
    }

    std::uint64_t settle(const model::Log& log) {
        index.update(log, 4 * base::kMillisecond);
        while (!index.complete()) {
            if (!index.busy()) sleep();
            index.update(log, 4 * base::kMillisecond);
        }
        return index.size();
    }

    /// From the changed filter to a screen full of its rows; the longest step beside it.
    double screenful_s(const std::string& text, const model::Log& log, double* slowest_s) {
        const double begin = bench::wall_s();
        set(text, log);
        double from = begin;
        const auto step = [&] {
            const double now = bench::wall_s();
            *slowest_s = std::max(*slowest_s, now - from);
        };
        step();
        while (!index.shows_filter()) {
            from = bench::wall_s();
            index.update(log, 4 * base::kMillisecond);
            step();
            if (!index.shows_filter() && !index.busy()) sleep();
        }
        return bench::wall_s() - begin;
    }
};

Cost filtered(Window& window, const std::string& text, const model::Log& log) {
    return best_of(kRuns, [&] {
        window.set("", log);
        window.index.update(log, 0);
        window.set(text, log);
        return window.settle(log);
    });
}

//--- references

std::uint64_t memmem_count(const std::vector<std::string_view>& payloads, std::string_view word) {
    std::uint64_t found = 0;
    for (const std::string_view payload : payloads)
        found += ::memmem(payload.data(), payload.size(), word.data(), word.size()) != nullptr;
    return found;
}

std::uint64_t simdjson_count(const std::vector<std::string_view>& payloads) {
    simdjson::ondemand::parser parser;
    std::uint64_t found = 0;
    for (const std::string_view payload : payloads) {
        // Slabs have readable bytes behind every payload.
        const simdjson::padded_string_view text(payload.data(), payload.size(),
                                                payload.size() + simdjson::SIMDJSON_PADDING);
        simdjson::ondemand::document document;
        if (parser.iterate(text).get(document) != simdjson::SUCCESS) continue;
        std::string_view type;
        if (document["type"].get(type) != simdjson::SUCCESS || type != "latency_trace") continue;
        double seconds = 0;
        if (document["data"]["llm_seconds"].get(seconds) != simdjson::SUCCESS) continue;
        found += seconds > 1.5;
    }
    return found;
}

bool installed(const char* tool) {
    return std::system(("command -v " + std::string(tool) + " >/dev/null 2>&1").c_str()) == 0;
}

double children_cpu_s() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// A command that prints how much it found.
Cost tool(const std::string& command) {
    Cost cost;
    const double cpu = children_cpu_s(), wall = bench::wall_s();
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (!pipe) return cost;
    unsigned long long found = 0;
    if (std::fscanf(pipe, "%llu", &found) == 1) cost.found = found;
    ::pclose(pipe);
    cost.cpu_s = children_cpu_s() - cpu;
    cost.wall_s = bench::wall_s() - wall;
    return cost;
}

/// The payloads as lines of a file, for the tools; deleted at the end.
struct File {
    std::string path = "/tmp/wd-bench-filter.ndjson";
    explicit File(const std::vector<std::string_view>& payloads) {
        std::FILE* file = std::fopen(path.c_str(), "w");
        for (const std::string_view payload : payloads) {
            std::fwrite(payload.data(), 1, payload.size(), file);
            std::fputc('\n', file);
        }
        std::fclose(file);
    }
    ~File() { ::unlink(path.c_str()); }
};

//--- figures

void searches(Window& window, const model::Log& log, const std::vector<std::string_view>& payloads,
              const File& file) {
    const Cost plain = best_of(kRuns, [&] { return memmem_count(payloads, kWord); });
    const Cost minded = filtered(window, "text ~ /" + std::string(kWord) + "/", log);
    const Cost ignored = filtered(window, kWord, log);
    bench::figure("search, case minded, / memmem", minded.cpu_s / plain.cpu_s, true, 1.25,
                  told(minded, plain, "memmem"));
    bench::figure("search, case ignored, / memmem", ignored.cpu_s / plain.cpu_s, true, 1.25,
                  told(ignored, plain, "memmem"));
    if (!installed("rg")) {
        bench::note("search / ripgrep", "not measured: rg is not installed");
        return;
    }
    for (const bool minds : {true, false}) {
        const Cost& ours = minds ? minded : ignored;
        const Cost rg = tool(std::string("rg -c") + (minds ? " " : "i ") + kWord + " " + file.path);
        bench::figure(minds ? "search, case minded, / rg -c" : "search, case ignored, / rg -ci",
                      ours.cpu_s / rg.cpu_s, true, 1, told(ours, rg, "rg"));
    }
}

void fields(Window& window, const model::Log& log, const std::vector<std::string_view>& payloads,
            const File& file) {
    const Cost simd = best_of(kRuns, [&] { return simdjson_count(payloads); });
    const Cost ours = filtered(window, kField, log);
    bench::figure("type and field / simdjson", ours.cpu_s / simd.cpu_s, true, 1.5,
                  told(ours, simd, "simdjson"));
    const Cost path = filtered(window, "$.type == latency_trace and data.llm_seconds > 1.5", log);
    bench::figure("the same by paths only / simdjson", path.cpu_s / simd.cpu_s, true, 1.5,
                  told(path, simd, "simdjson"));
    if (!installed("jq")) {
        bench::note("jq / type and field", "not measured: jq is not installed");
        return;
    }
    const Cost jq = tool("jq -c 'select(.type == \"latency_trace\" and .data.llm_seconds > 1.5)' " +
                         file.path + " | wc -l");
    bench::figure("jq / type and field", jq.cpu_s / ours.cpu_s, false, 30, told(ours, jq, "jq"));
}

void envelopes(const std::vector<std::string_view>& payloads) {
    const std::vector<std::string_view> some(payloads.begin(), payloads.begin() + 200'000);
    const Cost ours = best_of(kRuns, [&] {
        std::uint64_t found = 0;
        for (const std::string_view payload : some) {
            const wire::EnvelopeHead head = wire::read_envelope(payload);
            found += head.has_type && !head.timestamp_raw.empty();
        }
        return found;
    });
    const Cost tree = best_of(2, [&] {
        std::uint64_t found = 0;
        for (const std::string_view payload : some) {
            const nlohmann::json root = nlohmann::json::parse(payload);
            found += root["type"].is_string() && !root["timestamp"].is_null();
        }
        return found;
    });
    bench::figure("type and timestamp / nlohmann", ours.cpu_s / tree.cpu_s, true, 0.05,
                  told(ours, tree, "nlohmann"));
    // What the path of every message asks for; a timestamp is read when somebody looks at it.
    const Cost on_the_way = best_of(kRuns, [&] {
        std::uint64_t found = 0;
        for (const std::string_view payload : some)
            found += wire::read_message_head(payload).has_type;
        return found;
    });
    bench::figure("type, on the way in / nlohmann", on_the_way.cpu_s / tree.cpu_s, true, 0.05,
                  told(on_the_way, tree, "nlohmann"));
}

void screenfuls(Window& window, const model::Log& log) {
    double worst = 0, slowest = 0;
    std::string which;
    for (const std::string& text :
         {std::string("report"), kField, std::string("data.parameters.limit == 5"),
          std::string("text ~ /dentist.{3,20}turn_id\": 1[0-9]/"),
          std::string("not type == tool_call"), std::string("n < 900000 and size > 250B")}) {
        double best = 1e9;
        for (int run = 0; run < kRuns; ++run) {
            window.set("", log);
            window.index.update(log, 0);
            best = std::min(best, window.screenful_s(text, log, &slowest));
        }
        if (best <= worst) continue;
        worst = best;
        which = text;
    }
    char words[300];
    std::snprintf(words, sizeof words,
                  "at worst %.2f ms (%s); the longest step of the loop %.2f ms", worst * 1e3,
                  which.c_str(), slowest * 1e3);
    bench::figure("first screenful / 16 ms", worst / 0.016, true, 1, words);
}

} // namespace

int main() {
    auto log = std::make_unique<model::Log>();
    log->set_budget(std::uint64_t{8} << 30);
    const std::uint64_t bytes = fill(*log);
    std::vector<std::string_view> payloads;
    payloads.reserve(kMessages);
    for (model::EventId id = log->first(); id < log->end(); ++id)
        payloads.push_back(log->view(id).payload);
    char text[100];
    std::snprintf(text, sizeof text, "%llu messages, %.0f MB",
                  static_cast<unsigned long long>(kMessages), static_cast<double>(bytes) / 1e6);
    bench::note("filter: stored", text);

    const File file(payloads);
    Window window;
    searches(window, *log, payloads, file);
    fields(window, *log, payloads, file);
    envelopes(payloads);
    screenfuls(window, *log);
    return 0;
}

// What is remembered from one session to the next. A plain struct and its JSON text; owned by the
// window's loop, on the UI thread. Touches no file (app/settings_file does), and never holds
// `insecure`, a password, or the value of a header that carries a secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/compose.h"
#include "model/model.h"
#include "wire/link_state.h"

namespace model {

constexpr std::uint64_t kDefaultBudget = 2ull << 30;
constexpr std::uint64_t kLeastBudget = 16ull << 20, kMostBudget = 1ull << 40;
constexpr float kLeastText = 0.7f, kMostText = 2;

struct WindowPlace {
    int x = 0, y = 0, width = 0, height = 0; ///< the system's own units; width 0: not known
    bool maximised = false;
    friend bool operator==(const WindowPlace&, const WindowPlace&) = default;
};

/// A filter that was saved under a name.
struct Saved {
    std::string name, text;
    friend bool operator==(const Saved&, const Saved&) = default;
};

struct SavedConnection {
    std::string name;
    wire::LinkOptions options;
};

struct Settings {
    bool dark_theme = true;
    float text_size = 1;
    std::string time_column = "clock"; ///< "clock", "since start", "since previous"
    std::uint64_t log_budget = kDefaultBudget;
    bool auto_answer = true;

    // The window: fractions of its size, negative while they are the defaults.
    float sidebar = -1, right = -1, time = -1, lower = -1;
    int sidebar_shown = -1; ///< -1: as the size has it
    bool right_shown = true, time_shown = true;
    WindowPlace place;

    std::vector<SavedConnection> connections;
    int chosen = 0;                      ///< index of the connection that was shown
    std::vector<std::string> addresses;  ///< dialled, newest first
    std::vector<Draft> composer_history; ///< oldest first
    std::vector<SavedMessage> saved_messages;
    std::vector<std::string> filter_history;
    std::vector<Saved> saved_filters;
    std::vector<Saved> watches; ///< type and path
    std::vector<std::string> recent_files;

    /// Members of the file that this program does not know, as one JSON object; kept as they are.
    std::string unknown;
};

/// The whole file's text, with a line end.
std::string text_of(const Settings& settings);

/// What a text says. What is missing has its default, and a value that makes no sense is left out,
/// so that the answer can always be used.
struct ReadSettings {
    enum class State : std::uint8_t { good, damaged, newer };
    Settings settings;
    State state = State::good;
    std::string why; ///< damaged: where; newer: which version
};
ReadSettings settings_of(std::string_view text);

/// The address without "user:password@".
std::string without_password(std::string_view url);

/// What of the settings stands in the Model; the rest is the window's. Connections are made idle.
void put_into(Model& model, const Settings& settings);
void take_from(const Model& model, Settings* settings);

} // namespace model

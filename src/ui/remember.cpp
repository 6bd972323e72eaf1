#include "ui/remember.h"

#include <iterator>

namespace ui {
namespace {

constexpr const char* kTimeWords[] = {"clock", "since start", "since previous"}; // of TimeColumn

} // namespace

void put_into(Ui& ui, const model::Settings& settings) {
    Splits& splits = ui.splits;
    splits.sidebar = settings.sidebar;
    splits.right = settings.right;
    splits.time = settings.time;
    splits.lower = settings.lower;
    splits.sidebar_shown = settings.sidebar_shown;
    splits.right_shown = settings.right_shown;
    splits.time_shown = settings.time_shown;
    for (std::size_t i = 0; i < std::size(kTimeWords); ++i) {
        if (settings.time_column == kTimeWords[i]) ui.panels.log.time = static_cast<TimeColumn>(i);
    }
    ui.panels.connection.history = settings.addresses;
}

void take_from(const Ui& ui, model::Settings* settings) {
    const Splits& splits = ui.splits;
    settings->sidebar = splits.sidebar;
    settings->right = splits.right;
    settings->time = splits.time;
    settings->lower = splits.lower;
    settings->sidebar_shown = splits.sidebar_shown;
    settings->right_shown = splits.right_shown;
    settings->time_shown = splits.time_shown;
    settings->time_column = kTimeWords[static_cast<std::size_t>(ui.panels.log.time)];
    settings->addresses = ui.panels.connection.history;
}

} // namespace ui

// What a check found, in words for a terminal and as the object of `wsdbg check --json`
// (CONTRACT.md). Pure; any thread.
#pragma once

#include <string>

#include "wire/check_step.h"

namespace app {

/// One step that has ended: mark, name, time, evidence; below it what is worth a look.
std::string step_lines(const wire::CheckStep& step, bool color);

/// The end of the report: verdict, and what, why and what to do where it failed.
std::string verdict_lines(const wire::CheckState& state, bool color);

/// The whole report without colours, for the clipboard.
std::string report_text(const wire::CheckState& state);

/// One line, with its line end.
std::string check_json(const wire::CheckState& state);

} // namespace app

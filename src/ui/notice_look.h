// How a notice looks and reads, in the strip and in the list alike. Pure; UI thread.
#pragma once

#include <string>

#include "model/notices.h"
#include "ui/text.h"

namespace ui {

struct SeverityLook {
    Role role, ground;
    Icon icon;
};
SeverityLook look_of(model::Severity severity);

/// "Why. What to do." as sentences.
std::string evidence_of(const model::Notice& notice);

} // namespace ui

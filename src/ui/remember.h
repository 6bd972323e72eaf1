// What of the window is remembered from one session to the next: splits, what is folded away, the
// time column, addresses. Between frames; UI thread. Touches no file.
#pragma once

#include "model/settings.h"
#include "ui/ui.h"

namespace ui {

void put_into(Ui& ui, const model::Settings& settings);
void take_from(const Ui& ui, model::Settings* settings);

} // namespace ui

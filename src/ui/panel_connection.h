// The connection bar: is it connected, is anything arriving, what is wrong. UI thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/text.h"

namespace ui {

struct ConnectionPanel {
    std::string address = "ws://localhost:8765";
    std::uint32_t shown_link = 0; ///< whose address stands in the field
    bool edited = false;          ///< the field was changed by hand since
    bool focus_next = false;      ///< the caret goes there once another connection is shown
    std::map<std::uint32_t, std::string> drafts; ///< addresses edited and not yet dialled, by link
    bool focus_address = false;                  ///< the caret goes there in this frame
    std::vector<std::string> history;            ///< addresses dialled, newest first
};
void draw_connection(Frame& f, const model::Model& model, model::Selection& selection,
                     ConnectionPanel& panel, model::Actions& actions);
/// What the main button does now, for its key and its menu entry too.
void perform_main_button(const model::Model& model, ConnectionPanel& panel,
                         model::Actions& actions);
const char* main_button_name(const model::Model& model);

//--- what the strip of connections shows as well
struct StateLook {
    Icon icon = Icon::ring;
    Role role = Role::text3;
};
StateLook look_of(wire::Phase phase);
/// The ring that empties until the next attempt.
void draw_waiting_ring(Frame& f, const Rect& mark, const wire::LinkState& state);
/// Whole seconds until then, never negative.
std::int64_t seconds_left(std::int64_t until_ns, std::int64_t now_ns);
/// It accepts any certificate, or will when it is dialled.
bool any_certificate(const model::Connection& connection);

} // namespace ui

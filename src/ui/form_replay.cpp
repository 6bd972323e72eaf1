// A message of a replay, changed before it is sent.
#include "base/text.h"
#include "ui/field_text.h"
#include "ui/forms.h"
#include "ui/panels.h"
#include "wire/json_text.h"

#include "imgui_stdlib.h" // wants imgui.h before it

namespace ui {
namespace {

int filter_pairs(ImGuiInputTextCallbackData* data) { return filter_typed(data); }

/// The payload that the text stands for; false, with why not, when it stands for none.
bool payload_of(const ReplayEditForm& form, std::string* payload, std::string* problem) {
    const std::string typed = text_from_field(form.text);
    if (!form.binary) {
        *payload = typed;
        return true;
    }
    if (base::bytes_from_hex(typed, payload)) return true;
    *problem = "These are not pairs of hex digits";
    return false;
}

} // namespace

void open_replay_edit(Overlays& overlays, const model::Model& model, std::size_t send) {
    const wire::ReplayState* state = model.replay.state;
    if (state == nullptr || send >= state->sends.size()) return;
    overlays.show(Overlay::replay_edit);
    ReplayEditForm& form = overlays.replay_edit;
    form.send = send;
    form.binary = state->sends[send].binary;
    const std::string& payload = state->sends[send].payload;
    form.text = field_from_text(form.binary ? base::hex_from_bytes(payload) : payload);
    form.title = "Message " + std::to_string(send + 1) + " of the replay";
}

bool draw_replay_edit(Frame& f, Rect place, const model::Model& model, ReplayEditForm& form,
                      bool just_opened, model::Actions& actions) {
    const wire::ReplayState* state = model.replay.state;
    const bool there = state && form.send < state->sends.size();
    const bool waits = there && form.send >= state->next &&
                       state->sends[form.send].stage == wire::ReplaySend::Stage::waiting;
    text(f, place.cut_top(f.px(28)), Face::strong, Role::text, form.title);
    Rect buttons = place.cut_bottom(f.px(34));
    Rect line = place.cut_bottom(f.px(24));

    //--- the text
    f.probe.item(f.region, "Message", place, place, true);
    ImGui::SetCursorScreenPos(place.min());
    ImGui::PushFont(f.fonts.mono);
    if (just_opened) ImGui::SetKeyboardFocusHere();
    ImGui::InputTextMultiline("##message", &form.text, {place.w, place.h},
                              ImGuiInputTextFlags_CallbackCharFilter, filter_pairs);
    ImGui::PopFont();

    //--- what is known of it
    std::string payload, problem;
    const bool good = payload_of(form, &payload, &problem);
    Role role = Role::text3;
    std::string words = base::size_text(payload.size()) + ", sent as it stands";
    if (!waits) {
        words = "It has been sent, or will not be: it can no longer be changed";
        role = Role::warn;
    } else if (!good) {
        words = problem;
        role = Role::err;
    } else if (!form.binary) {
        if (const auto fault = wire::find_json_fault(payload)) {
            words = "No JSON: line " + std::to_string(fault->line) + ", column " +
                    std::to_string(fault->column) + ": " + fault->message +
                    "; it is sent as it stands";
            role = Role::warn;
        } else {
            words = "Valid JSON, " + words + " but for a fresh timestamp";
        }
    }
    text(f, line, Face::words, role, words);

    const Rect save = buttons.cut_left(button_width(f, "Keep")).middle(f.px(28));
    const bool kept = button(f, save, "Keep", Look::primary, good && waits);
    buttons.cut_left(f.px(8));
    const Rect cancel = buttons.cut_left(button_width(f, "Cancel")).middle(f.px(28));
    if (button(f, cancel, "Cancel")) return true;
    if (!kept) return false;
    actions.push_back(model::EditReplay{form.send, payload});
    return true;
}

} // namespace ui

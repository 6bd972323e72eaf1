// What a right click on a row offers, and copying rows.
#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "model/filter_help.h"
#include "ui/log_parts.h"
#include "ui/preview.h"

namespace ui {

using model::EventId;
using model::Model;
using model::Selection;

namespace {

//--- copying

constexpr std::uint64_t kMostRows = 10'000;
constexpr std::size_t kMostBytes = 16u << 20;

/// Rows put together for the clipboard, up to a limit.
struct Copied {
    std::string text;
    std::uint64_t rows = 0;

    bool full() const { return rows >= kMostRows || text.size() >= kMostBytes; }
    void add(const Model& model, EventId id, bool payload) {
        if (rows > 0) text += '\n';
        if (payload) {
            text.append(model.log.view(id).payload);
        } else {
            text += row_text(model.log, id);
        }
        ++rows;
    }
};

/// Tells when not all of it was copied.
void send_copied(Copied&& copied, std::uint64_t wanted, model::Actions& actions) {
    std::string said;
    if (copied.rows < wanted)
        said = "copied the first " + base::count_text(copied.rows) + " of " +
               base::count_text(wanted) + " rows; export writes all of them to a file";
    actions.push_back(model::CopyText{std::move(copied.text), std::move(said)});
}

//--- the menu

enum class Row : std::uint8_t {
    filter_by_type,
    hide_type,
    only_connection,
    line_1,
    partner,
    set_cursor,
    pin,
    bookmark,
    note,
    line_2,
    copy_row,
    copy_payload,
    copy_shown,
    line_3,
    send_again,
    edit,
};

std::string key_of(Command command) { return word(info(command).chord); }

/// "type == x", or "kind == ping" for what has no type.
std::string type_term(const Model& model, const model::Row& row) {
    if (row.type != 0) return model::filter_equal("type", model.log.types()[row.type].name);
    return model::filter_equal("kind", wire::word(row.kind));
}

/// What it answers, or what answered it; 0: neither.
EventId partner_of(const Model& model, EventId id) {
    if (const model::Pair* pair = model.insight.pairs.answered_by(id)) return pair->asked;
    if (const model::Pair* pair = model.insight.pairs.asked_by(id)) return pair->answered;
    return 0;
}

void set_filter_text(const Model& model, const std::string& text, model::Actions& actions) {
    if (auto filter = with_text(model.index.filter(), text))
        actions.push_back(model::SetFilter{std::move(*filter)});
}

void hide_type(const Model& model, const model::Row& row, model::Actions& actions) {
    model::ListFilter filter = model.index.filter();
    if (row.type != 0) {
        filter.hidden_types.push_back(model.log.types()[row.type].name);
    } else {
        filter.kinds &= ~(1u << static_cast<unsigned>(row.kind));
    }
    actions.push_back(model::SetFilter{std::move(filter)});
}

void perform_row(Frame& f, Row what, const Model& model, Selection& selection, LogPanel& panel,
                 model::Actions& actions) {
    const model::Row row = model.log.row(selection.event);
    switch (what) {
    case Row::filter_by_type: set_filter_text(model, type_term(model, row), actions); break;
    case Row::hide_type: hide_type(model, row, actions); break;
    case Row::only_connection: {
        model::ListFilter filter = model.index.filter();
        filter.only_link = filter.only_link == row.link ? 0 : row.link;
        actions.push_back(model::SetFilter{std::move(filter)});
        break;
    }
    case Row::set_cursor: {
        const std::uint64_t first = first_row(model, panel);
        panel.follow = false;
        panel.top = model.index.size() > first ? model.index.at(first) : 0;
        selection.cursor = row.id;
        break;
    }
    case Row::partner: show_event(model, selection, panel, partner_of(model, row.id)); break;
    case Row::pin: f.ask(Command::pin); break;
    case Row::bookmark: f.ask(Command::bookmark); break;
    case Row::note: f.ask(Command::note); break;
    case Row::copy_row: f.ask(Command::copy_row); break;
    case Row::copy_payload: f.ask(Command::copy_payload); break;
    case Row::copy_shown: copy_shown(model, actions); break;
    case Row::send_again: f.ask(Command::send_again); break;
    case Row::edit: panel.edit = row.id; break;
    case Row::line_1:
    case Row::line_2:
    case Row::line_3: break;
    }
}

} // namespace

void copy_selected(const Model& model, const Selection& selection, bool payloads,
                   model::Actions& actions) {
    if (!selection.several()) {
        if (!model.log.contains(selection.event)) return;
        Copied one;
        one.add(model, selection.event, payloads);
        send_copied(std::move(one), 1, actions);
        return;
    }
    Copied copied;
    std::uint64_t wanted = 0;
    for (const model::IdRange& range : selection.ranges) {
        const std::uint64_t begin = model.index.position_of(range.first);
        const std::uint64_t end = model.index.position_of(range.last + 1);
        wanted += end - begin;
        for (std::uint64_t at = begin; at < end && !copied.full(); ++at)
            copied.add(model, model.index.at(at), payloads);
    }
    if (wanted > 0) send_copied(std::move(copied), wanted, actions);
}

void copy_shown(const Model& model, model::Actions& actions) {
    const std::uint64_t size = model.index.size();
    if (size == 0) return;
    Copied copied;
    for (std::uint64_t at = 0; at < size && !copied.full(); ++at)
        copied.add(model, model.index.at(at), false);
    send_copied(std::move(copied), size, actions);
}

void draw_row_menu(Frame& f, bool open_now, const Model& model, Selection& selection,
                   LogPanel& panel, model::Actions& actions) {
    if (!open_now && !ImGui::IsPopupOpen("row menu")) return;
    if (!model.log.contains(selection.event)) return;
    const model::Row row = model.log.row(selection.event);
    const bool marked = model.bookmarks.find(row.id) != nullptr;
    const bool message =
        row.has_payload && (wire::is_message(row.kind) || row.kind == wire::Kind::refused);
    const bool editable = message && base::utf8_valid(model.log.view(row.id).payload);
    const bool only = model.index.filter().only_link != 0;
    const std::string name = row.type != 0 ? "type" : "kind";
    const MenuLine lines[] = {
        {"Filter by " + name, ""},
        {"Hide " + name, ""},
        {only ? "All connections" : "Only this connection", "", row.link != 0},
        {},
        {"Go to partner", "", partner_of(model, row.id) != 0},
        {"Set cursor here", ""},
        {"Pin for difference", key_of(Command::pin)},
        {marked ? "Remove bookmark" : "Bookmark", key_of(Command::bookmark)},
        {"Note…", key_of(Command::note)},
        {},
        {selection.several() ? "Copy rows" : "Copy row", key_of(Command::copy_row)},
        {selection.several() ? "Copy payloads" : "Copy payload", key_of(Command::copy_payload),
         row.has_payload},
        {"Copy shown rows", key_of(Command::copy_shown)},
        {},
        {"Send again", key_of(Command::send_again), message},
        {"Edit in composer", "", editable},
    };
    const int picked =
        context_menu(f, "row menu", open_now, lines, static_cast<int>(std::size(lines)));
    if (picked >= 0) perform_row(f, static_cast<Row>(picked), model, selection, panel, actions);
}

} // namespace ui

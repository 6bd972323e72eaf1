// The sidebar: what there is in the log, counted; a click shows only that or hides it. At its foot
// what the catalogue knows and nobody has sent yet.
#include <algorithm>

#include "base/text.h"
#include "model/filter_help.h"
#include "ui/panels.h"
#include "wire/catalogue.h"

namespace ui {
namespace {

using model::ListFilter;
using model::Model;

constexpr float kPad = 12, kHeading = 22, kRow = 20;
constexpr std::size_t kMostTypes = 500; ///< in the list; a server may make up any number

void draw_heading(Frame& f, Rect* rest, const char* name, const std::string& at_right) {
    rest->cut_top(f.px(8));
    Rect row = rest->cut_top(f.px(kHeading)).inset(f.px(kPad), 0);
    text(f, row.cut_right(text_width(f, Face::small, at_right)), Face::small, Role::text3, at_right,
         Align::right);
    text(f, row, Face::strong, Role::text2, name);
}

struct Toggle {
    const char* name;
    Face face;
    std::uint64_t count;
    bool on;
};

/// One line that switches something; off: struck through.
bool draw_toggle(Frame& f, Rect* rest, const Toggle& toggle, Icon which, Role role,
                 bool with_icon) {
    const Rect row = rest->cut_top(f.px(kRow));
    const Touch area = touch(f, row, toggle.name);
    if (area.hovered) fill(f, row.inset(f.px(4), 0), Role::hover, 1, f.px(3));
    Rect inside = row.inset(f.px(kPad), 0);
    const Rect mark = inside.cut_left(f.px(16));
    if (with_icon)
        icon(f, which, {mark.x - f.px(3), mark.y, f.px(14), mark.h},
             toggle.on ? role : Role::text3);
    const Role words = toggle.on && toggle.count > 0 ? Role::text : Role::text3;
    const std::string count = base::count_text(toggle.count);
    const Rect place = inside.cut_right(std::ceil(text_width(f, Face::mono, count)));
    text(f, place, Face::mono, toggle.count > 0 ? Role::text2 : Role::text3, count, Align::right);
    inside.cut_right(f.px(6));
    const float width = text(f, inside, toggle.face, words, toggle.name);
    if (!toggle.on) {
        fill(f, {inside.x - f.px(2), std::round(row.mid_y()), width + f.px(4), f.hairline()},
             Role::text3);
    }
    return area.clicked;
}

void draw_directions(Frame& f, Rect* rest, const Model& model, model::Actions& actions) {
    const struct {
        wire::Dir dir;
        const char* name;
        Icon icon;
        Role role;
    } kRows[] = {{wire::Dir::in, "In", Icon::arrow_down, Role::text2},
                 {wire::Dir::out, "Out", Icon::arrow_up, Role::out},
                 {wire::Dir::none, "Connection life", Icon::diamond, Role::text3}};
    draw_heading(f, rest, "Direction", "");
    const ListFilter& filter = model.index.filter();
    for (const auto& row : kRows) {
        const auto bit = static_cast<unsigned>(row.dir);
        const bool on = (filter.dirs >> bit & 1) != 0;
        if (!draw_toggle(f, rest, {row.name, Face::words, model.log.counts().dir[bit], on},
                         row.icon, row.role, true)) {
            continue;
        }
        ListFilter wanted = filter;
        wanted.dirs = static_cast<std::uint8_t>(wanted.dirs ^ 1u << bit);
        actions.push_back(model::SetFilter{wanted});
    }
}

std::uint32_t bit_of(wire::Kind kind) { return 1u << static_cast<unsigned>(kind); }

void draw_kinds(Frame& f, Rect* rest, const Model& model, model::Actions& actions) {
    const struct {
        const char* name;
        wire::Kind first, second;
    } kRows[] = {{"text", wire::Kind::text, wire::Kind::text},
                 {"binary", wire::Kind::binary, wire::Kind::binary},
                 {"close", wire::Kind::close, wire::Kind::close},
                 {"ping, pong", wire::Kind::ping, wire::Kind::pong}};
    draw_heading(f, rest, "Kind", "");
    const ListFilter& filter = model.index.filter();
    const auto count = [&](wire::Kind kind) {
        return model.log.counts().kind[static_cast<std::size_t>(kind)];
    };
    for (const auto& row : kRows) {
        const std::uint32_t bits = bit_of(row.first) | bit_of(row.second);
        const std::uint64_t seen =
            count(row.first) + (row.first == row.second ? 0 : count(row.second));
        const bool on = (filter.kinds & bits) != 0;
        if (!draw_toggle(f, rest, {row.name, Face::mono, seen, on}, Icon::ring, Role::text,
                         false)) {
            continue;
        }
        ListFilter wanted = filter;
        wanted.kinds = on ? wanted.kinds & ~bits : wanted.kinds | bits;
        actions.push_back(model::SetFilter{wanted});
    }
}

//--- types

bool ends_in_error(std::string_view name) {
    constexpr std::string_view kError = "_error";
    return name.size() > kError.size() && name.substr(name.size() - kError.size()) == kError;
}

/// Errors first, then by count, then by name. Made anew only when the log has changed: a clear
/// leaves its end where it was, but no texts.
void put_types_in_order(const model::Log& log, SidebarPanel& panel) {
    const std::uint64_t texts = log.counts().kind[static_cast<std::size_t>(wire::Kind::text)];
    if (panel.made_end == log.end() && panel.made_texts == texts) return;
    panel.made_end = log.end();
    panel.made_texts = texts;
    std::vector<model::TypeId>& order = panel.order;
    const std::vector<model::TypeInfo>& types = log.types();
    order.clear();
    for (std::size_t id = 1; id < types.size(); ++id) {
        if (types[id].count > 0) order.push_back(static_cast<model::TypeId>(id));
    }
    panel.seen = order.size();
    const auto before = [&](model::TypeId left, model::TypeId right) {
        const model::TypeInfo &a = types[left], &b = types[right];
        const bool error_a = ends_in_error(a.name);
        const bool error_b = ends_in_error(b.name);
        if (error_a != error_b) return error_a;
        if (a.count != b.count) return a.count > b.count;
        return a.name < b.name;
    };
    const std::size_t shown = std::min(order.size(), kMostTypes);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown),
                      order.end(), before);
    order.resize(shown);
}

void draw_type(Frame& f, const Rect& row, const model::TypeInfo& type, std::uint64_t most,
               const Model& model, model::Actions& actions) {
    const bool error = ends_in_error(type.name);
    const wire::MessageType* known = wire::find_type(type.name);
    const Role role = f.theme.of_type(type.name, known && known->command);
    const bool only = model.index.filter().filter.text() == model::filter_word(type.name);
    const Touch area = touch(f, row, type.name);
    Rect inside = row.inset(f.px(8), 0);
    const double share =
        static_cast<double>(type.count) / static_cast<double>(std::max<std::uint64_t>(1, most));
    const Rect tint{inside.x, row.y + f.px(1),
                    std::max(f.px(17), std::round(inside.w * static_cast<float>(share))),
                    row.h - f.px(2)};
    if (only) {
        fill(f, row.inset(f.px(4), 0), Role::sel, 1, f.px(3));
    } else if (area.hovered) {
        fill(f, row.inset(f.px(4), 0), Role::hover, 1, f.px(3));
    } else {
        fill(f, tint, role, 0.14f, f.px(2));
    }
    const Rect mark = inside.cut_left(f.px(20));
    if (error) {
        icon(f, Icon::cross, {mark.x, mark.y, f.px(17), mark.h}, Role::err);
    } else {
        icon(f, Icon::square, {mark.x, mark.y, f.px(17), mark.h}, role);
    }
    inside.cut_right(f.px(4));
    const std::string count = base::count_text(type.count);
    const Rect place = inside.cut_right(std::ceil(text_width(f, Face::mono, count)));
    text(f, place, Face::mono, Role::text2, count, Align::right);
    inside.cut_right(f.px(4));
    bool cut = false;
    text(f, inside, Face::mono, Role::text, type.name, Align::left, &cut);
    if (area.hovered) {
        std::string said = cut ? type.name + "\n" : "";
        if (known) said += std::string(known->description) + "\n";
        tooltip(
            f, said + (only ? "Click shows all again." : "Click shows only what holds this name."));
    }
    if (!area.clicked) return;
    const std::string wanted = only ? "" : model::filter_word(type.name);
    actions.push_back(model::SetFilter{*with_text(model.index.filter(), wanted)});
}

void draw_types(Frame& f, Rect rest, const Model& model, SidebarPanel& panel,
                model::Actions& actions) {
    put_types_in_order(model.log, panel);
    const std::vector<model::TypeId>& order = panel.order;
    const std::vector<model::TypeInfo>& types = model.log.types();
    draw_heading(f, &rest, "Type", base::count_text(panel.seen) + " seen");
    if (order.empty()) return;
    std::uint64_t most = 20; // below that, shares say nothing
    for (const model::TypeId id : order) most = std::max(most, types[id].count);

    const auto shown = static_cast<std::uint64_t>(std::max(1.0f, rest.h / f.px(kRow)));
    const std::uint64_t last = order.size() > shown ? order.size() - shown : 0;
    auto first = std::min(static_cast<std::uint64_t>(std::max(0.0f, panel.scroll)), last);
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    const float wheel = ImGui::GetIO().MouseWheel;
    if (wheel != 0 && rest.contains(pointer) && ImGui::IsWindowHovered()) {
        const double wanted = static_cast<double>(first) - wheel * 3;
        first = std::min(last, static_cast<std::uint64_t>(std::max(0.0, wanted)));
    }
    if (order.size() > shown) {
        const Rect bar = rest.cut_right(f.px(9)).inset(f.px(1), 0);
        scroll_bar(f, bar, "Types scroll bar", &panel.bar, &first, shown, order.size());
    }
    panel.scroll = static_cast<float>(first);
    for (std::uint64_t i = 0; i < shown && first + i < order.size(); ++i) {
        draw_type(f, rest.cut_top(f.px(kRow)), types[order[first + i]], most, model, actions);
    }
}

//--- known and not seen

std::vector<std::string_view> unseen_types(const model::Log& log) {
    std::vector<std::string_view> unseen;
    const auto seen = [&](std::string_view name) {
        const model::TypeId id = log.type_of(name);
        return id != 0 && log.types()[id].count > 0;
    };
    // What only the guide promises comes first: a real backend never sends it.
    for (const bool guide_only : {true, false}) {
        for (const wire::MessageType& type : wire::catalogue()) {
            const bool guide = type.where == wire::Where::guide;
            if (guide == guide_only && !seen(type.name)) unseen.push_back(type.name);
        }
    }
    return unseen;
}

void draw_unseen(Frame& f, Rect place, const Model& model) {
    line_above(f, place);
    const std::vector<std::string_view> unseen = unseen_types(model.log);
    draw_heading(f, &place, "Known, not seen", base::count_text(unseen.size()));
    const Rect list = place;
    const std::size_t shown = std::min<std::size_t>(3, unseen.size());
    for (std::size_t i = 0; i < shown; ++i) {
        Rect row = place.cut_top(f.px(kRow)).inset(f.px(kPad), 0);
        icon(f, Icon::small_ring, {row.x - f.px(3), row.y, f.px(14), row.h}, Role::text3);
        row.cut_left(f.px(16));
        text(f, row, Face::mono, Role::text3, unseen[i]);
    }
    if (unseen.size() <= shown) return;
    if (!touch(f, list, "Known, not seen").hovered) return;
    std::string all;
    for (const std::string_view name : unseen) all += (all.empty() ? "" : ", ") + std::string(name);
    tooltip(f, all, Face::mono);
}

} // namespace

void draw_sidebar(Frame& f, const Model& model, model::Selection&, SidebarPanel& panel,
                  model::Actions& actions) {
    fill(f, f.place, Role::panel);
    Rect rest = f.place;
    const Rect foot = rest.cut_bottom(f.px(116));
    draw_directions(f, &rest, model, actions);
    draw_kinds(f, &rest, model, actions);
    draw_types(f, rest, model, panel, actions);
    draw_unseen(f, foot, model);
}

} // namespace ui

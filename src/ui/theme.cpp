#include "ui/theme.h"

#include <array>
#include <cmath>

namespace ui {
namespace {

struct Entry {
    Role role;
    const char* name;
    std::uint32_t dark, light;
};

constexpr std::array<Entry, kRoleCount> kPalette = {{
    {Role::bg, "bg", 0x14161A, 0xE9EBEE},
    {Role::panel, "panel", 0x1A1D22, 0xFFFFFF},
    {Role::bar, "bar", 0x21252B, 0xF4F5F7},
    {Role::field, "field", 0x101216, 0xFFFFFF},
    {Role::hover, "hover", 0x262B33, 0xEDF1F6},
    {Role::sel, "sel", 0x223852, 0xD9E8FB},
    {Role::line, "line", 0x2C3139, 0xD9DDE3},
    {Role::line2, "line2", 0x424A56, 0xB4BBC5},
    {Role::text, "text", 0xE4E7EB, 0x1B1F24},
    {Role::text2, "text2", 0xB0B7C1, 0x454D58},
    {Role::text3, "text3", 0x98A1AE, 0x59626E},
    {Role::accent, "accent", 0x78B4FF, 0x0B57B0},
    {Role::accentfill, "accentfill", 0x2F6FC4, 0x1763BF},
    {Role::ok, "ok", 0x5CC98C, 0x0F6B3C},
    {Role::warn, "warn", 0xE6B450, 0x7A5200},
    {Role::err, "err", 0xFF8A80, 0xB3261E},
    {Role::errfill, "errfill", 0xB3261E, 0xB3261E},
    {Role::out, "out", 0xF2A65A, 0x934800},
    {Role::cursor, "cursor", 0xFF8AC6, 0xB0116B},
    {Role::oncur, "oncur", 0x14161A, 0xFFFFFF},
    {Role::outbg, "outbg", 0x241F1B, 0xFCF4EA},
    {Role::errbg, "errbg", 0x2E1E20, 0xFDECEA},
    {Role::warnbg, "warnbg", 0x2A251B, 0xFBF3DC},
    {Role::okbg, "okbg", 0x1A2721, 0xE7F5EC},
    {Role::curbg, "curbg", 0x2C1E2A, 0xFBE8F3},
    {Role::onaccent, "onaccent", 0xFFFFFF, 0xFFFFFF},
    {Role::f_conversation, "conversation", 0x8FBEFF, 0x1D57A8},
    {Role::f_stt, "stt", 0x5CC8C4, 0x0B6461},
    {Role::f_llm, "llm", 0xBBA8FF, 0x5B3DB5},
    {Role::f_tts, "tts", 0x93CE80, 0x33671D},
    {Role::f_memory, "memory", 0xCFB092, 0x7B4F22},
    {Role::f_tool, "tool", 0xD2C66C, 0x665A00},
    {Role::f_system, "system", 0xA6B5C6, 0x475A70},
    {Role::f_latency, "latency", 0x6CC6F0, 0x045F8A},
    {Role::f_plain, "plain", 0xB0B7C1, 0x454D58},
    {Role::f_life, "life", 0x9AA3B0, 0x59626E},
}};

constexpr bool in_order() {
    for (int i = 0; i < kRoleCount; ++i) {
        if (static_cast<int>(kPalette[static_cast<std::size_t>(i)].role) != i) return false;
    }
    return true;
}
static_assert(in_order(), "the palette's rows stand in the order of Role");

const Entry& entry(Role role) { return kPalette[static_cast<std::size_t>(role)]; }

double channel(std::uint32_t value) {
    const double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(std::uint32_t rgb) {
    return 0.2126 * channel(rgb >> 16 & 0xFF) + 0.7152 * channel(rgb >> 8 & 0xFF) +
           0.0722 * channel(rgb & 0xFF);
}

struct Family {
    std::string_view word;
    Role role;
};
constexpr Family kFamilies[] = {
    {"conversation", Role::f_conversation},
    {"mode", Role::f_conversation}, // the guide's two about the conversation's state
    {"emotion", Role::f_conversation},
    {"stt", Role::f_stt},
    {"llm", Role::f_llm},
    {"tts", Role::f_tts},
    {"memory", Role::f_memory},
    {"tool", Role::f_tool},
    {"system", Role::f_system},
    {"component", Role::f_system},
    {"latency", Role::f_latency},
    {"auth", Role::f_plain},
    {"client", Role::f_plain},
    {"replay", Role::f_plain},
    {"duplicate", Role::f_plain},
};

/// Another server's types: one of the families' colours, by a hash of the name, never red.
Role role_by_hash(std::string_view type) {
    std::uint32_t hash = 2166136261u;
    for (const char c : type) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    constexpr Role kColours[] = {Role::f_conversation, Role::f_stt,    Role::f_llm,
                                 Role::f_tts,          Role::f_memory, Role::f_tool,
                                 Role::f_system,       Role::f_latency};
    return kColours[hash % std::size(kColours)];
}

} // namespace

const char* word(Role role) { return entry(role).name; }

std::uint32_t rgb(Role role, bool dark) { return dark ? entry(role).dark : entry(role).light; }

double contrast(std::uint32_t a, std::uint32_t b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (la > lb ? la + 0.05 : lb + 0.05) / (la > lb ? lb + 0.05 : la + 0.05);
}

ImU32 Theme::color(Role role, float alpha) const {
    const std::uint32_t c = rgb(role, dark);
    const auto a = static_cast<int>(alpha * 255 + 0.5f);
    return IM_COL32(c >> 16 & 0xFF, c >> 8 & 0xFF, c & 0xFF, a);
}

ImVec4 Theme::vec(Role role) const { return ImGui::ColorConvertU32ToFloat4(color(role)); }

Role Theme::of_type(std::string_view type, bool ours) const {
    if (type.empty()) return Role::f_life;
    if (ours) return Role::out;
    constexpr std::string_view kError = "_error";
    if (type.size() > kError.size() && type.substr(type.size() - kError.size()) == kError) {
        return Role::err;
    }
    const std::string_view first = type.substr(0, type.find('_'));
    for (const Family& family : kFamilies) {
        if (family.word == first) return family.role;
    }
    return role_by_hash(type);
}

namespace {

void apply_lengths(ImGuiStyle& style) {
    style.WindowPadding = {0, 0};
    style.FramePadding = {6, 4};
    style.ItemSpacing = {8, 6};
    style.ItemInnerSpacing = {6, 4};
    style.CellPadding = {6, 0};
    style.IndentSpacing = 18;
    style.ScrollbarSize = 14;
    style.GrabMinSize = 24;
    style.WindowRounding = 0;
    style.ChildRounding = 0;
    style.TabRounding = 0;
    style.FrameRounding = 4;
    style.PopupRounding = 6;
    style.ScrollbarRounding = 3;
    style.GrabRounding = 3;
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.FrameBorderSize = 1;
    style.PopupBorderSize = 1;
    style.WindowMinSize = {1, 1};
    style.DisplaySafeAreaPadding = {0, 0};
}

void apply_colors(ImGuiStyle& style, const Theme& theme) {
    const auto set = [&](int which, Role role) { style.Colors[which] = theme.vec(role); };
    for (ImVec4& color : style.Colors) color = theme.vec(Role::bar);
    set(ImGuiCol_Text, Role::text);
    set(ImGuiCol_TextDisabled, Role::text3);
    set(ImGuiCol_WindowBg, Role::bg);
    set(ImGuiCol_ChildBg, Role::panel);
    set(ImGuiCol_PopupBg, Role::panel);
    set(ImGuiCol_Border, Role::line2);
    style.Colors[ImGuiCol_BorderShadow] = {0, 0, 0, 0};
    set(ImGuiCol_FrameBg, Role::field);
    set(ImGuiCol_FrameBgHovered, Role::field);
    set(ImGuiCol_FrameBgActive, Role::field);
    set(ImGuiCol_ScrollbarGrab, Role::line2);
    set(ImGuiCol_ScrollbarGrabHovered, Role::text3);
    set(ImGuiCol_ScrollbarGrabActive, Role::text2);
    set(ImGuiCol_CheckMark, Role::accent);
    set(ImGuiCol_ButtonHovered, Role::hover);
    set(ImGuiCol_ButtonActive, Role::sel);
    set(ImGuiCol_Header, Role::sel);
    set(ImGuiCol_HeaderHovered, Role::hover);
    set(ImGuiCol_HeaderActive, Role::sel);
    set(ImGuiCol_Separator, Role::line);
    set(ImGuiCol_SeparatorHovered, Role::accent);
    set(ImGuiCol_SeparatorActive, Role::accent);
    set(ImGuiCol_TextSelectedBg, Role::sel);
    set(ImGuiCol_NavHighlight, Role::accent);
    style.Colors[ImGuiCol_ModalWindowDimBg] = {0, 0, 0, 0.35f};
}

} // namespace

void apply_style(ImGuiStyle& style, const Theme& theme, float scale) {
    style = ImGuiStyle(); // ScaleAllSizes adds up: always from the base
    apply_lengths(style);
    style.ScaleAllSizes(scale);
    const float hairline = std::max(1.0f, std::floor(scale));
    style.FrameBorderSize = hairline;
    style.PopupBorderSize = hairline;
    style.DisabledAlpha = 1; // disabled controls are text3 on panel, drawn by us
    style.CircleTessellationMaxError = 0.2f;
    apply_colors(style, theme);
}

} // namespace ui

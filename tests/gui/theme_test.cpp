#include "ui/theme.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using ui::Role;

namespace {

constexpr Role kGrounds[] = {Role::bg,     Role::panel, Role::bar,   Role::field,
                             Role::hover,  Role::sel,   Role::outbg, Role::errbg,
                             Role::warnbg, Role::okbg,  Role::curbg};
constexpr Role kWords[] = {Role::text, Role::text2, Role::text3, Role::accent, Role::ok,
                           Role::warn, Role::err,   Role::out,   Role::cursor};

void check_pair(Role words, Role ground, bool dark, double least) {
    const double found = ui::contrast(ui::rgb(words, dark), ui::rgb(ground, dark));
    CHECK_MESSAGE(found >= least, ui::word(words) << " on " << ui::word(ground)
                                                  << (dark ? ", dark: " : ", light: ") << found);
}

} // namespace

TEST_CASE("contrast is that of WCAG 2.1") {
    CHECK(ui::contrast(0x000000, 0xFFFFFF) == doctest::Approx(21.0));
    CHECK(ui::contrast(0xFFFFFF, 0x000000) == doctest::Approx(21.0));
    CHECK(ui::contrast(0x777777, 0xFFFFFF) == doctest::Approx(4.478).epsilon(0.001));
    CHECK(ui::contrast(0x123456, 0x123456) == doctest::Approx(1.0));
}

TEST_CASE("every text colour holds 4.5 to 1 on every ground of its theme") {
    for (const bool dark : {true, false}) {
        for (const Role ground : kGrounds) {
            for (const Role words : kWords) check_pair(words, ground, dark, 4.5);
            for (int i = static_cast<int>(Role::f_conversation); i < ui::kRoleCount; ++i) {
                check_pair(static_cast<Role>(i), ground, dark, 4.5);
            }
        }
        check_pair(Role::onaccent, Role::accentfill, dark, 4.5);
        check_pair(Role::onaccent, Role::errfill, dark, 4.5);
        check_pair(Role::oncur, Role::cursor, dark, 4.5);
    }
}

TEST_CASE("the least contrasts are those the design computed") {
    CHECK(ui::contrast(ui::rgb(Role::text3, true), ui::rgb(Role::sel, true)) ==
          doctest::Approx(4.58).epsilon(0.005));
}

TEST_CASE("a type's colour follows from its first word, errors and our own commands apart") {
    const ui::Theme theme;
    CHECK(theme.of_type("llm_token", false) == Role::f_llm);
    CHECK(theme.of_type("memory_debug_stats", false) == Role::f_memory);
    CHECK(theme.of_type("tts_error", false) == Role::err);
    CHECK(theme.of_type("text_input", true) == Role::out);
    CHECK(theme.of_type("", false) == Role::f_life);
}

TEST_CASE("types of other servers get steady colours of the families, never that of errors") {
    const ui::Theme theme;
    std::set<Role> seen;
    for (int i = 0; i < 200; ++i) {
        const std::string name = "order" + std::to_string(i);
        const Role role = theme.of_type(name, false);
        CHECK(role != Role::err);
        CHECK(role == theme.of_type(name, false));
        seen.insert(role);
    }
    CHECK(seen.size() >= 6);
}

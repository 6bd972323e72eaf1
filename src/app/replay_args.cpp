#include "app/replay_args.h"

namespace app {

void RulesArguments::add_to(Arguments& arguments) {
    arguments.repeatable("--ignore", [this](const std::string& given) -> std::string {
        base::Result<replay::IgnoredPath> path = replay::ignored_path_from_text(given);
        if (!path) return path.error().what;
        rules.ignored.push_back(std::move(path.value()));
        return {};
    });
    arguments.number("--tolerance", &rules.tolerance, 0, 1e9);
}

} // namespace app

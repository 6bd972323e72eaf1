// The options that replay and diff share. Owned by the command; used once.
#pragma once

#include "app/wsdbg_args.h"
#include "replay/rules.h"

namespace app {

struct RulesArguments {
    replay::Rules rules;

    /// Makes --ignore and --tolerance known to `arguments`.
    void add_to(Arguments& arguments);
};

} // namespace app

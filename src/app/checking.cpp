#include "app/checking.h"

#include <utility>

namespace app {

void start_check(const model::RunCheck& action, model::Model& model, Checking& checking) {
    net::CheckOptions options;
    if (const model::Connection* connection = model.connection(action.link)) {
        options.link = connection->options;
        options.link.insecure = connection->options.insecure || connection->state.insecure;
    }
    if (!action.url.empty()) options.link.url = action.url;
    checking.check.reset(); // what it was about is over
    checking.check = std::make_unique<net::Check>(std::move(options), checking.wake);
    model.check = checking.check->state();
}

void stop_check(Checking& checking) {
    if (checking.check) checking.check->stop();
}

bool take_check(model::Model& model, Checking& checking) {
    if (!checking.check) return false;
    auto news = checking.check->news();
    if (!news) return false;
    model.check = std::move(*news);
    if (!model.check.running) checking.check.reset();
    return true;
}

} // namespace app

// What the composer's Actions need of the world: the clock, random numbers, files, and the network.
// UI thread. Each function checks the connection again before it sends; what cannot be done becomes
// a Notice that says why not.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/actions.h"
#include "model/model.h"
#include "net/engine.h"

namespace app {

/// The next step for a message that this connection cannot take.
std::string remedy(const model::Connection* connection);

/// The bytes of an ordinary file of at most `most` bytes, or why they cannot be had.
base::Result<std::string> read_message_file(const std::string& path,
                                            std::uint64_t most = model::kMostFromFile);

/// True when it was handed to the network.
bool send_composed(model::SendComposed& action, model::Model& model, net::Engine& engine);

/// Begins a repeat in the place of one that runs. The first message goes with the next
/// `advance_repeat`.
bool start_repeat(model::StartRepeat& action, model::Model& model, net::Engine& engine);

/// Sends what has come due of the running repeat, and ends it with its connection. Once a frame,
/// drawn or not.
void advance_repeat(model::Model& model, net::Engine& engine);

void look_at_file(const std::string& path, model::Model& model);

} // namespace app

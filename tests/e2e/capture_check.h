// Holds a capture, or lines that are printed like one, against CONTRACT.md's format. Written from
// that page, not from the writer.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace e2e {

/// Event lines (without a first line): checks each, and n, t from line to line. Gives them parsed.
std::vector<nlohmann::json> checked_events(const std::vector<std::string>& lines);

/// A whole file: its first line too.
std::vector<nlohmann::json> checked_capture(const std::string& path);

/// Those of one kind, or of one kind and direction.
std::vector<nlohmann::json> of_kind(const std::vector<nlohmann::json>& events,
                                    const std::string& kind, const std::string& dir = {});

/// The payload bytes of an event.
std::string bytes_of(const nlohmann::json& event);

} // namespace e2e

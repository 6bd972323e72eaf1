#include "replay/renames.h"

#include "base/text.h"
#include "replay/json_index.h"
#include "wire/catalogue.h"

namespace replay {
namespace {

std::string key_of(std::string_view name, const std::string& value) {
    std::string key(name);
    key += '\0';
    return key += value;
}

} // namespace

std::string id_value(std::string_view raw) {
    if (raw.empty() || raw.front() != '"') return std::string(raw);
    return '"' + text_of(without_quotes(raw));
}

std::string raw_of_id(const std::string& value) {
    if (value.empty() || value.front() != '"') return value;
    std::string raw;
    base::append_json_string(raw, std::string_view(value).substr(1));
    return raw;
}

bool id_name(std::string_view name) {
    // The rule by name holds in every message of Coda; this one has no field of its own.
    return wire::field_class("stt_stop", name) == wire::FieldClass::id;
}

bool Renames::fits(std::string_view name, const std::string& old_value,
                   const std::string& new_value) const {
    const auto known = new_of_.find(key_of(name, old_value));
    if (known != new_of_.end()) return known->second == new_value;
    return old_of_.count(key_of(name, new_value)) == 0;
}

void Renames::learn(std::string_view name, const std::string& old_value,
                    const std::string& new_value) {
    if (fits(name, old_value, new_value)) learn_alias(name, old_value, new_value);
}

void Renames::learn_alias(std::string_view name, const std::string& old_value,
                          const std::string& new_value) {
    new_of_.emplace(key_of(name, old_value), new_value);
    old_of_.emplace(key_of(name, new_value), old_value);
}

void Renames::learn_all(const Renames& more) {
    new_of_.insert(more.new_of_.begin(), more.new_of_.end());
    old_of_.insert(more.old_of_.begin(), more.old_of_.end());
}

const std::string* Renames::new_value(std::string_view name, const std::string& old_value) const {
    const auto known = new_of_.find(key_of(name, old_value));
    return known == new_of_.end() ? nullptr : &known->second;
}

void Renames::clear() {
    new_of_.clear();
    old_of_.clear();
    old_of_sent_.clear();
}

void Renames::note_sent(const std::string& old_value, const std::string& new_value) {
    if (old_value != new_value) old_of_sent_[new_value] = old_value;
}

bool Renames::was_sent_for(const std::string& old_value, const std::string& new_value) const {
    const std::string* const old = old_of_sent(new_value);
    return old && *old == old_value;
}

const std::string* Renames::old_of_sent(const std::string& new_value) const {
    const auto known = old_of_sent_.find(new_value);
    return known == old_of_sent_.end() ? nullptr : &known->second;
}

} // namespace replay

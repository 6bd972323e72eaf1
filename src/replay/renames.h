// The renaming of ids between a recording and a session: which new value stands for which old one.
// Values of one name (`memory_id`) are renamed one to one; values of different names have nothing
// to do with each other. Owned by whoever compares; one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace replay {

/// The value of an id as it is kept: a string's text behind a quote, any other scalar as it stands.
std::string id_value(std::string_view raw);

/// Such a value as JSON.
std::string raw_of_id(const std::string& value);

/// True for names that are ids wherever they stand in Coda's messages (CONTRACT.md).
bool id_name(std::string_view name);

class Renames {
public:
    /// `old_value` may become `new_value`: neither is taken by another.
    bool fits(std::string_view name, const std::string& old_value,
              const std::string& new_value) const;
    /// From now on `old_value` is `new_value`. What does not fit is left as it is.
    void learn(std::string_view name, const std::string& old_value, const std::string& new_value);
    /// Several old values may stand for one new one (the client of each recorded connection).
    void learn_alias(std::string_view name, const std::string& old_value,
                     const std::string& new_value);
    void learn_all(const Renames& more);
    /// Null when it is not known.
    const std::string* new_value(std::string_view name, const std::string& old_value) const;
    bool empty() const { return new_of_.empty(); }
    void clear();

    //--- values that were put in the place of others when they were sent: a server that sends back
    //--- what it got sends the new ones, also where no id is expected
    void note_sent(const std::string& old_value, const std::string& new_value);
    bool was_sent_for(const std::string& old_value, const std::string& new_value) const;
    /// The old value that `new_value` was sent for; null when it was not.
    const std::string* old_of_sent(const std::string& new_value) const;
    bool any_sent() const { return !old_of_sent_.empty(); }

private:
    using Map = std::unordered_map<std::string, std::string>;
    Map new_of_, old_of_; ///< by name, NUL, value
    Map old_of_sent_;
};

} // namespace replay

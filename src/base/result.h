// Errors as values. Owned by whoever asked; any thread. Nothing in this program throws across a
// folder's border: what can fail returns an Error or a Result.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace base {

/// What a person is told when something goes wrong. Each part is a sentence or less, without a
/// final full stop; `fix` may be empty where there is no next step.
struct Error {
    std::string what; ///< what happened, with who did it: "the server answered 403 Forbidden"
    std::string why;  ///< the evidence or the reason: "it wants credentials"
    std::string fix;  ///< what to do next: "pass -H 'Authorization: …'"
};

/// "what: why. fix." on one line; leaves out what is empty.
std::string one_line(const Error& error);

/// A value, or the Error that says why there is none. Ask `ok()` before `value()`.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() {
        assert(ok());
        return *std::get_if<0>(&held_);
    }
    const T& value() const {
        assert(ok());
        return *std::get_if<0>(&held_);
    }
    const Error& error() const {
        assert(!ok());
        return *std::get_if<1>(&held_);
    }

private:
    std::variant<T, Error> held_;
};

/// The outcome of something that gives no value: done, or the Error.
class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Error error) : error_(std::move(error)), failed_(true) {}

    bool ok() const { return !failed_; }
    explicit operator bool() const { return ok(); }
    const Error& error() const {
        assert(failed_);
        return error_;
    }

private:
    Error error_;
    bool failed_ = false;
};

} // namespace base

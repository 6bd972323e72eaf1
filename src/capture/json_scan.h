// Reads one line of JSON in place, strictly by RFC 8259, at the speed at which a file comes from
// the page cache. The line ends in '\n', which no JSON text on one line can contain: so nothing
// here has to ask where the end is. Behind it kScanPadding bytes must be readable. That the line is
// UTF-8 is its reader's to check. Never allocates but for words of faults. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace capture {

constexpr std::size_t kScanPadding = 64;

class JsonScan {
public:
    explicit JsonScan(const char* line) : begin_(line), at_(line) {}

    /// Blanks, then: is it that byte?
    bool peek(char wanted) {
        blanks();
        return *at_ == wanted;
    }
    /// The same, and goes on behind it.
    bool take(char wanted) {
        if (!peek(wanted)) return false;
        ++at_;
        return true;
    }
    /// Exactly these bytes, and goes on behind them.
    template <std::size_t N>
    bool take(const char (&wanted)[N]) {
        static_assert(N <= kScanPadding);
        if (std::memcmp(at_, wanted, N - 1) != 0) return false;
        at_ += N - 1;
        return true;
    }
    /// Digits, as many as 64 bits hold for certain. False: none, or more.
    bool take_digits(std::uint64_t* value, std::size_t* count) {
        constexpr std::size_t kMost = 18;
        const char* const from = at_;
        std::uint64_t sum = 0;
        while (*at_ >= '0' && *at_ <= '9')
            sum = sum * 10 + static_cast<std::uint64_t>(*at_++ - '0');
        *value = sum;
        *count = static_cast<std::size_t>(at_ - from);
        return *count > 0 && *count <= kMost;
    }
    /// As take(); another byte is a fault.
    bool expect(char wanted) { return take(wanted) || fail_for(wanted); }
    /// Takes `null`. False (no fault): something else.
    bool null() { return peek('n') && literal("null"); }
    bool at_end();                    ///< blanks, then the line's end
    bool boolean(bool* value);        ///< true or false
    bool whole(std::uint64_t* value); ///< a whole number from 0, however it is written
    bool real(double* value);
    /// Seconds as a decimal, to nanoseconds without loss; cut behind nine decimals.
    bool seconds(std::int64_t* ns);

    /// A member's name, as it stands between its quotes.
    bool name(std::string_view* raw);
    /// A string, unescaped to `out`, which has room for the rest of the line and kScanPadding. Of
    /// surrogates that stand alone each becomes U+FFFD.
    bool string(char* out, std::size_t* size);
    /// A string of base64, decoded to `out`, as above.
    bool base64(char* out, std::size_t* size);
    /// Any value, nested at most 512 deep.
    bool skip();

    /// What is wrong; null: nothing yet.
    const char* fault() const { return fault_; }
    /// The fault is that the line was over too early: what is there may be whole but for its end.
    bool ran_out() const { return fault_ != nullptr && *at_ == '\n'; }
    std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
    bool fail(const char* what) {
        if (fault_ == nullptr) fault_ = what;
        return false;
    }

private:
    struct Number {
        std::string_view text;
        bool negative = false;
        std::string_view whole;    ///< digits before the point
        std::string_view decimals; ///< digits behind it
        bool exponent = false;
    };

    void blanks() {
        while (*at_ == ' ' || *at_ == '\t' || *at_ == '\r') ++at_;
    }
    bool fail_for(char wanted);
    bool number(Number* number);
    bool literal(std::string_view word);
    bool skip_string();
    bool skip_scalar();
    bool unescape(char** out);
    bool unicode(char** out);
    bool hex4(std::uint32_t* unit);

    const char* begin_;
    const char* at_;
    const char* fault_ = nullptr;
};

} // namespace capture

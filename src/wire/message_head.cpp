#include "wire/message_head.h"

#include <limits>

#include "wire/json_scan.h"

namespace wire {
namespace {

//--- the end of a container, found without looking at what is in it

/// Bits of 64 bytes of text: bit i is byte i.
struct Bits {
    std::uint64_t quotes = 0, slashes = 0, opens = 0, closes = 0;
};

#ifdef __SSE2__
/// Brackets and braces differ in one bit only: '[' and '{', ']' and '}'.
inline Bits bits_of(const char* text) {
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}'), both = _mm_set1_epi8(0x20);
    Bits bits;
    for (int part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(
            text + std::size_t{16} * static_cast<std::size_t>(part)));
        const __m128i braces = _mm_or_si128(bytes, both);
        const auto mask = [part](__m128i equal) {
            return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(equal))} << (16 * part);
        };
        bits.quotes |= mask(_mm_cmpeq_epi8(bytes, quote));
        bits.slashes |= mask(_mm_cmpeq_epi8(bytes, slash));
        bits.opens |= mask(_mm_cmpeq_epi8(braces, open));
        bits.closes |= mask(_mm_cmpeq_epi8(braces, close));
    }
    return bits;
}
#else
Bits bits_of(const char* text) {
    Bits bits;
    for (int i = 0; i < 64; ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        if (text[i] == '"') bits.quotes |= bit;
        if (text[i] == '\\') bits.slashes |= bit;
        if (text[i] == '{' || text[i] == '[') bits.opens |= bit;
        if (text[i] == '}' || text[i] == ']') bits.closes |= bit;
    }
    return bits;
}
#endif

#ifdef __SSE2__
__m128i brackets_of(const char* text) {
    const __m128i braces =
        _mm_or_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text)), _mm_set1_epi8(0x20));
    return _mm_or_si128(_mm_cmpeq_epi8(braces, _mm_set1_epi8('{')),
                        _mm_cmpeq_epi8(braces, _mm_set1_epi8('}')));
}
#endif

bool any_bracket(const char* p, const char* end) {
#ifdef __SSE2__
    if (end - p >= 16) {
        __m128i found = brackets_of(end - 16); // the rest, some bytes of it twice
        for (; end - p >= 16; p += 16) found = _mm_or_si128(found, brackets_of(p));
        return _mm_movemask_epi8(found) != 0;
    }
#endif
    for (; p != end; ++p)
        if (*p == '{' || *p == '[' || *p == '}' || *p == ']') return true;
    return false;
}

/// Bit i is the parity of bits 0 to i: inside of strings, when the bits are quotes.
std::uint64_t parity_up_to(std::uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

class ContainerEnd {
public:
    /// Where the object or list that begins at `at` of `text` ends; 0 when its end is not there.
    std::size_t find(std::string_view text, std::size_t at) {
        if (last_and_flat(text, at)) return text.size() - 1;
        for (; text.size() - at >= 64; at += 64)
            if (const int last = look_at(bits_of(text.data() + at)); last >= 0)
                return at + static_cast<std::size_t>(last) + 1;
        if (text.size() - at == 0) return 0;
        const int last = look_at(rest_of(text, at));
        return last < 0 ? 0 : at + static_cast<std::size_t>(last) + 1;
    }

private:
    /// Two brackets at the end of the text and no other one in between, not even in a string: then
    /// the first of the two closes this container and the other one what it is in. Most are so.
    static bool last_and_flat(std::string_view text, std::size_t at) {
        if (text.back() != '}' || text.size() - at < 3) return false;
        const char last = text[text.size() - 2];
        return last == (text[at] == '{' ? '}' : ']') &&
               !any_bracket(text.data() + at + 1, text.data() + text.size() - 2);
    }

    /// Of the fewer than 64 bytes from `at` on.
    static Bits rest_of(std::string_view text, std::size_t at) {
        if (text.size() < 64) {
            char rest[64] = {};
            std::memcpy(rest, text.data() + at, text.size() - at);
            return bits_of(rest);
        }
        Bits bits = bits_of(text.data() + text.size() - 64);
        const std::size_t before = 64 - (text.size() - at);
        bits.quotes >>= before;
        bits.slashes >>= before;
        bits.opens >>= before;
        bits.closes >>= before;
        return bits;
    }

    /// The bit of the bracket that closes the container; -1 when it is not among these.
    int look_at(Bits bits) {
        if ((bits.slashes | escaped_first_) != 0) bits.quotes &= ~escaped(bits.slashes);
        const std::uint64_t in_string = parity_up_to(bits.quotes) ^ in_string_;
        in_string_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(in_string) >> 63);
        const std::uint64_t opens = bits.opens & ~in_string;
        for (std::uint64_t left = opens | (bits.closes & ~in_string); left != 0; left &= left - 1) {
            depth_ += (opens & left & (0 - left)) != 0 ? 1 : -1;
            if (depth_ == 0) return __builtin_ctzll(left);
        }
        return -1;
    }

    /// The bytes that stand behind a backslash which is not itself escaped.
    std::uint64_t escaped(std::uint64_t slashes) {
        std::uint64_t all = escaped_first_;
        slashes &= ~escaped_first_;
        escaped_first_ = 0;
        while (slashes != 0) {
            const int at = __builtin_ctzll(slashes);
            if (at == 63) {
                escaped_first_ = 1;
                break;
            }
            const std::uint64_t behind = std::uint64_t{2} << at;
            all |= behind;
            slashes &= slashes - 1;
            slashes &= ~behind;
        }
        return all;
    }

    std::int64_t depth_ = 0;
    std::uint64_t in_string_ = 0;     ///< all bits set: the last bytes ended inside a string
    std::uint64_t escaped_first_ = 0; ///< 1: they ended with the backslash of an escape
};

//--- hashing

std::uint64_t eight(const char* bytes) {
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// Both halves of the product of 64 bits by 64, folded.
std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Thirty-two bytes a step, in two chains so that neither waits for the other. Only to find
/// candidates: whoever needs equality compares the bytes.
std::uint64_t hash_of(std::string_view text) {
    constexpr std::uint64_t kOdd1 = 0x9e3779b97f4a7c15, kOdd2 = 0xd6e8feb86659fd93;
    const char* p = text.data();
    std::size_t left = text.size();
    std::uint64_t even = kOdd2 ^ left, odd = kOdd1;
    for (; left >= 32; p += 32, left -= 32) {
        even = folded(eight(p) ^ kOdd1, eight(p + 8) ^ even);
        odd = folded(eight(p + 16) ^ kOdd2, eight(p + 24) ^ odd);
    }
    if (left >= 16) {
        even = folded(eight(p) ^ kOdd1, eight(p + 8) ^ even);
        left -= 16;
    }
    if (text.size() >= 16) { // the last sixteen bytes, some of them a second time
        const char* const last = text.data() + text.size() - 16;
        odd = folded(eight(last) ^ kOdd2, eight(last + 8) ^ odd);
    } else {
        char rest[16] = {};
        std::memcpy(rest, p, left);
        odd = folded(eight(rest) ^ kOdd2, eight(rest + 8) ^ odd);
    }
    return folded(even ^ kOdd1, odd ^ kOdd2);
}

//--- the walk over the members

/// A whole number as it stands in JSON, up to its last digit; false when it is none or too large.
bool whole_number(std::string_view raw, std::int64_t* number) {
    const bool negative = raw.front() == '-';
    if (negative) raw.remove_prefix(1);
    if (raw.empty() || raw.size() > 19) return false;
    std::uint64_t value = 0;
    for (const char c : raw) {
        if (!is_digit(c)) return false;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (value > kMost + (negative ? 1 : 0)) return false;
    *number = static_cast<std::int64_t>(negative ? 0 - value : value);
    return true;
}

} // namespace

/// One message, member by member; notes its layout in `reader` when there is one.
class HeadWalk {
public:
    HeadWalk(std::string_view payload, MessageHeadReader* reader)
        : text_(payload), scan_(payload), reader_(reader) {
        if (!reader_) return;
        reader_->pieces_.clear();
        reader_->same_.clear();
    }

    MessageHead read() {
        head_.read = true;
        scan_.blanks();
        if (scan_.take('{')) {
            scan_.blanks();
            if (!scan_.take('}'))
                while (member() && !all_seen()) {
                }
        }
        if (head_.has_seq && head_.data_size != 0) head_.data_hash = hash_of(head_.data_raw(text_));
        // Without data behind the other two there is nothing to go by.
        const bool usual = head_.has_type && head_.has_seq && data_last_ && seen_data_;
        if (reader_ && !usual) reader_->pieces_.clear();
        return head_;
    }

private:
    using Value = MessageHeadReader::Value;

    bool all_seen() const { return seen_type_ && seen_seq_ && seen_data_; }
    std::uint32_t place(const char* p) const {
        return static_cast<std::uint32_t>(p - text_.data());
    }

    /// One member and what stands behind it; false when no other member follows, or at a fault.
    bool member() {
        bool escaped = false;
        scan_.blanks();
        if (!scan_.take('"')) return false;
        const char* const name = scan_.p;
        if (!scan_.string(&escaped)) return false;
        const std::string_view raw(name, static_cast<std::size_t>(scan_.p - 1 - name));
        scan_.blanks();
        if (!scan_.take(':')) return false;
        scan_.blanks();
        if (!(escaped ? value_of(json_unescaped(raw)) : value_of(raw))) return false;
        if (all_seen()) return true;
        scan_.blanks();
        return scan_.take(',');
    }

    bool value_of(std::string_view name) {
        if (name == "type" && !seen_type_) return type();
        if (name == "seq" && !seen_seq_) return seq();
        if (name == "data" && !seen_data_) return data();
        const char* const begin = scan_.p;
        if (!scan_.value()) return false;
        if (*begin == '"' && reader_ && reader_->strings_differ_) differs(Value::string, begin);
        if (is_digit(*begin) || *begin == '-') differs(Value::number, begin);
        return true;
    }

    bool type() {
        if (!scan_.at('"')) return seen_type_ = scan_.value();
        const char* const begin = scan_.p++;
        if (!scan_.string(&head_.type_escaped)) return head_.type_escaped = false;
        head_.has_type = seen_type_ = true;
        head_.type_at = place(begin) + 1;
        head_.type_size = place(scan_.p) - 1 - head_.type_at;
        differs(Value::type, begin);
        return true;
    }

    bool seq() {
        const char* const begin = scan_.p;
        if (!scan_.value()) return false;
        const std::string_view raw(begin, static_cast<std::size_t>(scan_.p - begin));
        head_.has_seq = whole_number(raw, &head_.seq);
        if (head_.has_seq) differs(Value::seq, begin);
        return seen_seq_ = true;
    }

    bool data() {
        const std::size_t begin = place(scan_.p);
        // Nothing behind it is looked for: its brackets are enough.
        data_last_ = seen_type_ && seen_seq_ && (scan_.at('{') || scan_.at('['));
        if (data_last_) {
            if (reader_) reader_->same_.append(text_.substr(same_from_, begin - same_from_));
            const std::size_t end = ContainerEnd().find(text_, begin);
            if (end == 0) return false;
            scan_.p = text_.data() + end;
        } else if (!scan_.value()) {
            return false;
        }
        head_.data_at = static_cast<std::uint32_t>(begin);
        head_.data_size = place(scan_.p) - head_.data_at;
        return seen_data_ = true;
    }

    /// The value from `begin` to here will be another in the next message of this layout.
    void differs(Value value, const char* begin) {
        if (!reader_) return;
        std::string& same = reader_->same_;
        same.append(text_.substr(same_from_, place(begin) - same_from_));
        MessageHeadReader::Piece& piece = reader_->pieces_.emplace_back();
        piece.end = static_cast<std::uint32_t>(same.size());
        piece.value = value;
        same_from_ = place(scan_.p);
    }

    const std::string_view text_;
    JsonScanner scan_;
    MessageHeadReader* const reader_; ///< may be null
    MessageHead head_;
    std::size_t same_from_ = 0; ///< behind the last value that differs
    bool seen_type_ = false, seen_seq_ = false, seen_data_ = false;
    bool data_last_ = false;
};

std::string MessageHead::type(std::string_view payload) const {
    const std::string_view raw = type_raw(payload);
    return type_escaped ? json_unescaped(raw) : std::string(raw);
}

MessageHead read_message_head(std::string_view payload) {
    return HeadWalk(payload, nullptr).read();
}

namespace {

/// memcmp for the few bytes between two values, without a call.
bool equal_bytes(const char* a, const char* b, std::size_t size) {
    if (size < 8) {
        for (std::size_t i = 0; i < size; ++i)
            if (a[i] != b[i]) return false;
        return true;
    }
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8)
        if (eight(a + i) != eight(b + i)) return false;
    return eight(a + size - 8) == eight(b + size - 8);
}

/// Up to 18 digits with no needless zero in front, which always fit.
bool plain_digits(JsonScanner& scan, std::int64_t* number) {
    const char* const begin = scan.p;
    std::int64_t value = 0;
    for (; scan.p != scan.end && is_digit(*scan.p); ++scan.p) {
        if (scan.p - begin == 18) return false;
        value = value * 10 + (*scan.p - '0');
    }
    *number = value;
    return scan.p != begin && (*begin != '0' || scan.p - begin == 1);
}

} // namespace

/// Numbers mostly have the form of the one before: digits where it had digits, and else the same
/// bytes. Then it is known where this one ends before it is read, and nothing has to wait for it.
class NumberForm {
public:
    static bool take(JsonScanner& scan, [[maybe_unused]] MessageHeadReader::Piece& piece) {
#ifdef __SSE2__
        if (scan.end - scan.p >= 16) {
            const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(scan.p));
            const unsigned digits = digits_of(text);
            if (piece.size > 0 && alike(text, digits, piece)) {
                scan.p += piece.size;
                return true;
            }
            const char* const begin = scan.p;
            if (!scan.number()) return false;
            piece.size = static_cast<std::uint8_t>(scan.p - begin < 16 ? scan.p - begin : 0);
            piece.digits = static_cast<std::uint16_t>(digits & up_to(piece.size));
            std::memcpy(piece.last, begin, sizeof piece.last);
            // A form that starts with a lone zero would let 05 through.
            if (*begin == '0' || *begin == '-') piece.size = 0;
            return true;
        }
#endif
        return scan.number();
    }

private:
#ifdef __SSE2__
    static unsigned up_to(unsigned size) { return (1u << size) - 1; }
    static unsigned digits_of(__m128i text) {
        const __m128i value = _mm_sub_epi8(text, _mm_set1_epi8('0')), nine = _mm_set1_epi8(9);
        return static_cast<unsigned>(
            _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(value, nine), nine)));
    }
    static bool alike(__m128i text, unsigned digits, const MessageHeadReader::Piece& piece) {
        const __m128i last = _mm_loadu_si128(reinterpret_cast<const __m128i*>(piece.last));
        const auto equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, last)));
        const unsigned all = up_to(piece.size), behind = 1u << piece.size;
        const bool zero_first = (_mm_cvtsi128_si32(text) & 0xff) == '0';
        return (digits & all) == piece.digits && ((digits | equal) & all) == all &&
               (equal & behind) != 0 && !zero_first;
    }
#endif
};

bool MessageHeadReader::read_alike(std::string_view payload, MessageHead* head) {
    JsonScanner scan(payload);
    const auto same = [&](std::size_t from, std::size_t to) {
        const std::size_t size = to - from;
        if (static_cast<std::size_t>(scan.end - scan.p) < size ||
            !equal_bytes(scan.p, same_.data() + from, size))
            return false;
        scan.p += size;
        return true;
    };
    std::size_t from = 0;
    for (Piece& piece : pieces_) {
        if (!same(from, piece.end) || scan.p == scan.end) return false;
        from = piece.end;
        if (piece.value == Value::seq) {
            if (!plain_digits(scan, &head->seq)) return false;
        } else if (piece.value == Value::number) {
            if (!NumberForm::take(scan, piece)) return false;
        } else {
            bool escaped;
            if (!scan.take('"')) return false;
            const char* const begin = scan.p;
            if (!scan.string(&escaped)) return false;
            if (piece.value == Value::string) continue;
            head->type_escaped = escaped;
            head->type_at = static_cast<std::uint32_t>(begin - payload.data());
            head->type_size = static_cast<std::uint32_t>(scan.p - 1 - begin);
        }
    }
    if (!same(from, same_.size()) || !(scan.at('{') || scan.at('['))) return false;
    const auto begin = static_cast<std::size_t>(scan.p - payload.data());
    const std::size_t end = ContainerEnd().find(payload, begin);
    if (end == 0) return false;
    head->read = head->has_type = head->has_seq = true;
    head->data_at = static_cast<std::uint32_t>(begin);
    head->data_size = static_cast<std::uint32_t>(end - begin);
    head->data_hash = hash_of(head->data_raw(payload));
    return true;
}

void MessageHeadReader::read(std::string_view payload, MessageHead* head) {
    if (!pieces_.empty()) {
        if (read_alike(payload, head)) return;
        strings_differ_ = true; // perhaps that was it
    }
    *head = HeadWalk(payload, this).read();
}

} // namespace wire

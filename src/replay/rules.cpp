#include "replay/rules.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "replay/json_index.h"

namespace replay {
namespace {

/// What ends a bare name, here and in the filter language.
constexpr std::string_view kNameEnds = ".[]()\",=!<>~&|? :";

base::Error wrong(std::string_view text, const std::string& why) {
    return {"\"" + std::string(text) + "\": " + why, {}, {}};
}

/// Reads the steps of a path, one after the other.
class PathReader {
public:
    explicit PathReader(std::string_view path) : path_(path) {}

    /// What is wrong, "" when all is well.
    std::string read(std::vector<PathStep>* steps) {
        if (path_.empty()) return "the path is missing";
        if (path_.front() == '$' && (path_.size() == 1 || path_[1] == '.' || path_[1] == '[')) {
            at_ = 1;
            if (path_.size() > 1 && path_[1] == '.') at_ = 2;
            if (path_ == "$.") return "a name is missing at its end";
        }
        while (at_ < path_.size()) {
            PathStep step;
            const std::string fault = path_[at_] == '[' ? bracket(&step) : name(&step);
            if (!fault.empty()) return fault;
            steps->push_back(std::move(step));
            if (at_ >= path_.size() || path_[at_] == '[') continue;
            if (path_[at_] != '.') return "expected . or [ before \"" + rest() + '"';
            if (++at_ == path_.size()) return "a name is missing at its end";
        }
        return {};
    }

private:
    std::string rest() const { return std::string(path_.substr(at_)); }

    std::string name(PathStep* step) {
        const std::size_t end = std::min(path_.find_first_of(".[", at_), path_.size());
        step->name = path_.substr(at_, end - at_);
        if (step->name.empty()) return "a name is missing before \"" + rest() + '"';
        if (step->name == "*") step->is = PathStep::Is::any_name;
        at_ = end;
        return {};
    }

    std::string bracket(PathStep* step) {
        if (path_.substr(at_, 2) == "[\"") return quoted(step);
        const std::size_t end = path_.find(']', at_);
        if (end == path_.npos) return "the [ has no ]";
        const std::string_view inside = path_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        if (inside == "*") {
            step->is = PathStep::Is::any_item;
            return {};
        }
        step->is = PathStep::Is::item;
        const char* const last = inside.data() + inside.size();
        const auto number = std::from_chars(inside.data(), last, step->item);
        if (number.ec == std::errc() && number.ptr == last && !inside.empty()) return {};
        return "[" + std::string(inside) + "] is no item: write [0], [*] or [\"a name\"]";
    }

    std::string quoted(PathStep* step) {
        std::size_t end = at_ + 2;
        while (end < path_.size() && path_[end] != '"') end += path_[end] == '\\' ? 2 : 1;
        if (path_.substr(std::min(end, path_.size()), 2) != "\"]") return "the [\" has no \"]";
        step->name = text_of(path_.substr(at_ + 2, end - at_ - 2));
        at_ = end + 2;
        return {};
    }

    std::string_view path_;
    std::size_t at_ = 0;
};

bool step_matches(const PathStep& wanted, const PathStep& step) {
    switch (wanted.is) {
    case PathStep::Is::any_name: return step.is == PathStep::Is::name;
    case PathStep::Is::any_item: return step.is == PathStep::Is::item;
    default: return wanted == step;
    }
}

/// NaN and infinities come back as such: none of them is near to anything.
double number_of(std::string_view raw) { return std::strtod(std::string(raw).c_str(), nullptr); }

} // namespace

void append_step(std::string& path, const PathStep& step) {
    switch (step.is) {
    case PathStep::Is::item: path += '[' + std::to_string(step.item) + ']'; return;
    case PathStep::Is::any_item: path += "[*]"; return;
    case PathStep::Is::any_name:
    case PathStep::Is::name: break;
    }
    const bool odd = step.name.empty() || step.name == "*" || step.name == "$" ||
                     step.name.find_first_of(kNameEnds) != std::string::npos ||
                     std::any_of(step.name.begin(), step.name.end(), [](char c) {
                         return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                     });
    if (odd && step.is == PathStep::Is::name) {
        path += '[';
        base::append_json_string(path, step.name);
        path += ']';
        return;
    }
    if (!path.empty()) path += '.';
    path += step.name;
}

bool IgnoredPath::matches(std::string_view message_type, const std::vector<PathStep>& path) const {
    return path.size() == steps.size() && (type.empty() || type == message_type) &&
           std::equal(steps.begin(), steps.end(), path.begin(), step_matches);
}

base::Result<IgnoredPath> ignored_path_from_text(std::string_view text) {
    IgnoredPath ignored;
    std::string_view path = text;
    const std::size_t colon = text.find(':');
    if (colon < text.find('[')) { // a colon inside brackets belongs to a name
        ignored.type = text.substr(0, colon);
        if (ignored.type.empty()) return wrong(text, "the type before the : is missing");
        path = text.substr(colon + 1);
    }
    const std::string fault = PathReader(path).read(&ignored.steps);
    if (!fault.empty()) return wrong(text, fault);
    return ignored;
}

bool Rules::ignores(std::string_view type, const std::vector<PathStep>& path) const {
    return std::any_of(ignored.begin(), ignored.end(),
                       [&](const IgnoredPath& one) { return one.matches(type, path); });
}

bool numbers_agree(std::string_view a, std::string_view b, double tolerance) {
    if (a == b || canonical_number(a) == canonical_number(b)) return true;
    if (tolerance <= 0) return false;
    const double x = number_of(a), y = number_of(b);
    if (!std::isfinite(x) || !std::isfinite(y)) return false;
    return std::fabs(x - y) <= tolerance * std::max(std::fabs(x), std::fabs(y));
}

} // namespace replay

#include "app/path_look.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/clock.h"
#include "base/text.h"

namespace app {
namespace {

namespace fs = std::filesystem;

std::string home() {
    const char* const set = std::getenv("HOME");
    return set && set[0] == '/' ? set : "";
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

void look_at_what_is_there(model::PathLook& look, const struct stat& about) {
    look.there = true;
    look.folder = S_ISDIR(about.st_mode);
    look.size = S_ISREG(about.st_mode) ? static_cast<std::uint64_t>(about.st_size) : 0;
    if (look.folder) {
        look.not_readable = look.not_writable = "This is a folder: write the name of a file in it";
    } else if (!S_ISREG(about.st_mode)) {
        look.not_readable = look.not_writable = "This is no ordinary file";
    } else {
        if (::access(look.path.c_str(), R_OK) != 0)
            look.not_readable = std::string("It cannot be read: ") + std::strerror(errno);
        if (::access(folder_of(look.path).c_str(), W_OK | X_OK) != 0)
            look.not_writable =
                "Its folder cannot be written: " + std::string(std::strerror(errno));
    }
}

void look_at_what_is_missing(model::PathLook& look, int fault) {
    const std::string folder = folder_of(look.path);
    struct stat about {};
    const bool folder_there = ::stat(folder.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
    if (!folder_there) {
        look.not_readable = look.not_writable = "There is no folder " + folder;
    } else if (fault != ENOENT) {
        look.not_readable = look.not_writable =
            std::string("It cannot be looked at: ") + std::strerror(fault);
    } else {
        look.not_readable = "There is no file of that name";
        if (::access(folder.c_str(), W_OK | X_OK) != 0)
            look.not_writable =
                "Its folder cannot be written: " + std::string(std::strerror(errno));
    }
}

/// The names in the folder that begin as the last part of the text does.
void complete_path(model::PathLook& look) {
    constexpr std::size_t kMostLooked = 100'000;
    const std::size_t slash = look.text.rfind('/');
    const std::string before = slash == std::string::npos ? "" : look.text.substr(0, slash + 1);
    const std::string begin = look.text.substr(before.size());
    look.completed = look.text;
    if (look.text == "~") {
        look.completed = "~/";
        return;
    }
    std::error_code fault;
    std::size_t looked = 0;
    std::string common;
    for (fs::directory_iterator at(absolute_path(before.empty() ? "." : before), fault), end;
         !fault && at != end && looked < kMostLooked; at.increment(fault), ++looked) {
        std::string name = at->path().filename().string();
        if (name.compare(0, begin.size(), begin) != 0) continue;
        if (begin.empty() && name[0] == '.') continue; // hidden ones wait for their point
        std::error_code unknown;
        if (at->is_directory(unknown)) name += '/';
        if (look.candidates.empty()) common = name;
        const auto differ = std::mismatch(common.begin(), common.end(), name.begin(), name.end());
        common.resize(static_cast<std::size_t>(differ.first - common.begin()));
        look.candidates.push_back(std::move(name));
    }
    common.resize(base::utf8_error_offset(common)); // cut inside of a character
    if (common.size() > begin.size()) look.completed = before + common;
    std::sort(look.candidates.begin(), look.candidates.end());
    if (look.candidates.size() > model::PathLook::kMostCandidates)
        look.candidates.resize(model::PathLook::kMostCandidates);
}

} // namespace

std::string absolute_path(std::string_view text) {
    if (text.empty()) return {};
    std::string path(text);
    if (path == "~" || path.compare(0, 2, "~/") == 0) path = home() + path.substr(1);
    std::error_code fault;
    const fs::path whole = fs::absolute(path, fault);
    return fault ? path : whole.lexically_normal().string();
}

model::PathLook look_at_path(const std::string& text, bool complete) {
    model::PathLook look;
    look.text = text;
    if (text.find('\0') != std::string::npos) {
        look.not_readable = look.not_writable = "No file's name holds a NUL";
        return look;
    }
    if (complete) complete_path(look);
    if (text.empty()) return look;
    look.path = absolute_path(text);
    struct stat about {};
    if (::stat(look.path.c_str(), &about) == 0) {
        look_at_what_is_there(look, about);
    } else {
        look_at_what_is_missing(look, errno);
    }
    return look;
}

std::string recordings_folder() {
    const char* const data = std::getenv("XDG_DATA_HOME");
    if (data && data[0] == '/') return std::string(data) + "/websocket-debugger/recordings";
    if (!home().empty()) return home() + "/.local/share/websocket-debugger/recordings";
    return absolute_path(".");
}

std::string recording_path(const std::string& folder, std::int64_t wall_ns) {
    std::string name = base::local_date_clock(wall_ns, 0);
    for (char& each : name) {
        if (each == ' ') each = '_';
        if (each == ':') each = '-';
    }
    const std::string begin = folder + (folder.empty() || folder.back() == '/' ? "" : "/") + name;
    std::string path = begin + ".ndjson";
    for (int n = 2; ::access(path.c_str(), F_OK) == 0; ++n)
        path = begin + "-" + std::to_string(n) + ".ndjson";
    return path;
}

base::Status make_folder(const std::string& path) {
    for (std::size_t at = 1; at <= path.size(); ++at) {
        if (at < path.size() && path[at] != '/') continue;
        const std::string part = path.substr(0, at);
        if (::mkdir(part.c_str(), 0700) == 0 || errno == EEXIST) continue;
        return base::Error{"the folder " + part + " cannot be made", std::strerror(errno),
                           "make it, or set XDG_DATA_HOME to a folder that can be written"};
    }
    return {};
}

} // namespace app

// What is said of a path that is being typed, on real folders and files.
#include "app/path_look.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/clock.h"

namespace {

namespace fs = std::filesystem;
using app::look_at_path;
using Names = std::vector<std::string>;

struct Folder {
    Folder() {
        char name[] = "/tmp/wsdbg-path-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    void put(const std::string& name, const std::string& text = "x") const {
        fs::create_directories(fs::path(path + "/" + name).parent_path());
        std::ofstream(path + "/" + name) << text;
    }
    std::string path;
};

} // namespace

TEST_CASE("a file that is there can be opened, and has its size") {
    const Folder folder;
    folder.put("a.ndjson", "12345");
    const model::PathLook look = look_at_path(folder.path + "/a.ndjson", false);
    CHECK(look.there);
    CHECK(look.size == 5);
    CHECK(look.not_readable.empty());
    CHECK(look.not_writable.empty());
    CHECK(look.path == folder.path + "/a.ndjson");
}

TEST_CASE("what keeps a path from being opened or written is one sentence") {
    const Folder folder;
    const model::PathLook missing = look_at_path(folder.path + "/a.ndjson", false);
    CHECK(missing.not_readable == "There is no file of that name");
    CHECK(missing.not_writable.empty());
    const model::PathLook nowhere = look_at_path(folder.path + "/no/a.ndjson", false);
    CHECK(nowhere.not_readable == "There is no folder " + folder.path + "/no");
    CHECK(nowhere.not_writable == nowhere.not_readable);
    CHECK(look_at_path(folder.path, false).not_readable.find("folder") != std::string::npos);
    REQUIRE(::mkfifo((folder.path + "/pipe").c_str(), 0600) == 0);
    CHECK(look_at_path(folder.path + "/pipe", false).not_readable == "This is no ordinary file");
    CHECK_FALSE(look_at_path(std::string("a\0b", 3), false).not_readable.empty());
}

TEST_CASE("Tab goes on as far as it is certain, and lists what may follow") {
    const Folder folder;
    folder.put("session-1.ndjson");
    folder.put("session-2.ndjson");
    folder.put("other/a.har");
    folder.put(".hidden");
    const model::PathLook many = look_at_path(folder.path + "/se", true);
    CHECK(many.completed == folder.path + "/session-");
    CHECK(many.candidates == Names{"session-1.ndjson", "session-2.ndjson"});
    const model::PathLook into = look_at_path(folder.path + "/ot", true);
    CHECK(into.completed == folder.path + "/other/");
    CHECK(look_at_path(folder.path + "/other/", true).completed == folder.path + "/other/a.har");
    CHECK(look_at_path(folder.path + "/", true).candidates.size() == 3); // not the hidden one
    CHECK(look_at_path(folder.path + "/.h", true).completed == folder.path + "/.hidden");
    CHECK(look_at_path(folder.path + "/zebra", true).completed == folder.path + "/zebra");
}

TEST_CASE("names are never cut inside of a character") {
    const Folder folder;
    folder.put("caf\xC3\xA9.ndjson");
    folder.put("caf\xC3\xA8.ndjson"); // the same first byte
    CHECK(look_at_path(folder.path + "/c", true).completed == folder.path + "/caf");
}

TEST_CASE("a tilde is the user's home") {
    const Folder folder;
    folder.put("a.ndjson");
    const std::string before = ::getenv("HOME") ? ::getenv("HOME") : "";
    ::setenv("HOME", folder.path.c_str(), 1);
    CHECK(app::absolute_path("~/a.ndjson") == folder.path + "/a.ndjson");
    CHECK(look_at_path("~/a", true).completed == "~/a.ndjson");
    CHECK(look_at_path("~/a.ndjson", false).there);
    ::setenv("HOME", before.c_str(), 1);
}

TEST_CASE("a recording gets a name that nothing has yet") {
    const Folder folder;
    const std::int64_t now = base::wall_now_ns();
    const std::string first = app::recording_path(folder.path, now);
    CHECK(first.ends_with(".ndjson"));
    CHECK(first.find(' ') == std::string::npos);
    std::ofstream(first) << "x";
    const std::string second = app::recording_path(folder.path, now);
    CHECK(second != first);
    CHECK(second.ends_with("-2.ndjson"));
    CHECK(app::make_folder(folder.path + "/a/b/c").ok());
    CHECK(fs::is_directory(folder.path + "/a/b/c"));
    CHECK_FALSE(app::make_folder(first + "/b").ok());
}

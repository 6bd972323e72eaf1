// The settings' file as it lies on the disk.
#include "app/settings_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

using app::SettingsFile;
using base::kSecond;
using model::Settings;
namespace fs = std::filesystem;

namespace {

/// A folder of the test's own.
struct Folder {
    std::string path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "settings-test-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() {
        std::error_code ignored;
        fs::permissions(path, fs::perms::owner_all, ignored);
        fs::remove_all(path, ignored);
    }
    std::string file() const { return path + "/websocket-debugger/settings.json"; }
    SettingsFile open() const { return SettingsFile(path + "/websocket-debugger"); }
    void put(const std::string& text) const {
        fs::create_directories(path + "/websocket-debugger");
        std::ofstream(file(), std::ios::binary) << text;
    }
    int count() const {
        const fs::directory_iterator all(path + "/websocket-debugger");
        return static_cast<int>(std::distance(begin(all), end(all)));
    }
};

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Settings light() {
    Settings settings;
    settings.dark_theme = false;
    return settings;
}

Settings load(SettingsFile& file, std::string* told = nullptr) {
    std::optional<base::Error> error;
    Settings settings = file.load(&error);
    if (told) *told = error ? base::one_line(*error) : "";
    if (!told) CHECK_FALSE(error.has_value());
    return settings;
}

} // namespace

TEST_CASE("settings are written for the user alone, and read by the next session") {
    const Folder folder;
    SettingsFile first = folder.open();
    CHECK(load(first).dark_theme);
    REQUIRE(first.write(light()).ok());
    struct stat about {};
    REQUIRE(::stat(folder.file().c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK(folder.count() == 1); // no temporary file is left
    SettingsFile second = folder.open();
    CHECK_FALSE(load(second).dark_theme);
}

TEST_CASE("a change is written once it has rested for a second, and not again") {
    const Folder folder;
    SettingsFile file = folder.open();
    load(file);
    Settings now = light();
    const auto collect = [&] { return now; };
    CHECK(file.due_ns() == SettingsFile::kNever);
    file.touch(10 * kSecond);
    CHECK(file.due_ns() == 11 * kSecond);
    REQUIRE(file.write_when_due(10 * kSecond, collect).ok());
    REQUIRE(file.write_when_due(11 * kSecond, collect).ok()); // seen
    CHECK_FALSE(fs::exists(folder.file()));
    now.text_size = 1.5f;
    REQUIRE(file.write_when_due(12 * kSecond, collect).ok()); // another: it is not at rest
    CHECK_FALSE(fs::exists(folder.file()));
    REQUIRE(file.write_when_due(13 * kSecond, collect).ok());
    CHECK(content(folder.file()).find("1.5") != std::string::npos);
    CHECK(file.due_ns() == SettingsFile::kNever);
    // Nothing changed: nothing is written, and nothing is due any more.
    fs::remove(folder.file());
    file.touch(20 * kSecond);
    REQUIRE(file.write_when_due(21 * kSecond, collect).ok());
    CHECK(file.due_ns() == SettingsFile::kNever);
    CHECK_FALSE(fs::exists(folder.file()));
}

TEST_CASE("a damaged file is set aside under a number of its own, and told") {
    const Folder folder;
    for (const char* name : {"settings.json.damaged-1", "settings.json.damaged-2"}) {
        folder.put("{\"theme\": \"li");
        SettingsFile file = folder.open();
        std::string told;
        CHECK(load(file, &told).dark_theme);
        CHECK(told.find("damaged") != std::string::npos);
        CHECK(told.find(name) != std::string::npos);
        CHECK_FALSE(fs::exists(folder.file()));
        CHECK(content(folder.path + "/websocket-debugger/" + name) == "{\"theme\": \"li");
        REQUIRE(file.write(light()).ok()); // and the session goes on as usual
        CHECK(fs::exists(folder.file()));
    }
}

TEST_CASE("a newer version's file is told of and left alone") {
    const Folder folder;
    const std::string newer = R"({"version": 9, "theme": "light"})";
    folder.put(newer);
    SettingsFile file = folder.open();
    std::string told;
    CHECK(load(file, &told).dark_theme);
    CHECK(told.find("newer version") != std::string::npos);
    CHECK_FALSE(file.keeps());
    CHECK(file.write(light()).ok());
    file.touch(1);
    CHECK(file.due_ns() == SettingsFile::kNever);
    CHECK(content(folder.file()) == newer);
}

TEST_CASE("a folder that cannot be written is told of once, with what to do") {
    const Folder folder;
    // A file stands where the folder should be: that hinders root as well.
    std::ofstream(folder.path + "/websocket-debugger") << "x";
    SettingsFile file = folder.open();
    std::string told;
    load(file, &told);
    CHECK(told.find("cannot be read") != std::string::npos);
    fs::remove(folder.path + "/websocket-debugger");
    SettingsFile later = folder.open();
    load(later);
    std::ofstream(folder.path + "/websocket-debugger") << "x";
    const base::Status failed = later.write(light());
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().what == "the settings cannot be saved");
    CHECK(failed.error().fix.find("writable") != std::string::npos);
    CHECK(later.write(light()).ok()); // told once
    fs::remove(folder.path + "/websocket-debugger");
    CHECK(later.write(light()).ok());
    CHECK(fs::exists(folder.file()));
}

TEST_CASE("a link to settings that lie elsewhere stays a link") {
    const Folder folder;
    folder.put("{}");
    const std::string elsewhere = folder.path + "/mine.json";
    fs::rename(folder.file(), elsewhere);
    fs::create_symlink(elsewhere, folder.file());
    SettingsFile file = folder.open();
    load(file);
    REQUIRE(file.write(light()).ok());
    CHECK(fs::is_symlink(folder.file()));
    CHECK(content(elsewhere).find("light") != std::string::npos);
}

TEST_CASE("without a folder nothing is read and nothing written") {
    SettingsFile file("");
    CHECK(load(file).dark_theme);
    CHECK(file.write(light()).ok());
    file.touch(1);
    CHECK(file.due_ns() == SettingsFile::kNever);
    CHECK_FALSE(file.keeps());
}

TEST_CASE("programs that write at once leave one whole file, the last one's") {
    const Folder folder;
    Settings large = light();
    large.composer_history.assign(100, {model::Body::text, std::string(2000, 'x')});
    const auto write_often = [&](float text_size) {
        SettingsFile file = folder.open();
        for (int i = 0; i < 40; ++i) {
            Settings settings = large;
            settings.text_size = text_size;
            settings.chosen = i;
            (void)file.write(settings);
        }
    };
    std::thread one(write_often, 0.8f);
    std::thread two(write_often, 1.9f);
    bool torn = false;
    for (int look = 0; look < 200; ++look) {
        const std::string text = content(folder.file());
        torn = torn || (!text.empty() &&
                        model::settings_of(text).state != model::ReadSettings::State::good);
    }
    one.join();
    two.join();
    CHECK_FALSE(torn);
    SettingsFile file = folder.open();
    CHECK(load(file).composer_history.size() == 100);
    CHECK(folder.count() == 1);
}

TEST_CASE("the folder is the one that the desktop's rules name") {
    const char* config = std::getenv("XDG_CONFIG_HOME");
    const std::string before = config ? config : "";
    ::setenv("XDG_CONFIG_HOME", "/somewhere/else", 1);
    CHECK(app::settings_folder() == "/somewhere/else/websocket-debugger");
    ::setenv("XDG_CONFIG_HOME", "relative", 1);
    const char* home = std::getenv("HOME");
    CHECK(app::settings_folder() ==
          (home && home[0] == '/' ? std::string(home) + "/.config/websocket-debugger" : ""));
    if (config) {
        ::setenv("XDG_CONFIG_HOME", before.c_str(), 1);
    } else {
        ::unsetenv("XDG_CONFIG_HOME");
    }
}

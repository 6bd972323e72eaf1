// Holds the source tree to the table in README.md ("How the code is laid out"): every #include of
// every file in src/, the folders that exist, and what CMakeLists.txt links. A page that a test
// reads cannot rot.
//
// The table: | folder | may include | never |
//  - folder: a folder of src/. "(to come)" behind its name says that it does not exist yet.
//  - may include: names of folders; names of libraries from kLibraries; "std"; "all" means all
//  folders and libraries.
//  - never: for the reader, and checked where it names a folder, a library, `sockets` or `files`.
// The C++ library and POSIX are open to all, but for `sockets` and `files` where a row says never.

#include <algorithm>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

// ---- what the words of the table mean
// -------------------------------------------------------------------------------

struct Library {
    std::string_view word;                  // as in README.md
    std::string_view target;                // as in CMakeLists.txt
    std::vector<std::string_view> prefixes; // of its headers
};

const std::vector<Library>& libraries() {
    static const std::vector<Library> all = {
        {"JSON", "third_party::json", {"nlohmann/", "simdjson.h"}},
        {"readerwriterqueue", "third_party::readerwriterqueue", {"readerwriterqueue"}},
        {"websocketpp", "third_party::websocketpp", {"websocketpp/"}},
        {"Asio", "third_party::asio", {"asio.hpp", "asio/"}},
        {"c-ares", "third_party::cares", {"ares.h"}},
        {"OpenSSL", "third_party::tls", {"openssl/"}},
        {"zlib", "third_party::zlib", {"zlib.h"}},
        {"RE2", "third_party::re2", {"re2/"}},
        {"ImGui",
         "third_party::imgui",
         {"imgui.h", "imgui_internal.h", "imgui_freetype.h", "imgui_stdlib.h", "stb/"}},
        {"GLFW", "third_party::glfw", {"GLFW/", "imgui_impl_glfw.h"}},
        {"glad", "third_party::glad", {"glad/", "imgui_impl_opengl3.h"}},
        {"CLI11", "third_party::cli11", {"CLI/"}},
    };
    return all;
}

// Parts of the standard library and of POSIX that a row's `never` may name.
const std::map<std::string_view, std::vector<std::string_view>> kSystemParts = {
    {"sockets",
     {"sys/socket.h", "netinet/", "arpa/", "netdb.h", "sys/un.h", "poll.h", "sys/epoll.h"}},
    {"files", {"fstream", "filesystem", "fcntl.h", "sys/stat.h", "sys/mman.h", "dirent.h"}},
};

// POSIX, Linux and compiler headers that our code may need. Anything else with a `.h` belongs to a
// library, and has to be known.
const std::set<std::string_view> kPosix = {
    "dirent.h",    "fcntl.h",        "netdb.h",
    "poll.h",      "pthread.h",      "sanitizer/tsan_interface.h",
    "pwd.h",       "sched.h",        "signal.h",
    "spawn.h",     "termios.h",      "time.h",
    "unistd.h",    "sys/epoll.h",    "sys/eventfd.h",
    "sys/file.h",  "sys/ioctl.h",    "sys/mman.h",
    "sys/prctl.h", "sys/resource.h", "sys/socket.h",
    "sys/stat.h",  "sys/time.h",     "sys/types.h",
    "sys/uio.h",   "sys/un.h",       "sys/wait.h",
    "arpa/inet.h", "netinet/in.h",   "netinet/tcp.h",
    "malloc.h",    "sys/signalfd.h", "sys/random.h",
    "emmintrin.h", "immintrin.h",
};

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
        return text.substr(0, prefix.size()) == prefix;
    });
}

const Library* library_of(std::string_view header) {
    for (const Library& library : libraries())
        if (starts_with_any(header, library.prefixes)) return &library;
    return nullptr;
}

bool is_library_word(std::string_view word) {
    return std::any_of(libraries().begin(), libraries().end(),
                       [&](const Library& l) { return l.word == word; });
}

// ---- the table
// ------------------------------------------------------------------------------------------------------

struct Row {
    std::size_t line = 0;      // in README.md, from 1
    bool to_come = false;      // the folder does not exist yet
    std::set<std::string> may; // folders and library words; "all" is spelled out
    std::set<std::string> never;
};
using Table = std::map<std::string, Row>;
using Problems = std::vector<std::string>;

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t`");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t`\r") - first + 1));
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::string part;
    std::istringstream stream{std::string(text)};
    while (std::getline(stream, part, separator)) parts.push_back(trimmed(part));
    return parts;
}

std::vector<std::string> lines_of(const fs::path& path) {
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

std::string at(const fs::path& path, std::size_t line) {
    return path.generic_string() + ":" + std::to_string(line) + ": ";
}

void spell_out_all(Table& table) {
    for (auto& [name, row] : table) {
        if (row.may.erase("all") == 0) continue;
        for (const auto& other : table) row.may.insert(other.first);
        for (const Library& library : libraries()) row.may.insert(std::string(library.word));
    }
}

void check_words(const Table& table, Problems& problems) {
    for (const auto& [name, row] : table) {
        for (const std::string& word : row.may) {
            if (word != "std" && table.count(word) == 0 && !is_library_word(word))
                problems.push_back(at("README.md", row.line) + "'" + word +
                                   "' is no folder of the table and no library");
            if (row.never.count(word) != 0)
                problems.push_back(at("README.md", row.line) + name +
                                   " may and never may include " + word);
        }
    }
}

Table read_table(const fs::path& root, Problems& problems) {
    Table table;
    bool in_section = false;
    std::size_t number = 0;
    for (const std::string& line : lines_of(root / "README.md")) {
        ++number;
        if (line.rfind("#", 0) == 0)
            in_section = line.find("How the code is laid out") != std::string::npos;
        if (!in_section || line.rfind("|", 0) != 0) continue;
        const std::vector<std::string> cells = split(std::string_view(line).substr(1), '|');
        if (cells.size() < 3 || cells[0] == "folder" ||
            cells[0].find_first_not_of("-: ") == std::string::npos)
            continue;
        Row row;
        row.line = number;
        std::string name = cells[0];
        if (const auto mark = name.find("(to come)"); mark != std::string::npos) {
            row.to_come = true;
            name = trimmed(std::string_view(name).substr(0, mark));
        }
        for (const std::string& word : split(cells[1], ',')) row.may.insert(word);
        for (const std::string& word : split(cells[2], ',')) row.never.insert(word);
        table[name] = row;
    }
    if (table.empty())
        problems.push_back(
            "README.md: no table of folders under the heading 'How the code is laid out'");
    spell_out_all(table);
    check_words(table, problems);
    return table;
}

// ---- includes
// -------------------------------------------------------------------------------------------------------

struct Include {
    std::size_t line = 0; // from 1
    bool quoted = false;
    std::string header;
};

std::optional<Include> include_of(const std::string& text, std::size_t line) {
    std::size_t i = text.find_first_not_of(" \t");
    if (i == std::string::npos || text[i] != '#') return std::nullopt;
    i = text.find_first_not_of(" \t", i + 1);
    if (i == std::string::npos || text.compare(i, 7, "include") != 0) return std::nullopt;
    i = text.find_first_of("<\"", i + 7);
    if (i == std::string::npos) return std::nullopt;
    const auto end = text.find(text[i] == '<' ? '>' : '"', i + 1);
    if (end == std::string::npos) return std::nullopt;
    return Include{line, text[i] == '"', text.substr(i + 1, end - i - 1)};
}

struct File {
    fs::path path; // from the root, with src/
    std::string folder;
    std::string name;
};

// app is two libraries: what the window needs must not reach what wsdbg is made of.
bool is_of_window(const File& file) {
    return file.name.rfind("window", 0) == 0 || file.name.rfind("gl", 0) == 0 ||
           file.name.rfind("main_window", 0) == 0;
}

std::string problem_of_own(const fs::path& root, const File& file, const Row& row,
                           const Include& include) {
    const auto slash = include.header.find('/');
    if (slash == std::string::npos)
        return "is neither \"folder/file.h\" nor a header of a known library";
    if (!fs::exists(root / "src" / include.header)) return "does not exist below src/";
    const std::string target = include.header.substr(0, slash);
    if (target == file.folder) return {};
    if (row.may.count(target) == 0) return file.folder + " may not include " + target;
    if (file.folder == "app" && target == "ui" && !is_of_window(file))
        return "only window*, gl* and main_window of app may include ui: wsdbg is made of the rest";
    return {};
}

std::string problem_of_system(const Row& row, const std::string& folder,
                              const std::string& header) {
    const bool standard = header.find_first_of("./") == std::string::npos;
    if (!standard && kPosix.count(header) == 0)
        return "is a header of no known library: name it in tests/tree/layers_test.cpp, README.md "
               "and third_party/README.md";
    for (const auto& [word, prefixes] : kSystemParts)
        if (row.never.count(std::string(word)) != 0 && starts_with_any(header, prefixes))
            return folder + " never includes " + std::string(word);
    return {};
}

std::string problem_of_library(const File& file, const Row& row, const Library& library) {
    const std::string word(library.word);
    if (row.may.count(word) == 0) return file.folder + " may not include " + word;
    if (word == "websocketpp" && file.name != "codec.cpp")
        return "only codec.cpp may include websocketpp: it is the one unit of its folder compiled "
               "as C++17";
    if (file.folder == "app" && (word == "ImGui" || word == "GLFW" || word == "glad") &&
        !is_of_window(file))
        return "only window*, gl* and main_window of app may include " + word +
               ": wsdbg is made of the rest";
    return {};
}

std::string problem_of(const fs::path& root, const File& file, const Row& row,
                       const Include& include) {
    if (const Library* library = library_of(include.header))
        return problem_of_library(file, row, *library);
    if (include.quoted) return problem_of_own(root, file, row, include);
    return problem_of_system(row, file.folder, include.header);
}

void check_file(const fs::path& root, const File& file, const Row& row, Problems& problems) {
    std::size_t number = 0;
    for (const std::string& line : lines_of(root / file.path)) {
        const std::optional<Include> include = include_of(line, ++number);
        if (!include) continue;
        const std::string problem = problem_of(root, file, row, *include);
        if (!problem.empty())
            problems.push_back(at(file.path, number) + include->header + " " + problem);
    }
}

bool is_source(const fs::path& path) {
    static const std::set<std::string> extensions = {".cpp", ".h", ".hpp", ".cc", ".inl", ".c"};
    return extensions.count(path.extension().string()) != 0;
}

void check_folders(const fs::path& root, const Table& table, Problems& problems) {
    for (const auto& [name, row] : table) {
        const bool exists = fs::is_directory(root / "src" / name);
        if (!exists && !row.to_come)
            problems.push_back(at("README.md", row.line) + "there is no folder src/" + name +
                               ": is it \"(to come)\"?");
        if (exists && row.to_come)
            problems.push_back(at("README.md", row.line) + "src/" + name + " is there: it came");
    }
    for (const auto& entry : fs::directory_iterator(root / "src")) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_directory())
            problems.push_back("src/" + name + ": files live in a folder of src/");
        else if (table.count(name) == 0)
            problems.push_back("src/" + name +
                               ": the table in README.md has no row for this folder");
    }
}

void check_includes(const fs::path& root, const Table& table, Problems& problems) {
    for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
        if (!entry.is_regular_file() || !is_source(entry.path())) continue;
        const fs::path path = fs::relative(entry.path(), root);
        const std::string folder = std::next(path.begin())->string();
        const auto row = table.find(folder);
        if (row != table.end())
            check_file(root, {path, folder, path.filename().string()}, row->second, problems);
    }
}

// ---- what CMakeLists.txt links
// --------------------------------------------------------------------------------------

// The word of the table for a link target; empty for one that is no matter of layers.
std::string word_of_target(const std::string& target) {
    if (target.rfind("wd_", 0) == 0) return target.substr(3);
    for (const Library& library : libraries())
        if (library.target == target) return std::string(library.word);
    return target == "Threads::Threads" ? std::string() : target;
}

// Reads the lines `wd_folder(<name> LINK <targets>)`.
void check_links(const fs::path& root, const Table& table, Problems& problems) {
    std::size_t number = 0;
    for (const std::string& line : lines_of(root / "CMakeLists.txt")) {
        ++number;
        if (line.rfind("wd_folder(", 0) != 0) continue;
        std::istringstream words(line.substr(10, line.find(')') - 10));
        std::string folder, target;
        words >> folder >> target; // target: LINK
        const auto row = table.find(folder);
        if (row == table.end()) {
            problems.push_back(at("CMakeLists.txt", number) + folder +
                               " is not in the table of README.md");
            continue;
        }
        while (words >> target) {
            const std::string word = word_of_target(target);
            if (!word.empty() && row->second.may.count(word) == 0)
                problems.push_back(at("CMakeLists.txt", number) + folder + " may not link " +
                                   target);
        }
    }
}

Problems check_tree(const fs::path& root) {
    Problems problems;
    const Table table = read_table(root, problems);
    check_folders(root, table, problems);
    check_includes(root, table, problems);
    check_links(root, table, problems);
    return problems;
}

// ---- a small tree to plant mistakes in
// ------------------------------------------------------------------------------

class Tree {
public:
    Tree() {
        std::string name = (fs::temp_directory_path() / "wd_layers_XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        root = name;
        write("README.md", "# Title\n## How the code is laid out\n"
                           "| folder | may include | never |\n| --- | --- | --- |\n"
                           "| base | std | anything of ours |\n"
                           "| wire | base, JSON | sockets, files |\n"
                           "| net | base, wire, websocketpp, Asio | ui |\n"
                           "| ui | base, wire, ImGui | net |\n"
                           "| app | all, GLFW | nobody includes app |\n");
        write("CMakeLists.txt",
              "wd_folder(base LINK Threads::Threads)\nwd_folder(wire LINK wd_base "
              "third_party::json)\n");
        write("src/base/error.h", "#pragma once\n#include <string>\n");
        write("src/wire/event.h",
              "#pragma once\n#include \"base/error.h\"\n#include <nlohmann/json.hpp>\n");
        write("src/net/codec.cpp",
              "#include \"wire/event.h\"\n#include <websocketpp/client.hpp>\n");
        write("src/ui/panel.cpp", "#include <imgui.h>\n");
        write("src/ui/panel.h", "");
        write("src/app/act.cpp", "#include \"net/link.h\"\n#include <unistd.h>\n");
        write("src/app/window.cpp", "#include \"ui/panel.h\"\n#include <GLFW/glfw3.h>\n");
        write("src/net/link.h", "");
    }
    ~Tree() {
        std::error_code ignored;
        fs::remove_all(root, ignored);
    }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    void write(const std::string& path, const std::string& text) const {
        fs::create_directories((root / path).parent_path());
        std::ofstream(root / path) << text;
    }

    fs::path root;
};

// The one problem of the tree after a file was written; an empty text when there is none, all of
// them when more.
std::string only_problem(const Tree& tree) {
    std::string all;
    for (const std::string& problem : check_tree(tree.root))
        all += (all.empty() ? "" : " AND ") + problem;
    return all;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("every include of src/ keeps to the table in README.md") {
    const char* root = std::getenv("WD_SOURCE_DIR");
    REQUIRE(root != nullptr);
    for (const std::string& problem : check_tree(root)) FAIL_CHECK(problem);
}

TEST_CASE("a tree that keeps to its table has no problems") { CHECK(only_problem(Tree()) == ""); }

TEST_CASE("a planted mistake is told with its file and line") {
    const Tree tree;
    SUBCASE("a folder that the row does not name") {
        tree.write("src/wire/event.cpp",
                   "// why\n#include \"wire/event.h\"\n#include \"net/link.h\"\n");
        CHECK(only_problem(tree) == "src/wire/event.cpp:3: net/link.h wire may not include net");
    }
    SUBCASE("base includes nothing of ours") {
        tree.write("src/base/clock.cpp", "#include \"wire/event.h\"\n");
        CHECK(only_problem(tree) == "src/base/clock.cpp:1: wire/event.h base may not include wire");
    }
    SUBCASE("nobody includes app") {
        tree.write("src/app/act.h", "");
        tree.write("src/ui/panel.cpp", "#include \"app/act.h\"\n");
        CHECK(only_problem(tree) == "src/ui/panel.cpp:1: app/act.h ui may not include app");
    }
    SUBCASE("a library that the row does not name") {
        tree.write("src/ui/panel.cpp", "\n#  include   <asio.hpp>\n");
        CHECK(only_problem(tree) == "src/ui/panel.cpp:2: asio.hpp ui may not include Asio");
    }
    SUBCASE("a library that nobody knows") {
        tree.write("src/app/act.cpp", "#include <boost/any.hpp>\n");
        CHECK(has(only_problem(tree),
                  "src/app/act.cpp:1: boost/any.hpp is a header of no known library"));
    }
    SUBCASE("websocketpp outside the codec") {
        tree.write("src/net/link.h", "#include <websocketpp/close.hpp>\n");
        CHECK(has(only_problem(tree), "src/net/link.h:1: websocketpp/close.hpp only codec.cpp"));
    }
    SUBCASE("the window's headers in what wsdbg is made of") {
        tree.write("src/app/act.cpp", "#include <GLFW/glfw3.h>\n");
        CHECK(has(only_problem(tree), "src/app/act.cpp:1: GLFW/glfw3.h only window*"));
        tree.write("src/app/act.cpp", "#include \"ui/panel.h\"\n");
        CHECK(has(only_problem(tree), "src/app/act.cpp:1: ui/panel.h only window*"));
    }
    SUBCASE("sockets and files where a row says never") {
        tree.write("src/wire/event.cpp", "#include <sys/socket.h>\n");
        CHECK(has(only_problem(tree),
                  "src/wire/event.cpp:1: sys/socket.h wire never includes sockets"));
        tree.write("src/wire/event.cpp", "#include <fstream>\n");
        CHECK(has(only_problem(tree), "src/wire/event.cpp:1: fstream wire never includes files"));
    }
    SUBCASE("our header without its folder, or one that is not there") {
        tree.write("src/wire/event.cpp", "#include \"event.h\"\n");
        CHECK(has(only_problem(tree), "src/wire/event.cpp:1: event.h is neither"));
        tree.write("src/wire/event.cpp", "#include \"wire/gone.h\"\n");
        CHECK(only_problem(tree) == "src/wire/event.cpp:1: wire/gone.h does not exist below src/");
    }
    SUBCASE("a folder without a row, a row without a folder") {
        tree.write("src/extra/x.h", "");
        CHECK(only_problem(tree) == "src/extra: the table in README.md has no row for this folder");
        fs::remove_all(tree.root / "src/extra");
        fs::remove_all(tree.root / "src/ui");
        tree.write("src/app/window.cpp", "");
        CHECK(has(only_problem(tree), "README.md:8: there is no folder src/ui"));
    }
    SUBCASE("a link that the table does not allow") {
        tree.write("CMakeLists.txt", "\nwd_folder(wire LINK wd_base wd_net third_party::imgui)\n");
        CHECK(only_problem(tree) ==
              "CMakeLists.txt:2: wire may not link wd_net AND CMakeLists.txt:2: wire may not link "
              "third_party::imgui");
    }
    SUBCASE("a word in the table that means nothing, and a row against itself") {
        tree.write("README.md",
                   "## How the code is laid out\n| base | std | |\n| wire | base, Boost | base |\n"
                   "| net | base, wire, websocketpp | |\n| ui | ImGui | |\n| app | all | |\n");
        const std::string problems = only_problem(tree);
        CHECK(has(problems, "README.md:3: 'Boost' is no folder of the table and no library"));
        CHECK(has(problems, "README.md:3: wire may and never may include base"));
    }
    SUBCASE("no table at all") {
        tree.write("README.md", "# Title\n");
        CHECK(has(only_problem(tree), "README.md: no table of folders"));
    }
}

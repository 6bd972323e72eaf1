// main() of every test program: doctest's, plus three habits of this project.
//  - A run that selects no test fails: a filter that matches nothing must not look like success.
//  - Paths reach tests by environment: WD_SOURCE_DIR (the project), WSDBG and WEBSOCKET_DEBUGGER
//  (the programs, beside
//    this one). A value that is already set stays.
//  - A peer that goes away is an error code, never a signal.
#define DOCTEST_CONFIG_IMPLEMENT
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>

namespace {

unsigned g_selected_tests = 0;

struct CountSelected : doctest::IReporter {
    explicit CountSelected(const doctest::ContextOptions&) {}
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats& stats) override {
        g_selected_tests = stats.numTestCasesPassingFilters;
    }
    void test_case_start(const doctest::TestCaseData&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("count_selected", 1, CountSelected);

void set_default(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 0); }

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    std::error_code ignored;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    set_default("WD_SOURCE_DIR", WD_SOURCE_DIR);
    set_default("WSDBG", (folder / "wsdbg").string());
    set_default("WEBSOCKET_DEBUGGER", (folder / "websocket-debugger").string());

    doctest::Context context(argc, argv);
    const int result = context.run();
    if (context.shouldExit()) return result;
    if (g_selected_tests == 0) {
        std::fprintf(stderr, "No test was selected: the filter matches nothing in this program.\n");
        return 1;
    }
    return result;
}

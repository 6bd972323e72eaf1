#include "app/wsdbg_args.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

using Words = std::vector<std::string>;

struct Sample {
    bool json = false;
    bool deflate = true;
    double seconds = -1;
    std::uint64_t count = 0;
    std::string file;
    Words many;
    Words words;
    std::string fault; ///< empty: all is well
};

Sample parsed(const Words& given) {
    Sample sample;
    app::Arguments arguments;
    arguments.flag("--json", &sample.json);
    arguments.flag("--no-deflate", &sample.deflate, false);
    arguments.number("--for", &sample.seconds, 0, 100, true);
    arguments.whole("--count", &sample.count, 1, 1000);
    arguments.text("-o,--output", &sample.file);
    arguments.repeatable("-H", [&](const std::string& value) {
        sample.many.push_back(value);
        return std::string(value == "bad" ? "it is bad" : "");
    });
    const base::Status status = arguments.parse(given);
    if (!status) sample.fault = status.error().what;
    sample.words = arguments.words();
    return sample;
}

struct LinkSample {
    wire::LinkOptions options;
    std::string fault;
};

LinkSample link_parsed(const Words& given) {
    app::Arguments arguments;
    app::LinkArguments link;
    link.add_to(arguments);
    LinkSample sample;
    base::Status status = arguments.parse(given);
    if (status) status = link.finish(arguments);
    if (!status) sample.fault = base::one_line(status.error());
    sample.options = link.options;
    return sample;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("options and words are told apart wherever they stand") {
    const Sample sample =
        parsed({"ws://a", "--json", "-o", "x.ndjson", "more", "--for=2.5", "--count", "7"});
    CHECK(sample.fault == "");
    CHECK(sample.json);
    CHECK(sample.file == "x.ndjson");
    CHECK(sample.seconds == 2.5);
    CHECK(sample.count == 7);
    CHECK(sample.deflate);
    CHECK(sample.words == Words{"ws://a", "more"});
    CHECK_FALSE(parsed({"--no-deflate"}).deflate);
}

TEST_CASE("words in brackets stay whole, as words and as values") {
    CHECK(parsed({"[1,2,3]"}).words == Words{"[1,2,3]"});
    CHECK(parsed({"-o", "[1,2,3]"}).file == "[1,2,3]");
    CHECK(parsed({"-H", "[a,b]", "[c]"}).many == Words{"[a,b]"});
    CHECK(parsed({"-H", "[a,b]", "[c]"}).words == Words{"[c]"});
}

TEST_CASE("a repeatable option takes one value each time and leaves what follows") {
    const Sample sample = parsed({"-H", "A: b", "hello", "-H", "C: d", "-H", "E: f"});
    CHECK(sample.fault == "");
    CHECK(sample.many == Words{"A: b", "C: d", "E: f"});
    CHECK(sample.words == Words{"hello"});
}

TEST_CASE("behind -- everything is a word") {
    const Sample sample = parsed({"--json", "--", "--json", "-x", "--"});
    CHECK(sample.fault == "");
    CHECK(sample.words == Words{"--json", "-x", "--"});
}

TEST_CASE("each mistake is one line that names the part") {
    CHECK(parsed({"--nonsense"}).fault == "there is no option --nonsense");
    CHECK(parsed({"--nonsense=3", "x"}).fault == "there is no option --nonsense");
    CHECK(parsed({"-x"}).fault == "there is no option -x");
    CHECK(parsed({"--count"}).fault == "--count needs a value");
    CHECK(parsed({"--count=", "5"}).fault == "--count needs a value");
    CHECK(parsed({"-o"}).fault == "--output needs a value");
    CHECK(parsed({"-H"}).fault == "-H needs a value");
    CHECK(parsed({"--json=1"}).fault == "--json does not take a value");
    CHECK(parsed({"-o", ""}).fault == "--output: it must not be empty");
    CHECK(parsed({"-o", "a", "-o", "b"}).fault == "--output is given twice");
    CHECK(parsed({"-H", "bad"}).fault == "-H: it is bad");
    CHECK(parsed({"--count", "1.5"}).fault ==
          "--count: \"1.5\" is not a whole number from 1 to 1000");
    CHECK(parsed({"--count", "0"}).fault == "--count: \"0\" is not a whole number from 1 to 1000");
    CHECK(parsed({"--count", "-3"}).fault ==
          "--count: \"-3\" is not a whole number from 1 to 1000");
    CHECK(parsed({"--count", "1001"}).fault ==
          "--count: \"1001\" is not a whole number from 1 to 1000");
    CHECK(parsed({"--for", "0"}).fault == "--for: \"0\" is not a number above 0, up to 100");
    for (const char* wrong : {"", "abc", "1s", " 1", "inf", "nan", "1e999", "101", "0x10"})
        CHECK_MESSAGE(contains(parsed({"--for", wrong}).fault, "--for: \""), wrong);
}

TEST_CASE("the shared options become the link's") {
    const LinkSample sample = link_parsed({"-H",
                                           "X-One:  two ",
                                           "-H",
                                           "Cookie: a=b: c",
                                           "--subprotocol",
                                           "chat",
                                           "--subprotocol",
                                           "v2",
                                           "--origin",
                                           "http://here",
                                           "--insecure",
                                           "--ca",
                                           "ca.pem",
                                           "--cert",
                                           "c.pem",
                                           "--key",
                                           "k.pem",
                                           "--no-deflate",
                                           "--no-auth",
                                           "--ping-interval",
                                           "2.5",
                                           "--connect-timeout",
                                           "3",
                                           "--retry",
                                           "4",
                                           "--max-message",
                                           "1000",
                                           "ws://localhost:8765"});
    CHECK(sample.fault == "");
    const wire::LinkOptions& o = sample.options;
    CHECK(o.url == "ws://localhost:8765");
    REQUIRE(o.headers.size() == 2);
    CHECK(o.headers[0].first == "X-One");
    CHECK(o.headers[0].second == "two");
    CHECK(o.headers[1].second == "a=b: c");
    CHECK(o.subprotocols == Words{"chat", "v2"});
    CHECK(o.origin == "http://here");
    CHECK(o.insecure);
    CHECK(o.ca_file == "ca.pem");
    CHECK(o.cert_file == "c.pem");
    CHECK(o.key_file == "k.pem");
    CHECK_FALSE(o.deflate);
    CHECK_FALSE(o.auto_auth);
    CHECK(o.ping_interval_s == 2.5);
    CHECK(o.connect_timeout_s == 3);
    CHECK(o.retry_first == 4);
    CHECK(o.retry_after_open == 4);
    CHECK(o.max_message == 1000);
    CHECK(link_parsed({"ws://a", "--retry", "forever"}).options.retry_first ==
          wire::LinkOptions::kForever);
}

TEST_CASE("without options the link has the contract's defaults") {
    const wire::LinkOptions o = link_parsed({"ws://a"}).options;
    CHECK(o.max_message == 32u << 20);
    CHECK(o.connect_timeout_s == 10);
    CHECK(o.retry_first == 0);
    CHECK(o.deflate);
    CHECK(o.auto_auth);
    CHECK_FALSE(o.insecure);
}

TEST_CASE("wrong shared options are refused by name") {
    const std::string secret = link_parsed({"ws://a", "-H", "Authorization Bearer abc"}).fault;
    CHECK(contains(secret, "-H: what begins with \"Authorization\" is not a header"));
    CHECK_FALSE(contains(secret, "Bearer"));
    CHECK(contains(link_parsed({"ws://a", "-H", ": value"}).fault, "-H: "));
    CHECK(contains(link_parsed({"ws://a", "-H", "A b: c"}).fault, "-H: "));
    CHECK(contains(link_parsed({"ws://a", "-H", "A: b\r\nEvil: c"}).fault, "control characters"));
    CHECK(contains(link_parsed({"ws://a", "-H", "Upgrade: x"}).fault, "Upgrade"));
    CHECK(contains(link_parsed({"ws://a", "-H", "sec-websocket-protocol: x"}).fault,
                   "--subprotocol"));
    CHECK(contains(link_parsed({"ws://a", "--subprotocol", "a b"}).fault, "--subprotocol: "));
    CHECK(contains(link_parsed({"ws://a", "--subprotocol", "a", "--subprotocol", "a"}).fault,
                   "twice"));
    CHECK(contains(link_parsed({"ws://a", "--retry", "often"}).fault, "--retry: \"often\""));
    CHECK(contains(link_parsed({"ws://a", "--retry", "-1"}).fault, "--retry: \"-1\""));
    CHECK(contains(link_parsed({"ws://a", "--connect-timeout", "0"}).fault, "--connect-timeout"));
    CHECK(contains(link_parsed({"ws://a", "--cert", "c.pem"}).fault, "--key"));
    CHECK(contains(link_parsed({"ws://a", "--key", "k.pem"}).fault, "--cert"));
}

TEST_CASE("there is one URL, and a wrong one says what is wrong with it") {
    CHECK(contains(link_parsed({}).fault, "the URL is missing"));
    CHECK(contains(link_parsed({"ws://a", "type == x"}).fault, "\"type == x\" is too much"));
    CHECK(contains(link_parsed({"localhost:8765"}).fault, "URL"));
    CHECK(contains(link_parsed({"localhost:8765"}).fault, "ws://localhost:8765"));
    CHECK(contains(link_parsed({"ws://a:99999"}).fault, "99999"));
    CHECK(contains(link_parsed({"[1,2,3]"}).fault, "[1,2,3]"));
}

TEST_CASE("a capture is not written over what is there unless it is asked for") {
    char folder[] = "/tmp/wsdbg-args-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/old.ndjson";
    std::ofstream(path) << "precious\n";
    const auto fault = [](const Words& given) {
        app::Arguments arguments;
        app::CaptureArguments capture;
        capture.add_to(arguments);
        REQUIRE(arguments.parse(given).ok());
        const base::Status status = capture.finish();
        return status ? std::string() : base::one_line(status.error());
    };
    CHECK(contains(fault({"-o", path}), "exists and is not empty"));
    CHECK(fault({"-o", path, "--overwrite"}) == "");
    CHECK(fault({"-o", std::string(folder) + "/new.ndjson"}) == "");
    CHECK(contains(fault({"--overwrite"}), "-o"));
    std::filesystem::remove_all(folder);
}

// Protocol truth: every case of the tables in protocol_cases*.cpp, over plain TCP and over TLS,
// against a client that echoes. A fault has to be named with its rule, its section, the byte that
// broke it, and the close code that was sent.
// ctest: timeout=300
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>

#include "net/certificate.h"
#include "net/deflate.h"
#include "net/protocol_cases.h"

using test::Case;
using test::HandshakeCase;
using wire::Kind;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// One server for all cases of a run; each has a connection of its own.
class Stage {
public:
    explicit Stage(bool tls) {
        if (tls) certificate_ = std::make_unique<test::Certificate>();
    }

    test::Watch watch;
    std::unique_ptr<test::Conn> dial(wire::LinkOptions options) {
        options.url = peer_.url();
        if (certificate_) {
            options.url = "wss://127.0.0.1:" + std::to_string(peer_.port());
            options.ca_file = certificate_->cert_file();
        }
        watch.engine().connect(1, options);
        auto conn = peer_.accept();
        if (conn && certificate_)
            conn = std::make_unique<test::TlsConn>(std::move(conn), *certificate_);
        return conn;
    }

private:
    test::Peer peer_;
    std::unique_ptr<test::Certificate> certificate_;
};

/// Reads what the client sends; its compressed messages are inflated as a server would.
struct Reader {
    test::Conn& conn;
    net::Inflater inflater{1u << 30};

    test::Conn::Frame next() {
        test::Conn::Frame frame = conn.read_frame();
        if (frame.opcode < 0) return frame;
        CHECK(frame.fin);
        CHECK(frame.masked);
        if (frame.rsv1) {
            std::string whole;
            const std::string body = frame.payload + std::string("\0\0\xff\xff", 4);
            CHECK(inflater.inflate(body.data(), body.size(), whole) == net::Inflater::Outcome::ok);
            frame.payload = std::move(whole);
        }
        return frame;
    }
};

int code_of(const std::string& body) {
    if (body.size() < 2) return 0;
    return static_cast<unsigned char>(body[0]) << 8 | static_cast<unsigned char>(body[1]);
}

void check_end(Stage& stage, Reader& reader, std::unique_ptr<test::Conn>& conn, const Case& one) {
    if (one.end == Case::End::open) {
        CHECK(reader.conn.write(test::text_frame("the end") + test::close_bytes(1000)));
        CHECK(reader.next().payload == "the end");
    }
    const auto close = reader.next();
    CHECK(close.opcode == 8);
    CHECK(code_of(close.payload) == (one.end == Case::End::open ? 1000 : one.code));
    conn.reset(); // TCP ends, of TLS without close_notify
    const wire::Event* closed = stage.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->clean == (one.end != Case::End::fails));
    if (one.end != Case::End::fails) return;
    REQUIRE(closed->details->error);
    const std::string line = base::one_line(*closed->details->error);
    CAPTURE(line);
    CHECK(has(line, one.rule));
    CHECK(has(line, one.section));
    CHECK(has(line, "at byte "));
    CHECK(has(line, std::to_string(one.code)));
}

void run_case(Stage& stage, const Case& one) {
    CAPTURE(one.name);
    wire::LinkOptions options;
    options.echo = true;
    options.max_message = test::kCaseLimit;
    options.frame_detail = true; // so that the tap looks at every case, too
    auto conn = stage.dial(options);
    REQUIRE(conn);
    REQUIRE(conn->upgrade(
        one.extensions.empty() ? "" : "Sec-WebSocket-Extensions: " + one.extensions + "\r\n"));
    Reader reader{*conn};
    std::size_t answered = 0;
    for (const std::string& bytes : one.bytes) conn->write(bytes); // it may be closed already
    for (; answered < one.answers.size(); ++answered) {
        const auto frame = reader.next();
        REQUIRE(frame.opcode == one.answers[answered].opcode);
        REQUIRE((frame.payload == one.answers[answered].payload)); // it may be long
    }
    check_end(stage, reader, conn, one);
}

/// Nobody can guess them: hardly two are the same, none is 0, and every bit is set in about half.
void check_masks(const Stage& stage) {
    std::set<std::uint32_t> masks;
    std::size_t frames = 0;
    std::array<std::size_t, 32> set_bits{};
    for (const auto& event : stage.watch.all()) {
        if (event->dir != wire::Dir::out || !event->details || !event->details->frames) continue;
        const std::uint32_t mask = event->details->frames->frames.at(0).mask;
        masks.insert(mask);
        for (std::size_t bit = 0; bit < 32; ++bit) set_bits[bit] += mask >> bit & 1;
        ++frames;
    }
    REQUIRE(frames > 20);
    CHECK(masks.size() + 1 >= frames);
    CHECK(masks.count(0) == 0);
    for (const std::size_t count : set_bits) {
        CHECK(count > frames / 10);
        CHECK(count < frames - frames / 10);
    }
}

void run_all(const std::vector<Case>& cases, std::size_t at_least) {
    std::set<std::string> names;
    for (const Case& one : cases) CHECK_MESSAGE(names.insert(one.name).second, one.name);
    CHECK(names.size() >= at_least);
    for (const bool tls : {false, true}) {
        CAPTURE(tls);
        Stage stage(tls);
        for (const Case& one : cases) run_case(stage, one);
        check_masks(stage);
    }
}

} // namespace

TEST_CASE("protocol: frames (RFC 6455 section 5.2)") { run_all(test::framing_cases(), 70); }
TEST_CASE("protocol: lengths (RFC 6455 section 5.2)") { run_all(test::length_cases(), 50); }
TEST_CASE("protocol: control frames (RFC 6455 section 5.5)") { run_all(test::control_cases(), 24); }
TEST_CASE("protocol: fragments (RFC 6455 section 5.4)") { run_all(test::fragment_cases(), 33); }
TEST_CASE("protocol: text (RFC 6455 section 8.1)") { run_all(test::text_cases(), 110); }
TEST_CASE("protocol: closing (RFC 6455 sections 5.5.1 and 7.4)") {
    run_all(test::close_cases(), 43);
}
TEST_CASE("protocol: permessage-deflate (RFC 7692)") { run_all(test::deflate_cases(), 65); }

TEST_CASE("protocol: the opening handshake (RFC 6455 section 4)") {
    const std::vector<HandshakeCase> cases = test::handshake_cases();
    CHECK(cases.size() >= 70);
    for (const bool tls : {false, true}) {
        Stage stage(tls);
        for (const HandshakeCase& one : cases) {
            CAPTURE(tls);
            CAPTURE(one.name);
            wire::LinkOptions options;
            options.subprotocols = one.subprotocols;
            options.deflate = one.deflate;
            auto conn = stage.dial(options);
            REQUIRE(conn);
            std::string answer = one.answer;
            const std::string accept = test::accept_for_request(conn->read_request());
            for (std::size_t at = 0; (at = answer.find("ACCEPT")) != std::string::npos;)
                answer.replace(at, 6, accept);
            conn->write(answer);
            if (one.words.empty()) {
                REQUIRE(stage.watch.next(Kind::open));
                stage.watch.engine().disconnect(1);
                CHECK(conn->read_frame().opcode == 8);
                conn.reset();
                REQUIRE(stage.watch.next(Kind::closed));
                continue;
            }
            conn.reset();
            const wire::Event* failed = stage.watch.next(Kind::failed);
            REQUIRE(failed);
            const std::string line = base::one_line(*failed->details->error);
            CAPTURE(line);
            for (const std::string& word : one.words) CHECK_MESSAGE(has(line, word), word);
        }
    }
}

#include "net/tls.h"

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/ssl/stream.hpp>
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>

#include "net/certificate.h"
#include "net/peer.h"

namespace {

using test::Certificate;
using test::CertificateSpec;

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string all_of(const base::Error& error) {
    return error.what + "; " + error.why + "; " + error.fix;
}

std::string context_refusal(const wire::LinkOptions& options) {
    auto context = net::tls_context(options);
    if (context.ok()) FAIL("the context was made");
    return all_of(context.error());
}

/// A file with these words, beside a certificate whose folder is removed with it.
std::string file_beside(const Certificate& certificate, const char* name,
                        const std::string& words) {
    const auto path = std::filesystem::path(certificate.cert_file()).parent_path() / name;
    std::ofstream(path) << words;
    return path.string();
}

using Server = std::function<void(std::unique_ptr<test::Conn>)>;

/// Shakes hands as a Session does, with whatever `server` is on the other side.
struct Handshake {
    bool ok = false;
    std::string told;    ///< the error, all its parts
    std::string summary; ///< of what was agreed
};

Handshake shake_with(const wire::LinkOptions& options, const std::string& host,
                     const Server& server) {
    test::Peer peer;
    std::thread other([&] { server(peer.accept()); });
    Handshake result;
    {
        asio::io_context io;
        asio::ip::tcp::socket socket(io);
        socket.connect({asio::ip::make_address("127.0.0.1"), peer.port()});
        auto context = net::tls_context(options);
        REQUIRE(context.ok());
        asio::ssl::stream<asio::ip::tcp::socket&> stream(socket, *context.value());
        net::prepare_tls(stream.native_handle(), host);
        std::error_code error;
        stream.handshake(asio::ssl::stream_base::client, error);
        result.ok = !error;
        if (error) result.told = all_of(net::tls_error(stream.native_handle(), error, host));
        if (!error) result.summary = net::tls_summary(stream.native_handle());
    }
    other.join();
    return result;
}

/// With a TLS server that has this certificate. `trust`: the client knows it.
Handshake shake(const Certificate& certificate, const std::string& host, bool trust = true,
                bool insecure = false, int max_version = TLS1_3_VERSION,
                std::string* server_name = nullptr) {
    wire::LinkOptions options;
    options.insecure = insecure;
    if (trust) options.ca_file = certificate.cert_file();
    return shake_with(options, host, [&](std::unique_ptr<test::Conn> conn) {
        test::TlsConn tls(std::move(conn), certificate, max_version);
        if (server_name) *server_name = tls.server_name();
    });
}

/// The words that every certificate error has (CONTRACT.md), and the evidence.
void refused(const Handshake& handshake, std::initializer_list<const char*> words) {
    INFO(handshake.told);
    CHECK_FALSE(handshake.ok);
    CHECK(has(handshake.told, "TLS"));
    CHECK(has(handshake.told, "certificate"));
    for (const char* word : words) CHECK(has(handshake.told, word));
}

} // namespace

//--- the context

TEST_CASE("a file that is missing is named, with what it was for") {
    const Certificate certificate;
    const std::string nowhere = certificate.cert_file() + ".missing";
    wire::LinkOptions ca;
    ca.ca_file = nowhere;
    CHECK(has(context_refusal(ca), "TLS: CA file " + nowhere));
    CHECK(has(context_refusal(ca), "No such file"));
    wire::LinkOptions cert;
    cert.cert_file = nowhere;
    CHECK(has(context_refusal(cert), "client certificate " + nowhere));
    wire::LinkOptions key;
    key.cert_file = certificate.cert_file();
    key.key_file = nowhere;
    CHECK(has(context_refusal(key), "key " + nowhere));
}

TEST_CASE("a file that is no PEM, or empty, is named") {
    const Certificate certificate;
    for (const char* words : {"", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
        const std::string file = file_beside(certificate, "bad.pem", words);
        wire::LinkOptions ca;
        ca.ca_file = file;
        CHECK(has(context_refusal(ca), file));
        CHECK(has(context_refusal(ca), "PEM"));
        wire::LinkOptions cert;
        cert.cert_file = file;
        CHECK(has(context_refusal(cert), file));
    }
}

TEST_CASE("a key that belongs to another certificate is refused") {
    const Certificate one, two;
    wire::LinkOptions options;
    options.cert_file = one.cert_file();
    options.key_file = two.key_file();
    CHECK(has(context_refusal(options), two.key_file()));
    CHECK(has(context_refusal(options), "mismatch"));
    options.key_file = one.key_file();
    CHECK(net::tls_context(options).ok());
}

TEST_CASE("a key without a certificate is told, not left out silently") {
    const Certificate certificate;
    wire::LinkOptions options;
    options.key_file = certificate.key_file();
    const std::string told = context_refusal(options);
    CHECK(has(told, certificate.key_file()));
    CHECK(has(told, "--cert"));
}

TEST_CASE("certificate and key may stand in one file") {
    const Certificate certificate;
    std::string both;
    for (const std::string& file : {certificate.cert_file(), certificate.key_file()}) {
        std::ifstream in(file);
        both.append(std::istreambuf_iterator<char>(in), {});
    }
    wire::LinkOptions options;
    options.cert_file = file_beside(certificate, "both.pem", both);
    CHECK(net::tls_context(options).ok());
}

TEST_CASE("a key with a passphrase is refused at once: nobody is asked for it") {
    const Certificate certificate;
    const std::string file = file_beside(certificate, "locked.pem", "");
    EVP_PKEY* key = EVP_EC_gen("P-256");
    std::FILE* out = std::fopen(file.c_str(), "w");
    const unsigned char phrase[] = "open sesame";
    REQUIRE(PEM_write_PrivateKey(out, key, EVP_aes_128_cbc(), phrase, sizeof phrase - 1, nullptr,
                                 nullptr) == 1);
    std::fclose(out);
    EVP_PKEY_free(key);
    wire::LinkOptions options;
    options.cert_file = certificate.cert_file();
    options.key_file = file;
    CHECK(has(context_refusal(options), file));
}

//--- what is checked

TEST_CASE("a trusted certificate for the name or the address is accepted") {
    const Certificate certificate;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Handshake handshake = shake(certificate, "localhost", true, false, version);
        CHECK(handshake.told.empty());
        CHECK(handshake.ok);
        CHECK(has(handshake.summary, version == TLS1_2_VERSION ? "TLSv1.2, " : "TLSv1.3, TLS_"));
    }
    CHECK(shake(certificate, "127.0.0.1").ok);
    CHECK(shake(Certificate(CertificateSpec{"IP:fe80::1", -1, 1}), "fe80::1%lo").ok);
    CHECK(shake(Certificate(CertificateSpec{"DNS:*.example.test", -1, 1}), "a.example.test").ok);
    CHECK(shake(certificate, "localhost.").ok); // the same name, with the root's dot
}

TEST_CASE("the server is told the name, and never an address") {
    const Certificate certificate(CertificateSpec{"DNS:*.example.test,IP:127.0.0.1,IP:::1", -1, 1});
    const std::pair<const char*, const char*> cases[] = {{"a.example.test", "a.example.test"},
                                                         {"a.example.test.", "a.example.test"},
                                                         {"127.0.0.1", ""},
                                                         {"::1", ""}};
    for (const auto& [host, expected] : cases) {
        std::string name = "none came";
        CHECK(shake(certificate, host, true, false, TLS1_3_VERSION, &name).ok);
        CHECK(name == expected);
    }
}

TEST_CASE("a self-signed certificate that is not known is refused with its owner and the way out") {
    refused(shake(Certificate(), "localhost", false),
            {"self", "CN=test server", "--ca", "--insecure"});
}

TEST_CASE("a certificate for another name is refused with the names it has") {
    const Certificate certificate(CertificateSpec{"DNS:other.example,IP:10.1.2.3", -1, 1});
    refused(shake(certificate, "localhost"),
            {"mismatch", "expected localhost", "DNS:other.example", "10.1.2.3"});
    refused(shake(certificate, "127.0.0.1"), {"mismatch", "expected 127.0.0.1", "10.1.2.3"});
    refused(shake(certificate, "other.example.evil.test"), {"mismatch"});
    refused(shake(Certificate(CertificateSpec{"IP:fe80::2", -1, 1}), "fe80::1%lo"), {"mismatch"});
    refused(shake(Certificate(CertificateSpec{"DNS:*c.example.test", -1, 1}), "abc.example.test"),
            {"mismatch"});
}

TEST_CASE("a certificate that is over, or has not begun, is refused with its date") {
    refused(shake(Certificate(CertificateSpec{"DNS:localhost", -10, -3}), "localhost"),
            {"expired", "it ended ", "GMT", "date"});
    refused(shake(Certificate(CertificateSpec{"DNS:localhost", 3, 10}), "localhost"),
            {"not yet valid", "it begins ", "GMT", "date"});
}

TEST_CASE("with insecure every certificate is accepted") {
    CHECK(shake(Certificate(), "localhost", false, true).ok);
    CHECK(shake(Certificate(CertificateSpec{"DNS:other", -10, -3}), "localhost", false, true).ok);
}

//--- what goes wrong otherwise

TEST_CASE("a server that does not speak TLS is told as that") {
    const Handshake handshake = shake_with({}, "localhost", [](std::unique_ptr<test::Conn> conn) {
        conn->read_some();
        conn->write("HTTP/1.1 400 Bad Request\r\n\r\n");
        conn->wait_for_end();
    });
    CHECK_FALSE(handshake.ok);
    CHECK(has(handshake.told, "TLS"));
    CHECK(has(handshake.told, "does not speak TLS"));
    CHECK(has(handshake.told, "ws://"));
}

TEST_CASE("a server that ends TCP, or resets, inside the handshake is told as that") {
    const Handshake ended = shake_with({}, "localhost", [](std::unique_ptr<test::Conn> conn) {
        conn->read_some();
        conn->finish();
    });
    CHECK(has(ended.told, "TLS"));
    CHECK(has(ended.told, "closed by the server"));
    const Handshake reset = shake_with({}, "localhost", [](std::unique_ptr<test::Conn> conn) {
        conn->read_some();
        conn->reset();
    });
    CHECK(has(reset.told, "TLS"));
    CHECK(has(reset.told, "reset"));
}

TEST_CASE("a server that speaks only old TLS is told as that") {
    const Handshake handshake = shake(Certificate(), "localhost", true, false, TLS1_1_VERSION);
    CHECK_FALSE(handshake.ok);
    CHECK(has(handshake.told, "TLS"));
    CHECK(has(handshake.told, "TLS 1.2 or 1.3"));
}

TEST_CASE(
    "a server that wants a client certificate is told as that, and gets it when there is one") {
    const Certificate server, client;
    const auto wants_one = [&](std::unique_ptr<test::Conn> conn) {
        SSL_CTX* context = SSL_CTX_new(TLS_server_method());
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
        SSL_CTX_use_certificate_chain_file(context, server.cert_file().c_str());
        SSL_CTX_use_PrivateKey_file(context, server.key_file().c_str(), SSL_FILETYPE_PEM);
        SSL_CTX_load_verify_locations(context, client.cert_file().c_str(), nullptr);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        SSL* ssl = SSL_new(context);
        SSL_set_fd(ssl, conn->fd());
        SSL_accept(ssl);
        SSL_free(ssl);
        SSL_CTX_free(context);
        conn->shutdown();
        conn->wait_for_end();
    };
    wire::LinkOptions options;
    options.ca_file = server.cert_file();
    const Handshake without = shake_with(options, "localhost", wants_one);
    CHECK_FALSE(without.ok);
    CHECK(has(without.told, "TLS"));
    CHECK(has(without.told, "--cert"));
    options.cert_file = client.cert_file();
    options.key_file = client.key_file();
    const Handshake with = shake_with(options, "localhost", wants_one);
    CHECK(with.told.empty());
    CHECK(with.ok);
}

#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <asio/error.hpp>
#include <asio/ip/address.hpp>
#include <asio/ssl/error.hpp>

#include <cstdlib>
#include <ctime>

#include "base/text.h"

namespace net {
namespace {

base::Error file_error(const char* kind, const std::string& path, const std::error_code& error) {
    return {std::string("TLS: ") + kind + " " + path + " cannot be used", error.message(),
            "give a file in PEM format that this user can read"};
}

/// All that was written into a memory BIO.
template <class Write>
std::string printed(Write write) {
    BIO* const bio = BIO_new(BIO_s_mem());
    if (!bio) return {};
    write(bio);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    std::string text(bytes, size > 0 ? static_cast<std::size_t>(size) : 0);
    BIO_free(bio);
    return base::escape_for_terminal(text);
}

/// "CN=test server", controls escaped.
std::string subject_of(const X509* certificate) {
    return printed([&](BIO* bio) {
        X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    });
}

/// "DNS:localhost, IP Address:127.0.0.1"; empty when it has none.
std::string names_of(const X509* certificate) {
    const int at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
    if (at < 0) return {};
    return printed([&](BIO* bio) { X509V3_EXT_print(bio, X509_get_ext(certificate, at), 0, 0); });
}

std::string time_of(const ASN1_TIME* time) {
    return printed([&](BIO* bio) { ASN1_TIME_print(bio, time); });
}

/// "2026-11-23T01:02:03Z"; empty when it cannot be read.
std::string iso_time(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

/// "3 days", "5 hours", "12 minutes": the time between then and now.
std::string time_from_now(const ASN1_TIME* time) {
    int days = 0, seconds = 0;
    if (ASN1_TIME_diff(&days, &seconds, nullptr, time) != 1) return "some time";
    days = std::abs(days);
    seconds = std::abs(seconds);
    const auto words = [](int count, const char* unit) {
        return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
    };
    if (days > 0) return words(days, "day");
    return seconds >= 3600 ? words(seconds / 3600, "hour") : words(seconds / 60, "minute");
}

std::string fingerprint_of(const X509* certificate) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1) return {};
    return base::hex_from_bytes({reinterpret_cast<const char*>(digest), size});
}

wire::CertificateInfo info_of(const X509* certificate) {
    wire::CertificateInfo info;
    info.subject = subject_of(certificate);
    info.issuer = printed([&](BIO* bio) {
        X509_NAME_print_ex(bio, X509_get_issuer_name(certificate), 0, XN_FLAG_RFC2253);
    });
    info.names = names_of(certificate);
    info.from = iso_time(X509_get0_notBefore(certificate));
    info.to = iso_time(X509_get0_notAfter(certificate));
    info.fingerprint = fingerprint_of(certificate);
    return info;
}

//--- what was found while the chain was looked at. OpenSSL forgets it when the handshake fails, and
//--- stops at the first fault; so all of it is kept beside the connection.

struct Findings {
    std::string host;          ///< that was asked for
    X509* leaf = nullptr;      ///< the server's own certificate
    wire::TlsInfo info;        ///< its chain, and what is wrong with it
    std::vector<long> results; ///< one for each thing that is wrong

    ~Findings() { X509_free(leaf); }
};

void free_findings(void*, void* findings, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<Findings*>(findings);
}

int findings_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_findings);
    return index;
}

Findings* findings_of(const SSL* ssl) {
    return static_cast<Findings*>(SSL_get_ex_data(ssl, findings_index()));
}

Findings* findings_of(X509_STORE_CTX* store) {
    const auto* const ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    return ssl ? findings_of(ssl) : nullptr;
}

std::string words_for(long result, const std::string& host, const X509* certificate) {
    const std::string who = certificate ? "the certificate of " + subject_of(certificate)
                                        : std::string("the certificate");
    switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        if (!certificate) break;
        return who + " expired " + time_from_now(X509_get0_notAfter(certificate)) + " ago, " +
               iso_time(X509_get0_notAfter(certificate));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        if (!certificate) break;
        return who + " is not valid yet: it begins in " +
               time_from_now(X509_get0_notBefore(certificate)) + ", " +
               iso_time(X509_get0_notBefore(certificate));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: {
        const std::string names = certificate ? names_of(certificate) : std::string();
        return who + " is not for " + host + ": its names are " + (names.empty() ? "none" : names);
    }
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return who + " is signed by itself and not trusted here";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "the chain ends at a CA that is not trusted here: " +
               (certificate ? subject_of(certificate) : std::string("unknown"));
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return who + " is signed by a CA that is not known here" +
               (certificate ? ": " + info_of(certificate).issuer : std::string());
    default: break;
    }
    return who + ": " + X509_verify_cert_error_string(result);
}

/// Goes on behind a fault, so that all of them are found.
int note_fault(int good, X509_STORE_CTX* store) {
    Findings* const found = findings_of(store);
    if (good || !found) return good;
    const long result = X509_STORE_CTX_get_error(store);
    for (const long known : found->results)
        if (known == result) return 1;
    // A chain that is not trusted is met once more for want of its signature.
    if (result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE && !found->results.empty()) return 1;
    found->results.push_back(result);
    found->info.wrong.push_back(
        words_for(result, found->host, X509_STORE_CTX_get_current_cert(store)));
    return 1;
}

/// In the place of OpenSSL's own look at the chain: the same look, but all that is wrong is kept.
/// Whether a fault ends the handshake is up to the verify mode.
int look_at_chain(X509_STORE_CTX* store, void*) {
    Findings* const found = findings_of(store);
    if (!found) return X509_verify_cert(store);
    X509_STORE_CTX_set_verify_cb(store, note_fault);
    const int done = X509_verify_cert(store);
    if (X509* const leaf = X509_STORE_CTX_get0_cert(store);
        leaf && !found->leaf && X509_up_ref(leaf) == 1)
        found->leaf = leaf;
    const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(store);
    for (int i = 0; i < sk_X509_num(chain); ++i)
        found->info.chain.push_back(info_of(sk_X509_value(chain, i)));
    if (found->info.chain.empty() && found->leaf) found->info.chain.push_back(info_of(found->leaf));
    if (done <= 0) return done;
    if (found->results.empty()) return 1;
    X509_STORE_CTX_set_error(store, static_cast<int>(found->results.front()));
    return 0;
}

base::Error certificate_error(long result, const std::string& host, const X509* certificate) {
    base::Error error;
    error.what = "TLS handshake: the server's certificate was not accepted";
    error.why = X509_verify_cert_error_string(result);
    if (certificate) error.why += ", it is of " + subject_of(certificate);
    switch (result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        error.why += "; expected " + host;
        if (const std::string names = certificate ? names_of(certificate) : ""; !names.empty())
            error.why += ", it has " + names;
        error.fix = "connect by a name that the certificate has";
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        if (certificate) error.why += "; it ended " + time_of(X509_get0_notAfter(certificate));
        error.fix = "renew it, and check this machine's date";
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        if (certificate) error.why += "; it begins " + time_of(X509_get0_notBefore(certificate));
        error.fix = "check this machine's date";
        break;
    default: error.fix = "give the CA that signed it with --ca FILE, or accept any with --insecure";
    }
    return error;
}

} // namespace

base::Result<std::unique_ptr<asio::ssl::context>> tls_context(const wire::LinkOptions& options) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    std::error_code error;
    // Without it OpenSSL asks the terminal for a passphrase, and the thread waits for a person.
    context->set_password_callback(
        [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, error);
    if (!options.ca_file.empty()) {
        context->load_verify_file(options.ca_file, error);
        if (error) return file_error("CA file", options.ca_file, error);
    } else {
        context->set_default_verify_paths(error);
    }
    if (options.cert_file.empty() && !options.key_file.empty())
        return base::Error{"TLS: the key " + options.key_file + " has no certificate",
                           "a client shows both or none", "give its certificate too: --cert FILE"};
    if (!options.cert_file.empty()) {
        context->use_certificate_chain_file(options.cert_file, error);
        if (error) return file_error("client certificate", options.cert_file, error);
        const std::string& key = options.key_file.empty() ? options.cert_file : options.key_file;
        context->use_private_key_file(key, asio::ssl::context::pem, error);
        if (error) return file_error("key", key, error);
    }
    context->set_verify_mode(options.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer,
                             error);
    SSL_CTX_set_cert_verify_callback(context->native_handle(), look_at_chain, nullptr);
    return context;
}

namespace {

/// As certificates name it: an address without its zone, a name without the root's dot.
std::string name_to_check(const std::string& host, bool is_name) {
    if (!is_name) return host.substr(0, host.find('%'));
    return host.size() > 1 && host.back() == '.' ? host.substr(0, host.size() - 1) : host;
}

} // namespace

void prepare_tls(SSL* ssl, const std::string& host) {
    std::error_code error;
    asio::ip::make_address(host, error);
    const bool is_name = static_cast<bool>(error);
    const std::string name = name_to_check(host, is_name);
    if (is_name) SSL_set_tlsext_host_name(ssl, name.c_str());
    auto found = std::make_unique<Findings>();
    found->host = name;
    if (is_name) found->info.server_name = name;
    if (SSL_set_ex_data(ssl, findings_index(), found.get()) == 1) (void)found.release();
    X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // An address that OpenSSL cannot read is held against the names: never against nothing.
    if (is_name || X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) != 1)
        X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size());
}

base::Error tls_error(SSL* ssl, const std::error_code& error, const std::string& host) {
    const long result = SSL_get_verify_result(ssl);
    if (result != X509_V_OK && (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER)) {
        const Findings* const found = findings_of(ssl);
        return certificate_error(result, host, found ? found->leaf : nullptr);
    }
    base::Error told;
    told.what = "TLS handshake failed";
    told.why = error.message();
    const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    if (error.category() == asio::error::get_ssl_category() &&
        (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST)) {
        told.why = "the server does not speak TLS there";
        told.fix = "try ws:// instead of wss://, or another port";
    } else if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
        told.what = "TLS handshake: closed by the server after 0 bytes of the answer";
        told.why = "the server ended TCP in the middle of it";
        told.fix = "check that the port speaks TLS, and the server's own log";
    } else if (error == asio::error::connection_reset) {
        told.what = "TLS handshake: reset by the server";
        told.fix = "check that the port speaks TLS, and the server's own log";
    } else if (error.category() == asio::error::get_ssl_category() &&
               (reason == SSL_R_UNSUPPORTED_PROTOCOL ||
                reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)) {
        told.fix = "have the server speak TLS 1.2 or 1.3";
    } else if (error.category() == asio::error::get_ssl_category() &&
               (reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED ||
                reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)) {
        told.fix = "the server may want a client certificate: give --cert and --key";
    }
    return told;
}

wire::TlsInfo tls_info(const SSL* ssl) {
    const Findings* const found = findings_of(ssl);
    wire::TlsInfo info = found ? found->info : wire::TlsInfo();
    if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl)) {
        info.version = SSL_get_version(ssl);
        info.cipher = SSL_CIPHER_get_name(cipher);
    }
    return info;
}

std::string tls_summary(const SSL* ssl) {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    return std::string(SSL_get_version(ssl)) + (cipher ? ", " : "") +
           (cipher ? SSL_CIPHER_get_name(cipher) : "");
}

} // namespace net

#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <asio/error.hpp>
#include <asio/ip/address.hpp>
#include <asio/ssl/error.hpp>

#include "base/text.h"

namespace net {
namespace {

base::Error file_error(const char* kind, const std::string& path, const std::error_code& error) {
    return {std::string("TLS: ") + kind + " " + path + " cannot be used", error.message(),
            "give a file in PEM format that this user can read"};
}

//--- the certificate that was not accepted. OpenSSL forgets it when the handshake fails, so it is
//--- kept beside the connection while it is looked at.

void free_certificate(void*, void* certificate, CRYPTO_EX_DATA*, int, long, void*) {
    X509_free(static_cast<X509*>(certificate));
}

int certificate_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_certificate);
    return index;
}

/// Changes no verdict; keeps the server's own certificate, the end of the chain.
int keep_certificate(int verdict, X509_STORE_CTX* store) {
    auto* const ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    X509* const certificate = X509_STORE_CTX_get0_cert(store);
    if (ssl && certificate && !SSL_get_ex_data(ssl, certificate_index()) &&
        X509_up_ref(certificate) == 1 &&
        SSL_set_ex_data(ssl, certificate_index(), certificate) != 1)
        X509_free(certificate);
    return verdict;
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
    return context;
}

namespace {

/// As certificates name it: an address without its zone, a name without the root's dot.
std::string name_to_check(const std::string& host, bool is_name) {
    if (!is_name) return host.substr(0, host.find('%'));
    return host.size() > 1 && host.back() == '.' ? host.substr(0, host.size() - 1) : host;
}

} // namespace

void prepare_tls(SSL* ssl, const std::string& host, bool insecure) {
    std::error_code error;
    asio::ip::make_address(host, error);
    const bool is_name = static_cast<bool>(error);
    const std::string name = name_to_check(host, is_name);
    if (is_name) SSL_set_tlsext_host_name(ssl, name.c_str());
    if (insecure) return;
    SSL_set_verify(ssl, SSL_VERIFY_PEER, keep_certificate);
    X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // An address that OpenSSL cannot read is held against the names: never against nothing.
    if (is_name || X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) != 1)
        X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size());
}

base::Error tls_error(SSL* ssl, const std::error_code& error, const std::string& host) {
    const long result = SSL_get_verify_result(ssl);
    if (result != X509_V_OK && (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER)) {
        const auto* const kept = static_cast<X509*>(SSL_get_ex_data(ssl, certificate_index()));
        return certificate_error(result, host, kept);
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

std::string tls_summary(const SSL* ssl) {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    return std::string(SSL_get_version(ssl)) + (cipher ? ", " : "") +
           (cipher ? SSL_CIPHER_get_name(cipher) : "");
}

} // namespace net

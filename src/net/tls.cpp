#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <asio/error.hpp>
#include <asio/ip/address.hpp>
#include <asio/ssl/error.hpp>

namespace net {
namespace {

base::Error file_error(const char* kind, const std::string& path, const std::error_code& error) {
    return {std::string("TLS: ") + kind + " " + path + " cannot be used", error.message(),
            "give a file in PEM format that this user can read"};
}

base::Error certificate_error(long result, const std::string& host, X509* certificate) {
    base::Error error;
    error.what = "TLS handshake: the server's certificate was not accepted";
    error.why = X509_verify_cert_error_string(result);
    std::string subject;
    if (certificate) {
        char name[256];
        X509_NAME_oneline(X509_get_subject_name(certificate), name, sizeof name);
        subject = name;
        error.why += ", it says " + subject;
    }
    switch (result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        error.fix = "connect by a name that the certificate has; it was held against " + host;
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        error.fix = "renew it, and check this machine's date";
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
    if (!options.ca_file.empty()) {
        context->load_verify_file(options.ca_file, error);
        if (error) return file_error("CA file", options.ca_file, error);
    } else {
        context->set_default_verify_paths(error);
    }
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

void prepare_tls(SSL* ssl, const std::string& host, bool insecure) {
    std::error_code error;
    asio::ip::make_address(host, error);
    const bool is_name = static_cast<bool>(error);
    if (is_name) SSL_set_tlsext_host_name(ssl, host.c_str());
    if (insecure) return;
    X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_name)
        X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size());
    else
        X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str());
}

base::Error tls_error(SSL* ssl, const std::error_code& error, const std::string& host) {
    const long result = SSL_get_verify_result(ssl);
    if (result != X509_V_OK && (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER)) {
        X509* certificate = SSL_get1_peer_certificate(ssl);
        base::Error told = certificate_error(result, host, certificate);
        X509_free(certificate);
        return told;
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

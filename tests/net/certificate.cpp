#include "net/certificate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>

namespace test {
namespace {

constexpr long kDay = 24 * 60 * 60;

void write_pem(const std::filesystem::path& path, auto write) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (!file) return;
    write(file);
    std::fclose(file);
}

X509* self_signed(EVP_PKEY* key, const CertificateSpec& spec) {
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), spec.valid_from_days * kDay);
    X509_gmtime_adj(X509_getm_notAfter(certificate), spec.valid_to_days * kDay);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test server"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, spec.names.c_str());
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    return certificate;
}

} // namespace

Certificate::Certificate(CertificateSpec spec) {
    std::string pattern = (std::filesystem::temp_directory_path() / "wd-cert-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = self_signed(key, spec);
    write_pem(key_file(), [&](std::FILE* file) {
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
    write_pem(cert_file(), [&](std::FILE* file) { PEM_write_X509(file, certificate); });
    X509_free(certificate);
    EVP_PKEY_free(key);
}

Certificate::~Certificate() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

TlsConn::TlsConn(std::unique_ptr<Conn> plain, const Certificate& certificate, int max_version,
                 bool wants_certificate)
    : Conn(-1), plain_(std::move(plain)), context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_set_max_proto_version(context_, max_version);
    SSL_CTX_use_certificate_chain_file(context_, certificate.cert_file().c_str());
    SSL_CTX_use_PrivateKey_file(context_, certificate.key_file().c_str(), SSL_FILETYPE_PEM);
    if (wants_certificate)
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    ssl_ = SSL_new(context_);
    const timeval deadline{static_cast<time_t>(kDeadlineSeconds), 0};
    ::setsockopt(plain_->fd(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    SSL_set_fd(ssl_, plain_->fd());
    ok_ = SSL_accept(ssl_) == 1;
    ERR_clear_error();
}

TlsConn::~TlsConn() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
}

std::string TlsConn::server_name() const {
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    return name ? name : "";
}

std::string TlsConn::read_some(std::size_t size) {
    if (!ahead_.empty()) {
        std::string bytes = ahead_.substr(0, size);
        ahead_.erase(0, bytes.size());
        return bytes;
    }
    std::string bytes(size, '\0');
    const int got = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    ERR_clear_error();
    return bytes;
}

bool TlsConn::write(std::string_view bytes) {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

void TlsConn::close_notify() { SSL_shutdown(ssl_); }

} // namespace test

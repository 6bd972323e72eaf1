// Certificates made on the spot for the TLS tests, in files of a folder that goes with them, and
// the server's side of TLS over a test connection.
#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <string>

#include "net/peer.h"

namespace test {

/// What a certificate says. The defaults are good for 127.0.0.1 and localhost today.
struct CertificateSpec {
    std::string names = "DNS:localhost,IP:127.0.0.1"; ///< subjectAltName
    int valid_from_days = -1;
    int valid_to_days = 1;
};

/// A key and a self-signed certificate in PEM files of a temporary folder.
class Certificate {
public:
    explicit Certificate(CertificateSpec spec = {});
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    std::string cert_file() const { return (folder_ / "cert.pem").string(); }
    std::string key_file() const { return (folder_ / "key.pem").string(); }

private:
    std::filesystem::path folder_;
};

/// The server's side of TLS on an accepted connection. Blocking, as Conn is.
class TlsConn : public Conn {
public:
    /// Takes the connection over and shakes hands; `ok()` says whether it worked.
    TlsConn(std::unique_ptr<Conn> plain, const Certificate& certificate,
            int max_version = TLS1_3_VERSION, bool wants_certificate = false);
    ~TlsConn() override;
    bool ok() const { return ok_; }
    std::string server_name() const; ///< the SNI that came; "" for none

    std::string read_some(std::size_t size = 65536) override;
    bool write(std::string_view bytes) override;
    void close_notify();

private:
    std::unique_ptr<Conn> plain_;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
    bool ok_ = false;
};

} // namespace test

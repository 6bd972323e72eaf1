// TLS for a client: a context from the user's options, what is checked, and what went wrong in
// words. Network thread only; one context a connection, because it holds the host to be checked.
#pragma once

#include <asio/ssl/context.hpp>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <system_error>

#include "base/result.h"
#include "wire/link_state.h"
#include "wire/tls_info.h"

namespace net {

/// Roots: `ca_file`, else the system's (SSL_CERT_FILE and SSL_CERT_DIR are honoured). TLS 1.2 at
/// least. Errors name the file and what is wrong with it.
base::Result<std::unique_ptr<asio::ssl::context>> tls_context(const wire::LinkOptions& options);

/// Names the host to the server (SNI, unless it is an address) and has the certificate held
/// against it. Whether a fault ends the handshake is up to the context; it is found either way.
void prepare_tls(SSL* ssl, const std::string& host);

/// Why the handshake failed: always with the word TLS, with "certificate" where it is that.
base::Error tls_error(SSL* ssl, const std::error_code& error, const std::string& host);

/// What is known of it, also after a handshake that failed: the chain as far as it could be built,
/// and each thing that is wrong with it in words.
wire::TlsInfo tls_info(const SSL* ssl);

/// "TLS 1.3, TLS_AES_256_GCM_SHA384".
std::string tls_summary(const SSL* ssl);

} // namespace net

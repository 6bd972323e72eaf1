# OpenSSL: TLS for wss://.
#   third_party::tls
include(Package)
wd_find_header(OPENSSL_INCLUDE_DIR openssl/ssl.h "OpenSSL" libssl-dev)
wd_find_library(OPENSSL_SSL_LIBRARY ssl "OpenSSL" libssl-dev)
wd_find_library(OPENSSL_CRYPTO_LIBRARY crypto "OpenSSL" libssl-dev)
wd_package_target(third_party::tls
  INCLUDE ${OPENSSL_INCLUDE_DIR}
  LINK ${OPENSSL_SSL_LIBRARY} ${OPENSSL_CRYPTO_LIBRARY})
set(Tls_FOUND TRUE)

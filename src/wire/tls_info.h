// What TLS agreed and which certificates the server showed, as the screen, the terminal and the
// check show it. The network thread fills it; plain values, shared by nobody.
#pragma once

#include <string>
#include <vector>

namespace wire {

/// One certificate of a chain. Control characters are escaped.
struct CertificateInfo {
    std::string subject;     ///< "CN=coda.lan"
    std::string issuer;      ///< who signed it
    std::string names;       ///< "DNS:coda.lan, IP Address:127.0.0.1"; empty: none
    std::string from, to;    ///< "2026-11-23T01:02:03Z"
    std::string fingerprint; ///< SHA-256, lower-case hex
};

struct TlsInfo {
    std::string version;                ///< "TLSv1.3"; empty: no TLS, or it did not get so far
    std::string cipher;                 ///< "TLS_AES_256_GCM_SHA384"
    std::string server_name;            ///< sent as SNI; empty: an address was dialled
    std::vector<CertificateInfo> chain; ///< the server's own first
    std::vector<std::string> wrong;     ///< what is wrong with it, a sentence each; empty: nothing
};

} // namespace wire

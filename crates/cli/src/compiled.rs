//! The features of this build, each with the mbedTLS switch that it mirrors. The manifest lists the same names.

/// A Cargo feature.
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    /// The `MBEDTLS_*` switch; empty for features of our own.
    pub(crate) switch: &'static str,
    pub(crate) on: bool,
}

/// Declares the rows.
macro_rules! features {
    ($($name:literal $switch:literal)*) => {
        /// Every feature, on or off.
        pub(crate) static FEATURES: &[Feature] =
            &[$(Feature { name: $name, switch: $switch, on: cfg!(feature = $name) },)*];
    };
}

features! {
    "aes" "MBEDTLS_AES_C"
    "allow-sha1-in-key-exchange" "MBEDTLS_TLS_DEFAULT_ALLOW_SHA1_IN_KEY_EXCHANGE"
    "alpn" "MBEDTLS_SSL_ALPN"
    "asn1-parse" "MBEDTLS_ASN1_PARSE_C"
    "asn1-write" "MBEDTLS_ASN1_WRITE_C"
    "async-private" ""
    "async-verification" ""
    "base64" "MBEDTLS_BASE64_C"
    "bignum" "MBEDTLS_BIGNUM_C"
    "cbc" "MBEDTLS_CIPHER_MODE_CBC"
    "cbc-record-splitting" "MBEDTLS_SSL_CBC_RECORD_SPLITTING"
    "ccm" "MBEDTLS_CCM_C"
    "chachapoly" "MBEDTLS_CHACHAPOLY_C"
    "cipher" "MBEDTLS_CIPHER_C"
    "client" "MBEDTLS_SSL_CLI_C"
    "client-authentication" ""
    "context-serialization" "MBEDTLS_SSL_CONTEXT_SERIALIZATION"
    "ctr-drbg" "MBEDTLS_CTR_DRBG_C"
    "curve25519" "MBEDTLS_ECP_DP_CURVE25519_ENABLED"
    "debug" "MBEDTLS_DEBUG_C"
    "des" "MBEDTLS_DES_C"
    "dhm" "MBEDTLS_DHM_C"
    "dtls" "MBEDTLS_SSL_PROTO_DTLS"
    "dtls-anti-replay" "MBEDTLS_SSL_DTLS_ANTI_REPLAY"
    "dtls-badmac-limit" "MBEDTLS_SSL_DTLS_BADMAC_LIMIT"
    "dtls-client-port-reuse" "MBEDTLS_SSL_DTLS_CLIENT_PORT_REUSE"
    "dtls-connection-id" "MBEDTLS_SSL_DTLS_CONNECTION_ID"
    "dtls-cookie" "MBEDTLS_SSL_COOKIE_C"
    "dtls-hello-verify" "MBEDTLS_SSL_DTLS_HELLO_VERIFY"
    "dtls-srtp" "MBEDTLS_SSL_DTLS_SRTP"
    "ecdh" "MBEDTLS_ECDH_C"
    "ecdhe-ecdsa" ""
    "ecdsa" "MBEDTLS_ECDSA_C"
    "ecp" "MBEDTLS_ECP_C"
    "ed25519" ""
    "encrypt-then-mac" "MBEDTLS_SSL_ENCRYPT_THEN_MAC"
    "entropy" "MBEDTLS_ENTROPY_C"
    "error-strings" "MBEDTLS_ERROR_C"
    "export-keys" "MBEDTLS_SSL_EXPORT_KEYS"
    "extended-master-secret" "MBEDTLS_SSL_EXTENDED_MASTER_SECRET"
    "fallback-scsv" "MBEDTLS_SSL_FALLBACK_SCSV"
    "gcm" "MBEDTLS_GCM_C"
    "kx-dhe-psk" "MBEDTLS_KEY_EXCHANGE_DHE_PSK_ENABLED"
    "kx-dhe-rsa" "MBEDTLS_KEY_EXCHANGE_DHE_RSA_ENABLED"
    "kx-ecdhe-ecdsa" "MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED"
    "kx-ecdhe-psk" "MBEDTLS_KEY_EXCHANGE_ECDHE_PSK_ENABLED"
    "kx-ecdhe-rsa" "MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED"
    "kx-psk" "MBEDTLS_KEY_EXCHANGE_PSK_ENABLED"
    "kx-rsa" "MBEDTLS_KEY_EXCHANGE_RSA_ENABLED"
    "kx-rsa-psk" "MBEDTLS_KEY_EXCHANGE_RSA_PSK_ENABLED"
    "kx-rsa-server" ""
    "max-fragment-length" "MBEDTLS_SSL_MAX_FRAGMENT_LENGTH"
    "md" "MBEDTLS_MD_C"
    "md5" "MBEDTLS_MD5_C"
    "ocsp-stapling" ""
    "oid" "MBEDTLS_OID_C"
    "pem-parse" "MBEDTLS_PEM_PARSE_C"
    "pk" "MBEDTLS_PK_C"
    "pk-parse" "MBEDTLS_PK_PARSE_C"
    "pkcs1-v15" "MBEDTLS_PKCS1_V15"
    "pkcs1-v21" "MBEDTLS_PKCS1_V21"
    "pkcs12" "MBEDTLS_PKCS12_C"
    "pkcs5" "MBEDTLS_PKCS5_C"
    "psk-reveal-unknown-identity" ""
    "raw-public-keys" ""
    "record-size-limit" ""
    "renegotiation" "MBEDTLS_SSL_RENEGOTIATION"
    "rsa" "MBEDTLS_RSA_C"
    "scrypt" ""
    "secp256r1" "MBEDTLS_ECP_DP_SECP256R1_ENABLED"
    "secp384r1" "MBEDTLS_ECP_DP_SECP384R1_ENABLED"
    "secp521r1" "MBEDTLS_ECP_DP_SECP521R1_ENABLED"
    "server" "MBEDTLS_SSL_SRV_C"
    "server-name-indication" "MBEDTLS_SSL_SERVER_NAME_INDICATION"
    "session-cache" "MBEDTLS_SSL_CACHE_C"
    "session-resumption" ""
    "session-tickets" "MBEDTLS_SSL_SESSION_TICKETS"
    "sha1" "MBEDTLS_SHA1_C"
    "sha256" "MBEDTLS_SHA256_C"
    "sha384" "MBEDTLS_SHA512_NO_SHA384"
    "sha512" "MBEDTLS_SHA512_C"
    "ticket-sealer" "MBEDTLS_SSL_TICKET_C"
    "time-date" "MBEDTLS_HAVE_TIME_DATE"
    "tls" "MBEDTLS_SSL_TLS_C"
    "tls1-0" "MBEDTLS_SSL_PROTO_TLS1"
    "tls1-1" "MBEDTLS_SSL_PROTO_TLS1_1"
    "tls1-2" "MBEDTLS_SSL_PROTO_TLS1_2"
    "tokio" ""
    "x509-check-extended-key-usage" "MBEDTLS_X509_CHECK_EXTENDED_KEY_USAGE"
    "x509-check-key-usage" "MBEDTLS_X509_CHECK_KEY_USAGE"
    "x509-common-name" ""
    "x509-crl-parse" "MBEDTLS_X509_CRL_PARSE_C"
    "x509-crt-parse" "MBEDTLS_X509_CRT_PARSE_C"
    "x509-name-constraints" ""
    "x509-path-building" ""
    "x509-policies" ""
    "x509-use" "MBEDTLS_X509_USE_C"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_the_features_of_the_manifest() {
        let manifest = include_str!("../Cargo.toml");
        let (_, features) = manifest.split_once("[features]").unwrap();
        let listed: Vec<&str> = features
            .lines()
            .filter_map(|line| line.split_once(" = ["))
            .map(|(name, _)| name)
            .filter(|name| *name != "default")
            .collect();
        let rows: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
        assert_eq!(rows, listed, "the macro above and Cargo.toml");
    }
}

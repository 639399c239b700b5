//! What to do about the errors that have no advice in the library.

/// Type, variant, advice.
const ADVICE: &[(&str, &str, &str)] = &[
    ("SessionError", "WantRead", "wait until the socket is readable, then make the same call"),
    (
        "SessionError",
        "WantWrite",
        "wait until the socket is writable, then make the same call with the same bytes",
    ),
    ("SessionError", "PeerCloseNotify", "close the session: nothing more comes, and nothing is lost"),
    ("SessionError", "OutOfOrder", "call init, context, connect, then write and read, then close"),
    ("SessionError", "NoRoots", "give the session roots, or put them into `certs/`"),
    ("SessionError", "UnknownHost", "check the name, and the device's name server"),
    ("SessionError", "Connect", "check that the host is up, and the port and the firewalls between"),
    ("SessionError", "Network", "close the session and make a new one"),
    ("SessionError", "Tls", "as the error inside"),
    ("io::StreamError", "Tls", "as the error inside"),
    ("io::StreamError", "Transport", "make the call again when the transport works; nothing is lost"),
    ("io::StreamError", "WriteZero", "make a new connection: the transport is at its end"),
    (
        "io::StreamError",
        "Miscounted",
        "mend the transport: it must not say that it moved more than it was given",
    ),
    ("pki::Error", "Truncated", "get the file again: its end is missing"),
    ("pki::Error", "TrailingBytes", "cut off what follows the structure, or write the file anew"),
    ("pki::Error", "UnexpectedTag", "see that the file is what was asked for: a key, or a certificate"),
    (
        "pki::Error",
        "NotDer",
        "write the file anew with a tool that keeps to DER (`openssl x509`, `openssl pkey`)",
    ),
    ("pki::Error", "IllegalValue", "have the key or certificate made anew"),
    (
        "pki::Error",
        "Unsupported",
        "use RSA of 2048 to 4096 bits, or a curve that is compiled in (`ember features`)",
    ),
    (
        "pki::Error",
        "Encrypted",
        "give the password, or write the key without one (`openssl pkey -in FILE -out PLAIN`)",
    ),
    ("pki::Error", "WrongPassword", "give the password that the key was written with"),
    ("pki::Error", "Damaged", "get the file again; the password is right"),
    ("pki::Error", "TooCostly", "write the key anew with fewer iterations (`openssl pkcs8 -topk8 -iter N`)"),
    ("pki::Error", "NoKey", "give the file that has the key, not only its certificate"),
    ("pki::Error", "InvalidKey", "get the key again: it is damaged, or was made up"),
    ("pki::Error", "BadPem", "get the file again, from BEGIN to END, and as text"),
    ("pki::Error", "TooLong", "split the file: one block for each key or certificate, at most 64 KiB each"),
    ("pki::Error", "OutOfMemory", "give the heap more"),
    (
        "x509::VerifyError",
        "Malformed",
        "have the certificate issued anew; `ember cert show FILE` says what is wrong",
    ),
    ("x509::VerifyError", "Crypto", "as the error inside"),
    ("authority::Error", "Malformed", "as the error inside"),
    ("authority::Error", "Crypto", "as the error inside"),
    ("authority::Error", "Refused", "ask for what its words say can be done"),
    ("crypto::Error", "OutOfMemory", "give the heap more, or ask for less at once"),
    ("crypto::Error", "Entropy", "look at the noise source: it gives too little, or always the same"),
    ("crypto::Error", "InvalidKey", "give a key of the length, kind and curve that is asked for"),
    ("crypto::Error", "InvalidPoint", "refuse the peer: its public value is no element of the group"),
    ("crypto::Error", "OutOfRange", "refuse the peer: its public value is no element of the field"),
    ("crypto::Error", "BadSignature", "refuse what was signed"),
    ("crypto::Error", "OpenFailed", "refuse what was sealed: it was changed, or the key is another"),
    ("crypto::Error", "Fault", "try again; if it comes again, the hardware is faulty"),
    ("crypto::Error", "PrivateKey", "ask the element for its report; try again when it answers"),
    ("crypto::Error", "BufferTooSmall", "give a larger buffer"),
    ("crypto::Error", "Unsupported", "use a key or row that can do it"),
];

/// The advice for a variant; `kind` has the type's name somewhere in it.
pub(crate) fn of(kind: &str, variant: &str) -> &'static str {
    let row = ADVICE.iter().find(|(of, name, _)| kind.contains(of) && *name == variant);
    row.map_or_else(|| panic!("no advice for {variant} of {kind}"), |(_, _, advice)| *advice)
}

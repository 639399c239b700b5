//! Client certificates: asked for, wanted or required, sent, withheld or wrong.

use super::{CBC_SHA_ECDSA, CBC_SHA_RSA, DHE, GCM_ECDSA, GCM_RSA, KEY_TRANSPORT};
use crate::interop::cells::{Cell, Role, Table};
use crate::peers::{self, ClientAuth, certificate_file};

/// What a server does with a client's certificate, and each wrong one.
pub(super) fn client_certificates(table: &mut Table) {
    // Suite, the server's certificate, the client's, version.
    let kinds = [
        (GCM_RSA, "rsa", "rsa", "tls12", ""),
        (GCM_RSA, "rsa", "p256", "tls12", ""),
        (GCM_ECDSA, "p256", "p384", "tls12", ""),
        (DHE, "rsa", "rsa", "tls12", ""),
        (KEY_TRANSPORT, "rsa", "rsa", "tls12", ""),
        (CBC_SHA_RSA, "rsa", "rsa", "tls11", "TLS 1.1 "),
        (CBC_SHA_RSA, "rsa", "rsa", "tls10", "TLS 1.0 "),
        (CBC_SHA_ECDSA, "p256", "p256", "tls10", "TLS 1.0 "),
    ];
    for (suite, server, client, version, words) in kinds {
        let row = format!("client certificate required, {client} sent ({words}{suite})");
        table.row(&row, |cell| {
            cell.suite(suite);
            cell.version(version);
            cell.wishes.certificate = server;
            asks(cell, ClientAuth::Required);
            sends(cell, client);
        });
    }
    table.row("client certificate optional, rsa sent", |cell| {
        cell.suite(GCM_RSA);
        asks(cell, ClientAuth::Optional);
        sends(cell, "rsa");
    });
    table.row("client certificate optional, none sent", |cell| {
        cell.suite(GCM_RSA);
        asks(cell, ClientAuth::Optional);
    });
    table.row("client certificate not asked for, one at hand", |cell| {
        cell.suite(GCM_RSA);
        sends(cell, "rsa");
    });
    // RFC 5246 section 7.4.6.
    table.row_as(
        Role::Server,
        "client certificate required, none sent: handshake_failure to the peer",
        |cell| {
            cell.suite(GCM_RSA);
            asks(cell, ClientAuth::Required);
            cell.ember_refuses(40, 1);
        },
    );
    // mbedTLS ends the connection without an alert.
    for peer in peers::ALL.iter().filter(|peer| peer.name != "mbedtls") {
        let row = "client certificate required, none sent: the peer's alert is reported";
        table.cell(row, peer, Role::Client, |cell| {
            cell.suite(GCM_RSA);
            asks(cell, ClientAuth::Required);
            cell.needs.push(crate::interop::capability::Need::Option(Role::Client, "--cert"));
            cell.peer_refuses("");
        });
    }
    for (certificate, alert, name) in [
        ("stranger", 48, "unknown_ca"),
        ("expired", 45, "certificate_expired"),
        ("wrong-ext-key-usage", 43, "unsupported_certificate"),
    ] {
        let row = format!("client certificate refused ({certificate}): {name} to the peer");
        table.row_as(Role::Server, &row, |cell| {
            cell.suite(GCM_RSA);
            asks(cell, ClientAuth::Required);
            sends(cell, certificate);
            cell.ember_refuses(alert, 1);
        });
        let row = format!("client certificate refused ({certificate}): the peer's alert is reported");
        for peer in peers::ALL {
            // gnutls-serv does not look at the extended usage of a client's key.
            if certificate == "wrong-ext-key-usage" && peer.name == "gnutls" {
                continue;
            }
            table.cell(&row, peer, Role::Client, |cell| {
                cell.suite(GCM_RSA);
                asks(cell, ClientAuth::Required);
                sends(cell, certificate);
                cell.peer_refuses("");
            });
        }
    }
}

/// The server asks for a certificate below `roots`.
pub(super) fn asks(cell: &mut Cell, auth: ClientAuth) {
    match cell.role {
        Role::Client => cell.wishes.client_auth = auth,
        Role::Server => {
            cell.option(
                "--client-auth",
                match auth {
                    ClientAuth::None => "none",
                    ClientAuth::Optional => "optional",
                    ClientAuth::Required => "required",
                },
            );
            cell.option("--client-ca", &certificate_file("roots", ".pem").display().to_string());
        }
    }
}

/// The client has this certificate.
pub(super) fn sends(cell: &mut Cell, certificate: &'static str) {
    match cell.role {
        Role::Client => cell.credential(certificate),
        Role::Server => cell.wishes.client_certificate = Some(certificate),
    }
}

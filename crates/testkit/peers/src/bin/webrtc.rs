//! `webrtc-peer`: the crate `dtls` of webrtc.rs (DTLS 1.2, tokio, cryptography of ring and RustCrypto).

use dtls::{
    cipher_suite::CipherSuiteId,
    config::{ClientAuthType, Config, ExtendedMasterSecretType},
    conn::DTLSConn,
    crypto::{Certificate, CryptoPrivateKey},
    listener::listen,
};
use embertls_peers::{Failure, Options, print, read_input};
use rustls::RootCertStore;
use std::sync::Arc;
use tokio::{net::UdpSocket, sync::mpsc};
use webrtc_util::conn::{Conn, Listener};

/// As the manifest has it.
const VERSION: &str = "webrtc's dtls 0.17.2";
const SUITES: [CipherSuiteId; 11] = [
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Ccm,
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Ccm_8,
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256,
    CipherSuiteId::Tls_Ecdhe_Rsa_With_Aes_128_Gcm_Sha256,
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_256_Cbc_Sha,
    CipherSuiteId::Tls_Ecdhe_Rsa_With_Aes_256_Cbc_Sha,
    CipherSuiteId::Tls_Psk_With_Aes_128_Ccm,
    CipherSuiteId::Tls_Psk_With_Aes_128_Ccm_8,
    CipherSuiteId::Tls_Psk_With_Aes_128_Gcm_Sha256,
    CipherSuiteId::Tls_Ecdhe_Rsa_With_ChaCha20_Poly1305_Sha256,
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_ChaCha20_Poly1305_Sha256,
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options::from_arguments(VERSION)?;
    let config = config(&options)?;
    let (send, input) = mpsc::unbounded_channel();
    if options.is_client {
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        socket.connect(options.address()?).await?;
        let connection = DTLSConn::new(Arc::new(socket), config, true, None).await?;
        read_input(move |piece| send.send(piece).is_ok());
        talk(&connection, input, true).await
    } else {
        let listener = listen(options.address()?, config).await?;
        let (connection, _) = listener.accept().await?;
        read_input(move |piece| send.send(piece).is_ok());
        talk(&*connection, input, false).await
    }
}

fn config(options: &Options) -> Result<Config, Failure> {
    let mut config = Config {
        server_name: options.get("server-name").unwrap_or("localhost").to_owned(),
        roots_cas: roots(options)?,
        client_cas: roots(options)?,
        ..Config::default()
    };
    if let Some(name) = options.get("suite") {
        let named = SUITES.into_iter().find(|suite| suite.to_string().eq_ignore_ascii_case(name));
        config.cipher_suites = vec![named.ok_or_else(|| format!("no suite {name}"))?];
    }
    if options.has("client-auth") {
        config.client_auth = ClientAuthType::RequireAndVerifyClientCert;
    }
    if options.has("no-ems") {
        config.extended_master_secret = ExtendedMasterSecretType::Disable;
    }
    if let Some(mtu) = options.number("mtu")? {
        config.mtu = mtu.try_into()?;
    }
    if let Some(first) = options.first_timeout()? {
        config.flight_interval = first;
    }
    if let Some(key) = options.psk()? {
        let identity = options.get("psk-identity").unwrap_or_default().as_bytes().to_vec();
        config.psk_identity_hint = options.is_client.then(|| identity.clone());
        let is_client = options.is_client;
        config.psk = Some(Arc::new(move |named: &[u8]| {
            // A client is asked with the server's hint.
            let known = is_client || named == identity;
            let key = key.clone();
            Box::pin(async move {
                if known { Ok(key) } else { Err(dtls::Error::Other("an unknown identity".to_owned())) }
            })
        }));
    }
    let chain = options.certificates("cert")?;
    if !chain.is_empty() {
        let pair = rcgen::KeyPair::try_from(options.key()?.secret_der())?;
        let private_key = CryptoPrivateKey::from_key_pair(&pair)?;
        config.certificates = vec![Certificate { certificate: chain, private_key }];
    }
    Ok(config)
}

fn roots(options: &Options) -> Result<RootCertStore, Failure> {
    let mut store = RootCertStore::empty();
    for root in options.certificates("roots")? {
        store.add(root)?;
    }
    Ok(store)
}

/// Data both ways, until the client has said all or the other end closes.
async fn talk(
    connection: &(dyn Conn + Send + Sync),
    mut input: mpsc::UnboundedReceiver<Option<Vec<u8>>>,
    is_client: bool,
) -> Result<(), Failure> {
    let mut datagram = vec![0; 1 << 16];
    loop {
        tokio::select! {
            received = connection.recv(&mut datagram) => match received {
                Ok(len) if len > 0 => print(datagram.get(..len).unwrap_or_default())?,
                // It has no other word for the end.
                Ok(_) | Err(_) => break,
            },
            Some(piece) = input.recv() => match piece {
                Some(piece) => {
                    connection.send(&piece).await?;
                }
                None if is_client => break,
                None => {}
            },
        }
    }
    // The other end may have gone already.
    let _ = connection.close().await;
    Ok(())
}

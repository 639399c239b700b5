//! A server and a client on tokio; the server's certificate can be exchanged while it runs.
//!
//! `cargo run -p embertls-io --all-features --example tokio`

#[path = "common/identity.rs"]
mod identity;

use embertls::{ClientConfig, Credential, Peer, ServerConfig, ServerName, registry::profiles::DEFAULT};
use embertls_io::{Parts, clock::Clock, os_entropy, reload::Reloadable, tokio::Stream};
use identity::Identity;
use std::{error::Error, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// One connection of the server. It keeps the certificate that was current when it began.
async fn serve(socket: TcpStream, identities: Arc<Reloadable<Identity>>) -> Outcome<()> {
    let identity = identities.current();
    let chain: Vec<&[u8]> = identity.chain.iter().map(Vec::as_slice).collect();
    let credentials = [Credential::new(&chain, &*identity.key)];
    let config = ServerConfig::new(&DEFAULT, &credentials);
    let rng = os_entropy::seeded(b"tokio example server")?;
    let mut tls = Stream::server(&config, socket, Parts::full_size(rng, Clock::system())?)?;
    let mut buffer = [0; 1024];
    loop {
        match tls.read(&mut buffer).await? {
            0 => break,
            n => tls.write_all(buffer.get(..n).unwrap_or_default()).await?,
        }
        tls.flush().await?;
    }
    tls.shutdown().await?;
    Ok(())
}

async fn listen(listener: TcpListener, identities: Arc<Reloadable<Identity>>) -> Outcome<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        let connection = serve(socket, Arc::clone(&identities));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("server: {error}");
            }
        });
    }
}

async fn echo(port: u16, config: &'static ClientConfig<'static>, text: &str) -> Outcome<String> {
    let peer = Peer::Named(ServerName::parse("localhost").ok_or("no host name")?);
    let rng = os_entropy::seeded(b"tokio example client")?;
    let socket = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut tls = Stream::client(config, peer, socket, Parts::full_size(rng, Clock::system())?)?;
    tls.handshake().await?;
    let (mut reader, mut writer) = tokio::io::split(tls);
    writer.write_all(text.as_bytes()).await?;
    writer.shutdown().await?; // close_notify: the server sees the end, and closes too
    let mut back = String::new();
    reader.read_to_string(&mut back).await?;
    Ok(back)
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let config = Box::leak(Box::new(ClientConfig::new(&DEFAULT, identity::roots()?)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(config)).map_err(|error| error.to_string().into())
}

async fn run(config: &'static ClientConfig<'static>) -> Outcome<()> {
    let identities = Arc::new(Reloadable::new(Identity::load()?));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(listen(listener, Arc::clone(&identities)));
    assert_eq!(echo(port, config, "before").await?, "before");
    identities.replace(Identity::load()?); // renewed; who connects now gets the new one
    assert_eq!(echo(port, config, "after").await?, "after");
    println!("Two connections, with a new certificate in between.");
    Ok(())
}

//! `cargo xtask demo`: the main job on one screen. Without an argument it makes a small authority, starts
//! `ember server` and fetches a page from it; with HOST:PORT it fetches from a real host with the built-in roots.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// What the small server shows.
const PAGE: &str =
    "It works: this page came over TLS 1.2, sent by `ember server`, fetched and verified by EmberTLS.\n";

/// Runs the verb.
///
/// # Errors
/// What is missing on this machine, or what failed.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    match arguments {
        [] => with_own_server(root),
        [target] if target.contains(':') && !target.starts_with('-') => with_real_host(root, target),
        _ => Err("usage: cargo xtask demo [HOST:PORT]".into()),
    }
}

fn with_real_host(root: &Path, target: &str) -> Result<(), String> {
    let programs = build(root)?;
    println!("\nThe sample client fetches / from {target}; it trusts the built-in roots.\n");
    sample(&programs, target, "/", None)?;
    println!(
        "\nWhat happened: the client reached {target}, both agreed on keys, the certificate led to a built-in root\n\
         and bore the right name, one page came back, and both sides closed in order."
    );
    Ok(())
}

fn with_own_server(root: &Path) -> Result<(), String> {
    need_openssl()?;
    let programs = build(root)?;
    let directory = programs.directory.join("demo");
    let site = directory.join("www");
    fs::create_dir_all(&site).map_err(|error| format!("{}: {error}", site.display()))?;
    fs::write(site.join("hello.txt"), PAGE).map_err(|error| error.to_string())?;
    println!("\nMaking a small authority and a certificate for localhost with the openssl program.");
    certificates(&directory)?;
    let (server, address) = Server::start(&programs, &directory, &site)?;
    let port = address.rsplit(':').next().unwrap_or_default();
    println!("ember server listens on {address} and serves {}.", site.display());
    println!("The sample client trusts the small authority only.\n");
    let outcome =
        sample(&programs, &format!("localhost:{port}"), "/hello.txt", Some(&directory.join("ca.pem")));
    drop(server);
    let page = outcome?;
    if page.trim_end() != PAGE.trim_end() {
        return Err("the page is not the one that the server was given".into());
    }
    println!(
        "\nWhat happened: an authority was made and vouched for a server; the client connected, both agreed on keys,\n\
         the certificate led to that authority and bore the name localhost, the page came back byte for byte, and\n\
         both sides closed in order."
    );
    Ok(())
}

/// The programs that are used, and the directory they are in.
struct Programs {
    directory: PathBuf,
    ember: PathBuf,
    sample: PathBuf,
}

fn build(root: &Path) -> Result<Programs, String> {
    println!("Building the ember tool and the sample client (release).");
    let status = Command::new("cargo")
        .args(["build", "--release", "-p", "embertls-cli", "--bin", "ember", "--example", "sample"])
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo build: {error}"))?;
    if !status.success() {
        return Err("cargo build failed".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let directory = target.join("release");
    let (ember, sample) = (directory.join("ember"), directory.join("examples/sample"));
    Ok(Programs { directory, ember, sample })
}

fn need_openssl() -> Result<(), String> {
    match Command::new("openssl").arg("version").output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(_) | Err(_) => {
            Err("the demo makes its certificates with the openssl program, which is not here; \
                               on Debian: apt install openssl"
                .into())
        }
    }
}

/// `ca.pem`, `server.pem` and `server.key`, valid for a month.
fn certificates(directory: &Path) -> Result<(), String> {
    let extensions = "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n\
                      extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n";
    fs::write(directory.join("server.ext"), extensions).map_err(|error| error.to_string())?;
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let mut authority = vec!["req", "-x509", "-days", "30", "-subj", "/CN=EmberTLS demo authority"];
    authority.extend(key);
    authority.extend(["-keyout", "ca.key", "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign"]);
    let mut request = vec!["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
    request.extend(key);
    let sign = [
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "30",
        "-extfile",
        "server.ext",
        "-out",
        "server.pem",
    ];
    for arguments in [authority.as_slice(), request.as_slice(), sign.as_slice()] {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(directory)
            .output()
            .map_err(|error| format!("openssl: {error}"))?;
        if !output.status.success() {
            return Err(format!("openssl failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
    }
    Ok(())
}

/// A server that ends with its owner.
struct Server(Child);

impl Server {
    /// Starts it and waits for the address that it picks; its log is passed on.
    fn start(programs: &Programs, directory: &Path, site: &Path) -> Result<(Self, String), String> {
        let child = Command::new(&programs.ember)
            .args([
                "server",
                "--listen",
                "127.0.0.1:0",
                "--cert",
                "server.pem",
                "--key",
                "server.key",
                "--www",
            ])
            .arg(site)
            .current_dir(directory)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", programs.ember.display()))?;
        let mut server = Self(child);
        let errors = server.0.stderr.take().ok_or("the server has no standard error")?;
        let mut lines = BufReader::new(errors).lines();
        let first = lines.next().and_then(Result::ok).ok_or("the server says nothing")?;
        let Some(address) = first.strip_prefix("listening on ") else {
            return Err(format!("the server does not listen: {first}"));
        };
        thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| println!("  server's log: {line}"))
        });
        Ok((server, address.to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The log line of the last connection is written within the second that the server waits for the client.
        thread::sleep(std::time::Duration::from_millis(200));
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the sample, whose words go to our standard error, and returns the page.
fn sample(programs: &Programs, target: &str, path: &str, roots: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new(&programs.sample);
    command.args([target, path]).stderr(Stdio::inherit());
    if let Some(roots) = roots {
        command.arg(roots);
    }
    let output = command.output().map_err(|error| format!("{}: {error}", programs.sample.display()))?;
    let page = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err("the sample client failed; its last line says why".into());
    }
    println!("The page ({} bytes):", output.stdout.len());
    for line in page.lines().take(10) {
        println!("    {}", line.chars().filter(|c| !c.is_control()).take(100).collect::<String>());
    }
    Ok(page)
}

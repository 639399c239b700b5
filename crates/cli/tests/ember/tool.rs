//! Runs the tool as a script would.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// A file of the test certificates.
pub(crate) fn certificate(name: &str) -> String {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testkit/testdata/certs");
    directory.join(name).to_str().unwrap().to_owned()
}

/// The tool with these arguments.
pub(crate) fn ember(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ember"));
    command.args(line.split_whitespace());
    command
}

/// Runs to the end with this standard input.
pub(crate) fn run(line: &str, input: &[u8]) -> Output {
    let mut child =
        ember(line).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = thread::spawn(move || {
        // The tool may end before it has read everything.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    output
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A server of the tool's, which ends with its owner.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    log: mpsc::Receiver<String>,
}

impl Server {
    /// Starts one with a P-256 certificate.
    pub(crate) fn start(options: &str) -> Self {
        Self::with("p256", options)
    }

    pub(crate) fn with(kind: &str, options: &str) -> Self {
        let (cert, key) =
            (certificate(&format!("{kind}-chain.pem")), certificate(&format!("{}.key", key_of(kind))));
        Self::of(&cert, &key, options)
    }

    /// With these files.
    pub(crate) fn of(cert: &str, key: &str, options: &str) -> Self {
        Self::plain(&format!("--cert {cert} --key {key} {options}"))
    }

    /// With nothing but these options.
    pub(crate) fn plain(options: &str) -> Self {
        let mut child = ember(&format!("server --listen 127.0.0.1:0 {options}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let port = first.strip_prefix("listening on 127.0.0.1:").unwrap().parse().unwrap();
        let (sender, log) = mpsc::channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, port, log }
    }

    /// A client's line for this server, with the right roots and name.
    pub(crate) fn client(&self, options: &str) -> String {
        let roots = certificate("roots.pem");
        format!("client localhost:{} --no-default-roots --ca {roots} {options}", self.port)
    }

    /// The next line of the log.
    pub(crate) fn log_line(&self) -> String {
        self.log.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    /// Tells it to read its files anew, and waits for its word.
    #[cfg(all(unix, feature = "tokio"))]
    pub(crate) fn hang_up(&self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
        loop {
            let line = self.log_line();
            if line.contains("reloaded") {
                return line;
            }
        }
    }

    /// Waits for a server with `--once`: its exit code and standard output.
    pub(crate) fn end(mut self) -> (i32, Vec<u8>) {
        let mut printed = Vec::new();
        self.child.stdout.take().unwrap().read_to_end(&mut printed).unwrap();
        (self.child.wait().unwrap().code().unwrap(), printed)
    }
}

fn key_of(kind: &str) -> &str {
    match kind {
        "p256" | "p384" | "p521" | "ed25519" => kind,
        _ => "rsa",
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

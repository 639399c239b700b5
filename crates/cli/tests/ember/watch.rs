//! Key logs, captures and debug lines: what they hold, and what they never do.

use crate::tool::{Server, code, run, stderr};
use std::{fs, path::PathBuf};

/// A file that is gone at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("ember-watch-{}-{name}", std::process::id())))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn both_ends_log_the_same_secrets_and_the_capture_has_them() {
    let (ours, theirs, capture) = (File::new("client"), File::new("server"), File::new("pcapng"));
    let server = Server::start(&format!("--www --keylog {}", theirs.0.display()));
    let files = format!("--keylog {} --pcap {}", ours.0.display(), capture.0.display());
    let output = run(&server.client(&format!("--get / --renegotiate --resume 1 {files}")), b"");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let log = fs::read_to_string(&ours.0).unwrap();
    assert_eq!(log, fs::read_to_string(&theirs.0).unwrap());
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    let capture = fs::read(&capture.0).unwrap();
    assert_eq!(capture[..4], [0x0A, 0x0D, 0x0D, 0x0A]);
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!((words[0], words[1].len(), words[2].len()), ("CLIENT_RANDOM", 64, 96));
        assert!(capture.windows(line.len()).any(|bytes| bytes == line.as_bytes()), "{line}");
    }
}

#[test]
fn each_debug_level_tells_more_and_none_tells_a_secret() {
    let log = File::new("levels");
    let server = Server::start("--echo");
    let mut told = Vec::new();
    for level in 0..=4 {
        let options = format!("--keylog {} --debug {level}", log.0.display());
        let output = run(&server.client(&options), b"a word in confidence\n");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let report = stderr(&output);
        let lines: Vec<&str> = report.lines().filter(|line| line.starts_with("connection 1 |")).collect();
        assert!(!lines.iter().any(|line| line.contains("confidence")), "{report}");
        for secret in fs::read_to_string(&log.0).unwrap().lines() {
            assert!(!report.contains(secret.rsplit(' ').next().unwrap()), "{report}");
        }
        told.push(lines.len());
    }
    assert_eq!(told[..2], [0, 0], "nothing failed");
    assert!(told[1] < told[2] && told[2] < told[3] && told[3] < told[4], "{told:?}");
    let refused = run(&server.client("--debug 1 --server-name other.test"), b"");
    assert_eq!(code(&refused), 3);
    assert!(stderr(&refused).contains("connection 1 |1| Certificate"), "{}", stderr(&refused));
    assert_eq!(code(&run(&server.client("--debug 5"), b"")), 2);
}

#[test]
fn files_that_cannot_be_written_are_usage_errors() {
    for option in ["--keylog", "--pcap"] {
        let refused = run(&format!("client 127.0.0.1:1 {option} /nowhere/at/all"), b"");
        assert_eq!(code(&refused), 2);
        assert!(stderr(&refused).contains("/nowhere/at/all cannot be written"), "{}", stderr(&refused));
    }
}

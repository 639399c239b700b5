//! Static files over HTTP/1.0 and 1.1, with a default page; nothing outside the directory is ever served.

use crate::{
    http::{self, Parsed, Request},
    limits,
};
use std::{
    fs::{self, File},
    io::{self as std_io, Read},
    path::{Component, Path, PathBuf},
};

/// What is served.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The directory, canonical; None for the default page alone.
    root: Option<PathBuf>,
}

/// An answer's head and body.
struct Answer {
    status: &'static str,
    content_type: &'static str,
    length: u64,
    body: Body,
}

enum Body {
    Text(Vec<u8>),
    File(File),
}

impl Site {
    /// Serves `directory`, or the default page alone.
    pub(crate) fn new(directory: Option<&Path>) -> std_io::Result<Self> {
        let root = directory.map(fs::canonicalize).transpose()?;
        if root.as_ref().is_some_and(|root| !root.is_dir()) {
            return Err(std_io::Error::other("it is not a directory"));
        }
        Ok(Self { root })
    }

    fn answer(&self, request: &Request) -> Answer {
        if request.method != "GET" && request.method != "HEAD" {
            return text("405 Method Not Allowed", "Only GET and HEAD are served here.\n");
        }
        let Some(path) = path_of(&request.target) else {
            return text("400 Bad Request", "The path is not understood.\n");
        };
        let Some(root) = &self.root else {
            return if path.as_os_str().is_empty() { default_page() } else { not_found() };
        };
        match open_below(root, &path) {
            Some((file, content_type)) => match file.metadata() {
                Ok(metadata) => {
                    Answer { status: "200 OK", content_type, length: metadata.len(), body: Body::File(file) }
                }
                Err(_) => not_found(),
            },
            None if path.as_os_str().is_empty() => default_page(),
            None => not_found(),
        }
    }
}

/// The file for a path without `..`, or the index of a directory. Symbolic links must stay below the root.
fn open_below(root: &Path, path: &Path) -> Option<(File, &'static str)> {
    let mut found = fs::canonicalize(root.join(path)).ok()?;
    if found.is_dir() {
        found = fs::canonicalize(found.join("index.html")).ok()?;
    }
    // is_file: opening a pipe or a device would hold the thread.
    if !found.starts_with(root) || !found.is_file() {
        return None;
    }
    Some((File::open(&found).ok()?, content_type(&found)))
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" | "htm" => "text/html; charset=utf-8",
        "txt" | "md" | "csv" | "log" => "text/plain; charset=utf-8",
        "css" => "text/css",
        "js" => "text/javascript",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    }
}

/// The relative path that a request's target names: decoded, without query, and with plain components only.
fn path_of(target: &str) -> Option<PathBuf> {
    // A proxy's absolute form: the path begins behind the authority.
    let target = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    };
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let decoded = String::from_utf8(percent_decode(path)?).ok()?;
    if decoded.contains(['\0', '\\']) {
        return None;
    }
    let mut relative = PathBuf::new();
    for component in Path::new(decoded.trim_start_matches('/')).components() {
        match component {
            Component::Normal(name) => relative.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(relative)
}

fn percent_decode(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
            let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    Some(decoded)
}

fn text(status: &'static str, body: &str) -> Answer {
    Answer {
        status,
        content_type: "text/plain; charset=utf-8",
        length: u64::try_from(body.len()).unwrap_or_default(),
        body: Body::Text(body.into()),
    }
}

fn not_found() -> Answer {
    text("404 Not Found", "There is nothing of that name here.\n")
}

fn default_page() -> Answer {
    text("200 OK", "EmberTLS serves this page: the connection works.\n")
}

/// What a client asks over one connection.
pub(crate) struct Requests {
    site: Site,
    held: Vec<u8>,
    served: usize,
}

/// A request that is complete, or the status that refuses it.
pub(crate) struct Question {
    site: Site,
    request: Result<Request, &'static str>,
    may_go_on: bool,
}

/// What is sent back: the head, with the body when that is short, then the chunks of a file.
pub(crate) struct Reply {
    pub(crate) head: Vec<u8>,
    pub(crate) keep_alive: bool,
    /// The request with its status, for the log.
    pub(crate) label: String,
    file: Option<File>,
    left: u64,
}

impl Requests {
    pub(crate) fn new(site: &Site) -> Self {
        Self { site: site.clone(), held: Vec::new(), served: 0 }
    }

    /// Takes what the client has sent.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next request; None when more bytes are needed.
    pub(crate) fn next(&mut self) -> Option<Question> {
        let request = match http::parse_request(&self.held) {
            Parsed::More => return None,
            Parsed::Refused(status) => Err(status),
            Parsed::Request(request, used) => {
                self.held.drain(..used);
                Ok(request)
            }
        };
        self.served += 1;
        Some(Question { site: self.site.clone(), request, may_go_on: self.served < limits::MAX_REQUESTS })
    }
}

impl Question {
    /// Opens what is asked for, which may wait for a disk.
    pub(crate) fn reply(self) -> Reply {
        let request = match self.request {
            Ok(request) => request,
            Err(status) => {
                return Reply::new(text(status, &format!("{status}\n")), false, false, status.into());
            }
        };
        let answer = self.site.answer(&request);
        // A body that nobody reads would be taken for the next request.
        let keep_alive = request.keep_alive && request.body == 0 && self.may_go_on;
        let label = format!("{} {} {}", request.method, printable(&request.target), answer.status);
        Reply::new(answer, keep_alive, request.method == "HEAD", label)
    }
}

impl Reply {
    fn new(answer: Answer, keep_alive: bool, head_only: bool, label: String) -> Self {
        let connection = if keep_alive { "keep-alive" } else { "close" };
        let Answer { status, content_type, length, body } = answer;
        // RFC 9110 section 15.5.6 asks for it.
        let allow = if status.starts_with("405") { "Allow: GET, HEAD\r\n" } else { "" };
        // Whole, since each write makes a record.
        let mut head = format!(
            "HTTP/1.1 {status}\r\n{allow}Content-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n"
        )
        .into_bytes();
        let mut file = None;
        match body {
            Body::Text(_) | Body::File(_) if head_only => {}
            Body::Text(text) => head.extend_from_slice(&text),
            Body::File(opened) => file = Some(opened),
        }
        Self { head, keep_alive, label, file, left: length }
    }

    /// The next chunk of the file; None behind its end.
    pub(crate) fn next_chunk(&mut self) -> std_io::Result<Option<Vec<u8>>> {
        let Some(file) = self.file.as_mut().filter(|_| self.left > 0) else { return Ok(None) };
        let mut chunk = vec![0; 16 * 1024];
        let n = file.take(self.left).read(&mut chunk)?;
        if n == 0 {
            return Err(std_io::Error::other("the file became shorter while it was sent"));
        }
        chunk.truncate(n);
        self.left = self.left.saturating_sub(u64::try_from(n).unwrap_or(u64::MAX));
        Ok(Some(chunk))
    }
}

/// A client's text for the log: one line, of bounded length.
fn printable(text: &str) -> String {
    text.chars().take(200).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        assert_eq!(path_of("/"), Some(PathBuf::new()));
        assert_eq!(path_of("/a/b.txt?x=/../y"), Some("a/b.txt".into()));
        assert_eq!(path_of("//a/./b%20c"), Some("a/b c".into()));
        assert_eq!(path_of("http://host:1/a"), Some("a".into()));
        for target in
            ["/..", "/a/../b", "/%2e%2e/x", "/%2E%2E%2fx", "/..%5cx", "/a%00", "/%f", "/%zz", "a", "/%ff"]
        {
            assert_eq!(path_of(target), None, "{target}");
        }
    }

    #[test]
    fn a_link_that_leads_out_is_not_followed() {
        let root = std::env::temp_dir().join(format!("ember-www-{}", std::process::id()));
        fs::create_dir_all(root.join("site/sub")).unwrap();
        fs::write(root.join("secret"), "secret").unwrap();
        fs::write(root.join("site/page.txt"), "page").unwrap();
        fs::write(root.join("site/sub/index.html"), "index").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("secret"), root.join("site/link")).unwrap();
        let site = Site::new(Some(&root.join("site"))).unwrap();
        let status = |target: &str| {
            let request = Request { method: "GET".into(), target: target.into(), keep_alive: true, body: 0 };
            site.answer(&request).status
        };
        assert_eq!(status("/page.txt"), "200 OK");
        assert_eq!(status("/sub/"), "200 OK");
        assert_eq!(status("/"), "200 OK", "the default page stands in for a missing index");
        assert_eq!(status("/link"), "404 Not Found");
        assert_eq!(status("/nothing"), "404 Not Found");
        assert_eq!(status("/../secret"), "400 Bad Request");
        fs::remove_dir_all(root).unwrap();
    }
}

//! Static files over HTTP/1.0 and 1.1, with a default page; nothing outside the directory is ever served.

use crate::world::ToolWorld;
use crate::{
    http::{self, Parsed, Request},
    limits,
    timed::Timed,
};
use io::blocking::Stream;
use std::{
    fs::{self, File},
    io::{self as std_io, Read, Write},
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

/// Answers requests until the client or an error ends the connection; returns how many there were, and the last
/// one with its status.
pub(crate) fn serve(
    site: &Site,
    stream: &mut Stream<'_, Timed, ToolWorld>,
) -> (std_io::Result<()>, Option<String>) {
    let mut last = None;
    let mut held = Vec::new();
    for served in 1..=limits::MAX_REQUESTS {
        stream.transport_mut().allow(limits::HTTP_IDLE_SECONDS);
        let request = match read_head(stream, &mut held) {
            Ok(Some(request)) => request,
            Ok(None) => return (Ok(()), last),
            Err(error) => return (Err(error), last),
        };
        let (answer, keep_alive, head_only) = match &request {
            Ok(request) => {
                let answer = site.answer(request);
                // A body that nobody reads would be taken for the next request.
                let keep_alive = request.keep_alive && request.body == 0 && served < limits::MAX_REQUESTS;
                (answer, keep_alive, request.method == "HEAD")
            }
            Err(status) => (text(status, &format!("{status}\n")), false, false),
        };
        last = Some(match &request {
            Ok(Request { method, target, .. }) => format!("{method} {} {}", printable(target), answer.status),
            Err(status) => (*status).to_owned(),
        });
        match send(stream, answer, keep_alive, head_only) {
            Ok(()) if keep_alive => {}
            outcome => return (outcome, last),
        }
    }
    (Ok(()), last)
}

/// The next request, or the status that refuses it; None when the client has closed in order between requests.
fn read_head(
    stream: &mut Stream<'_, Timed, ToolWorld>,
    held: &mut Vec<u8>,
) -> std_io::Result<Option<Result<Request, &'static str>>> {
    let mut chunk = [0; 4096];
    loop {
        match http::parse_request(held) {
            Parsed::More => {}
            Parsed::Refused(status) => return Ok(Some(Err(status))),
            Parsed::Request(request, used) => {
                held.drain(..used);
                return Ok(Some(Ok(request)));
            }
        }
        match stream.read(&mut chunk)? {
            0 => return Ok(None),
            n => held.extend_from_slice(chunk.get(..n).unwrap_or_default()),
        }
    }
}

fn send(
    stream: &mut Stream<'_, Timed, ToolWorld>,
    answer: Answer,
    keep_alive: bool,
    head_only: bool,
) -> std_io::Result<()> {
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let Answer { status, content_type, length, body } = answer;
    // RFC 9110 section 15.5.6 asks for it.
    let allow = if status.starts_with("405") { "Allow: GET, HEAD\r\n" } else { "" };
    // Whole, since each write makes a record.
    let mut head = format!(
        "HTTP/1.1 {status}\r\n{allow}Content-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n"
    )
    .into_bytes();
    match body {
        Body::Text(text) if !head_only => {
            head.extend_from_slice(&text);
            stream.write_all(&head)?;
        }
        Body::File(file) if !head_only => {
            stream.write_all(&head)?;
            let mut file = file.take(length);
            let mut chunk = vec![0; 16 * 1024];
            let mut left = length;
            while left > 0 {
                let n = file.read(&mut chunk)?;
                if n == 0 {
                    return Err(std_io::Error::other("the file became shorter while it was sent"));
                }
                stream.transport_mut().allow(limits::HTTP_IDLE_SECONDS);
                stream.write_all(chunk.get(..n).unwrap_or_default())?;
                left = left.saturating_sub(u64::try_from(n).unwrap_or(u64::MAX));
            }
        }
        Body::Text(_) | Body::File(_) => stream.write_all(&head)?,
    }
    stream.flush()
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

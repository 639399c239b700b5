//! As much HTTP/1.1 as `--get` and `--www` need (RFC 9112): the body of a response as it arrives, and the head of
//! a request.

use crate::limits;

/// Where a response stands.
enum State {
    /// In the status line and the fields.
    Head,
    /// In a body of so many more bytes.
    Length(u64),
    /// In a line with a chunk's size.
    ChunkSize,
    /// In a chunk of so many more bytes.
    Chunk(u64),
    /// In the empty line behind a chunk.
    ChunkEnd,
    /// In the fields behind the last chunk.
    Trailer,
    /// In a body that ends with the connection.
    UntilClose,
    Done,
}

/// Reads a response to GET piece by piece.
pub(crate) struct Response {
    state: State,
    /// The head or line that is not complete.
    held: Vec<u8>,
    status: Option<String>,
}

impl Response {
    pub(crate) const fn new() -> Self {
        Self { state: State::Head, held: Vec::new(), status: None }
    }

    /// The status line, once it is known.
    pub(crate) fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// Whether the response is complete while the connection is open.
    pub(crate) const fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Whether the response may end with the connection.
    pub(crate) const fn may_end(&self) -> bool {
        matches!(self.state, State::Done | State::UntilClose)
    }

    /// Takes bytes and appends those of the body to `body`.
    pub(crate) fn push(&mut self, mut bytes: &[u8], body: &mut Vec<u8>) -> Result<(), String> {
        while let Some((first, rest)) = bytes.split_first() {
            match self.state {
                State::Done => return Ok(()),
                State::UntilClose => {
                    body.extend_from_slice(bytes);
                    return Ok(());
                }
                State::Length(left) | State::Chunk(left) => {
                    let n = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    let (taken, rest) = bytes.split_at_checked(n).unwrap_or((bytes, &[]));
                    body.extend_from_slice(taken);
                    bytes = rest;
                    let left = left - u64::try_from(taken.len()).unwrap_or(left);
                    self.state = match self.state {
                        State::Chunk(_) if left == 0 => State::ChunkEnd,
                        State::Chunk(_) => State::Chunk(left),
                        State::Length(_) if left > 0 => State::Length(left),
                        State::Length(_)
                        | State::Head
                        | State::ChunkSize
                        | State::ChunkEnd
                        | State::Trailer
                        | State::UntilClose
                        | State::Done => State::Done,
                    };
                }
                State::Head | State::ChunkSize | State::ChunkEnd | State::Trailer => {
                    self.held.push(*first);
                    bytes = rest;
                    if self.held.len() > limits::MAX_RESPONSE_HEAD_BYTES {
                        return Err("the head of the answer is too long".into());
                    }
                    if *first == b'\n' {
                        self.on_line()?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A line is complete at the end of what is held.
    fn on_line(&mut self) -> Result<(), String> {
        if matches!(self.state, State::Head) {
            let Some(head) = complete_head(&self.held) else {
                return if b"HTTP/".iter().zip(&self.held).all(|(a, b)| a == b) {
                    Ok(())
                } else {
                    Err("the peer's answer is not HTTP".into())
                };
            };
            self.state = self.body_of(&head)?;
            self.held.clear();
            return Ok(());
        }
        let line = String::from_utf8_lossy(&self.held).trim_end().to_owned();
        self.held.clear();
        self.state = match self.state {
            State::ChunkSize => {
                let digits = line.split([';', ' ', '\t']).next().unwrap_or_default();
                match u64::from_str_radix(digits, 16) {
                    Ok(0) => State::Trailer,
                    Ok(size) if !digits.starts_with('+') => State::Chunk(size),
                    Ok(_) | Err(_) => return Err(format!("'{line}' is no chunk size")),
                }
            }
            State::ChunkEnd if line.is_empty() => State::ChunkSize,
            State::Trailer if line.is_empty() => State::Done,
            State::Trailer => State::Trailer,
            State::ChunkEnd
            | State::Head
            | State::Length(_)
            | State::Chunk(_)
            | State::UntilClose
            | State::Done => return Err("a chunk is longer than its size".into()),
        };
        Ok(())
    }

    /// RFC 9112 section 6.3.
    fn body_of(&mut self, head: &str) -> Result<State, String> {
        let mut lines = head.lines();
        let status_line = lines.next().unwrap_or_default();
        let code = status_line
            .strip_prefix("HTTP/1.")
            .and_then(|rest| rest.split(' ').nth(1))
            .and_then(|code| code.parse::<u16>().ok())
            .ok_or("the peer's answer is not HTTP/1.0 or HTTP/1.1")?;
        if (100..200).contains(&code) {
            return Ok(State::Head);
        }
        self.status = Some(status_line.to_owned());
        if code == 204 || code == 304 {
            return Ok(State::Done);
        }
        if field(head, "transfer-encoding").is_some_and(|v| v.to_ascii_lowercase().contains("chunked")) {
            return Ok(State::ChunkSize);
        }
        match field(head, "content-length").map(str::parse::<u64>) {
            None => Ok(State::UntilClose),
            Some(Ok(0)) => Ok(State::Done),
            Some(Ok(length)) => Ok(State::Length(length)),
            Some(Err(_)) => Err("the answer's Content-Length is no number".into()),
        }
    }
}

/// The head, when an empty line ends it.
fn complete_head(held: &[u8]) -> Option<String> {
    (held.ends_with(b"\r\n\r\n") || held.ends_with(b"\n\n"))
        .then(|| String::from_utf8_lossy(held).into_owned())
}

/// The value of a field of a head, by its name in any case.
fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A request without a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As sent: with its query and its escapes.
    pub(crate) target: String,
    pub(crate) keep_alive: bool,
    /// Bytes of a body that follows.
    pub(crate) body: u64,
}

/// What the bytes of a client came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// The head is not complete.
    More,
    /// A request, and the bytes of its head.
    Request(Request, usize),
    /// An answer with this status is all that there is.
    Refused(&'static str),
}

/// Reads the head of a request.
pub(crate) fn parse_request(bytes: &[u8]) -> Parsed {
    let ends = [(b"\r\n\r\n".as_slice(), 4), (b"\n\n".as_slice(), 2)];
    let end = ends
        .into_iter()
        .filter_map(|(end, len)| bytes.windows(len).position(|at| at == end).map(|at| at + len))
        .min();
    let Some(end) = end else {
        return if bytes.len() > limits::MAX_REQUEST_HEAD_BYTES {
            Parsed::Refused("431 Request Header Fields Too Large")
        } else {
            Parsed::More
        };
    };
    if end > limits::MAX_REQUEST_HEAD_BYTES {
        return Parsed::Refused("431 Request Header Fields Too Large");
    }
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    let mut words = head.lines().next().unwrap_or_default().split_ascii_whitespace();
    let (Some(method), Some(target), version, None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Parsed::Refused("400 Bad Request");
    };
    let by_default = match version {
        Some("HTTP/1.1") => true,
        Some("HTTP/1.0") => false,
        Some(_) | None => return Parsed::Refused("505 HTTP Version Not Supported"),
    };
    let keep_alive = match field(&head, "connection").map(str::to_ascii_lowercase) {
        Some(value) if value.contains("close") => false,
        Some(value) if value.contains("keep-alive") => true,
        Some(_) | None => by_default,
    };
    if field(&head, "transfer-encoding").is_some() {
        return Parsed::Refused("501 Not Implemented");
    }
    let body = match field(&head, "content-length").map(str::parse) {
        None => 0,
        Some(Ok(length)) => length,
        Some(Err(_)) => return Parsed::Refused("400 Bad Request"),
    };
    Parsed::Request(Request { method: method.into(), target: target.into(), keep_alive, body }, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body, and whether the response is done, for any split.
    fn body(response: &str) -> Result<(String, bool), String> {
        let mut whole = None;
        for step in [1, 2, 7, 100_000] {
            let (mut reader, mut body) = (Response::new(), Vec::new());
            for piece in response.as_bytes().chunks(step) {
                reader.push(piece, &mut body)?;
            }
            let outcome = (String::from_utf8(body).unwrap(), reader.is_done());
            assert_eq!(*whole.get_or_insert_with(|| outcome.clone()), outcome);
        }
        Ok(whole.unwrap())
    }

    #[test]
    fn bodies_by_length_by_chunks_and_until_close() {
        assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"), Ok(("abc".into(), true)));
        assert_eq!(body("HTTP/1.0 200 ok\r\n\r\nabc"), Ok(("abc".into(), false)));
        assert_eq!(
            body(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
            ),
            Ok(("abc0123456789".into(), true))
        );
        assert_eq!(body("HTTP/1.1 204 No Content\r\n\r\n"), Ok((String::new(), true)));
        assert_eq!(
            body("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 1\n\nx"),
            Ok(("x".into(), true))
        );
    }

    #[test]
    fn rejects_what_is_not_http() {
        assert!(body("SSH-2.0-x\r\n").is_err());
        assert!(body("HTTP/2 200\r\n\r\n").is_err());
        assert!(body("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").is_err());
        assert!(body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").is_err());
        assert!(body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n").is_err());
    }

    #[test]
    fn a_head_may_have_its_limit_and_no_byte_more() {
        let start = "HTTP/1.1 200 OK\r\nX: ";
        let fill = limits::MAX_RESPONSE_HEAD_BYTES - start.len() - 4;
        assert_eq!(body(&format!("{start}{}\r\n\r\n", "x".repeat(fill))), Ok((String::new(), false)));
        assert!(body(&format!("{start}{}\r\n\r\n", "x".repeat(fill + 1))).is_err());
    }

    #[test]
    fn requests_of_both_versions_are_read() {
        let Parsed::Request(request, used) = parse_request(b"GET /a?b HTTP/1.1\r\nHost: x\r\n\r\nrest")
        else {
            panic!("no request")
        };
        assert_eq!((request.target.as_str(), request.keep_alive, used), ("/a?b", true, 30));
        let Parsed::Request(request, _) = parse_request(b"GET / HTTP/1.0\r\n\r\n") else {
            panic!("no request")
        };
        assert!(!request.keep_alive);
        let Parsed::Request(request, _) = parse_request(b"GET / HTTP/1.0\nConnection: Keep-Alive\n\n") else {
            panic!("no request")
        };
        assert!(request.keep_alive);
        assert_eq!(parse_request(b"GET / HTTP/1.1\r\nHost"), Parsed::More);
        assert_eq!(parse_request(b"GET /\r\n\r\n"), Parsed::Refused("505 HTTP Version Not Supported"));
        assert_eq!(parse_request(b"\r\n\r\n"), Parsed::Refused("400 Bad Request"));
        assert_eq!(
            parse_request(&vec![b'a'; limits::MAX_REQUEST_HEAD_BYTES + 1]),
            Parsed::Refused("431 Request Header Fields Too Large")
        );
        assert_eq!(parse_request(&vec![b'a'; limits::MAX_REQUEST_HEAD_BYTES]), Parsed::More);
    }
}

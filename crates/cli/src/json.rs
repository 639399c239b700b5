//! Just enough JSON to write: objects and arrays in the order in which they are built (RFC 8259).

use std::fmt::Write as _;

/// A value, already written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Json(String);

impl Json {
    /// A string, or null.
    pub(crate) fn optional(text: Option<impl AsRef<str>>) -> Self {
        text.map_or_else(Self::null, |text| text.as_ref().into())
    }

    /// Nothing.
    pub(crate) fn null() -> Self {
        Self("null".into())
    }

    pub(crate) fn array(items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<String> = items.into_iter().map(|item| item.0).collect();
        Self(format!("[{}]", items.join(",")))
    }

    pub(crate) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        let members: Vec<String> =
            members.into_iter().map(|(name, value)| format!("{}:{}", Self::from(name).0, value.0)).collect();
        Self(format!("{{{}}}", members.join(",")))
    }

    /// A number with three places, as milliseconds are given.
    pub(crate) fn decimal(value: f64) -> Self {
        Self(if value.is_finite() { format!("{value:.3}") } else { "null".into() })
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        let mut out = String::from('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                c if c < ' ' || c == '\u{7f}' => {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out.push('"');
        Self(out)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self(value.to_string())
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Self {
        Self(value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_and_stay_on_one_line() {
        let hostile = Json::from("a\"b\\c\nd\u{7f}é");
        assert_eq!(hostile.to_string(), "\"a\\\"b\\\\c\\u000ad\\u007fé\"");
    }

    #[test]
    fn objects_keep_their_order() {
        let object = Json::object([
            ("z", true.into()),
            ("a", Json::array([7.into(), Json::optional(None::<&str>)])),
            ("ms", Json::decimal(1.5)),
        ]);
        assert_eq!(object.to_string(), r#"{"z":true,"a":[7,null],"ms":1.500}"#);
    }
}

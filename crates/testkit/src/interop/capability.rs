//! What a build of `ember` has: rows of the table that need more wait for it.

use super::cells::{Cell, Role};
use std::path::Path;
use std::process::Command;

/// Something that a cell needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A Cargo feature, of `ember features --json`.
    Feature(&'static str),
    /// A suite, of `ember suites --json`.
    Suite(&'static str),
    /// An option of `ember client` or `ember server`, of their help.
    Option(Role, &'static str),
    /// A signature scheme, of the answer to one that does not exist.
    Scheme(&'static str),
}

/// What a build has.
pub struct Capabilities {
    features: String,
    suites: String,
    client_help: String,
    server_help: String,
    schemes: String,
}

impl Capabilities {
    /// Asks the tool.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn of(ember: &Path) -> std::io::Result<Self> {
        let ask = |words: &[&str]| -> std::io::Result<String> {
            let output = Command::new(ember).args(words).output()?;
            Ok(String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr))
        };
        Ok(Self {
            features: ask(&["features", "--json"])?,
            suites: ask(&["suites", "--json"])?,
            client_help: ask(&["client", "--help"])?,
            server_help: ask(&["server", "--help"])?,
            schemes: ask(&["client", "--sigalgs", "none", "127.0.0.1:1"])?,
        })
    }

    fn has(&self, need: Need) -> bool {
        let compiled = |json: &str, name: &str| {
            json.split('}').any(|item| {
                item.contains(&format!("\"name\":\"{name}\"")) && item.contains("\"compiled\":true")
            })
        };
        let word = |text: &str, name: &str| {
            text.split(|character: char| character.is_whitespace() || ",=[]".contains(character))
                .any(|word| word == name)
        };
        match need {
            Need::Feature(name) => compiled(&self.features, name),
            Need::Suite(name) => compiled(&self.suites, name),
            Need::Option(Role::Client, name) => word(&self.client_help, name),
            Need::Option(Role::Server, name) => word(&self.server_help, name),
            Need::Scheme(name) => word(&self.schemes, name),
        }
    }

    /// The first thing that the cell needs and the build lacks, in words.
    #[must_use]
    pub fn lacking(&self, cell: &Cell) -> Option<String> {
        let need = cell.needs.iter().find(|need| !self.has(**need))?;
        Some(match need {
            Need::Feature(name) => format!("feature {name}"),
            Need::Suite(name) => format!("suite {name}"),
            Need::Option(Role::Client, name) => format!("ember client {name}"),
            Need::Option(Role::Server, name) => format!("ember server {name}"),
            Need::Scheme(name) => format!("scheme {name}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_compiled_or_listed_counts() {
        let build = Capabilities {
            features: r#"[{"name":"tls1-2","compiled":true},{"name":"tls1-0","compiled":false}]"#.to_owned(),
            suites: r#"[{"id":"0x1","name":"TLS_A","compiled":true,"default":false}]"#.to_owned(),
            client_help: "  --min <V>\n  --no-ems".to_owned(),
            server_help: "  --sni <NAME=CERT,KEY>".to_owned(),
            schemes: "there are: rsa_pkcs1_sha256, ecdsa_sha1".to_owned(),
        };
        assert!(build.has(Need::Feature("tls1-2")) && !build.has(Need::Feature("tls1-0")));
        assert!(build.has(Need::Suite("TLS_A")) && !build.has(Need::Suite("TLS_B")));
        assert!(
            build.has(Need::Option(Role::Client, "--min")) && !build.has(Need::Option(Role::Server, "--min"))
        );
        assert!(
            build.has(Need::Option(Role::Server, "--sni")) && !build.has(Need::Option(Role::Client, "--no"))
        );
        assert!(build.has(Need::Scheme("ecdsa_sha1")) && !build.has(Need::Scheme("rsa_pkcs1_sha1")));
    }
}

//! `cargo xtask certs`: writes Mozilla's current roots to `certs/default`, from the crate `webpki-root-certs`.

use crate::shell;
use std::fs;
use std::path::Path;

/// Replaces the folder's certificates. `cargo update -p webpki-root-certs` first gets a newer list.
///
/// # Errors
/// A folder that cannot be written, or a certificate that openssl cannot read.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    shell::need(root, &[("openssl", "openssl")])?;
    let folder = root.join("certs/default");
    let wrong = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(&folder).map_err(wrong)? {
        fs::remove_file(entry.map_err(wrong)?.path()).map_err(wrong)?;
    }
    let scratch = root.join("target/root.der");
    for der in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        fs::write(&scratch, der).map_err(wrong)?;
        let input = scratch.to_string_lossy();
        let x509 = |arguments: &[&str]| {
            let all: Vec<&str> = ["x509", "-inform", "der", "-in", &input]
                .into_iter()
                .chain(arguments.iter().copied())
                .collect();
            shell::output(root, "openssl", &all)
        };
        let name = file_name(&x509(&["-noout", "-subject", "-nameopt", "multiline,-align"])?);
        let fingerprint = x509(&["-noout", "-fingerprint", "-sha256"])?;
        let hash: String = fingerprint
            .rsplit('=')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_hexdigit)
            .take(8)
            .collect();
        let path = folder.join(format!("{name}-{}.pem", hash.to_lowercase()));
        fs::write(path, x509(&["-outform", "pem"])?).map_err(wrong)?;
    }
    println!("{} roots in {}", webpki_root_certs::TLS_SERVER_ROOT_CERTS.len(), folder.display());
    Ok(())
}

/// The common name, or what comes nearest to it, in lower-case letters, digits and hyphens.
fn file_name(subject: &str) -> String {
    let value = |attribute: &str| {
        subject
            .lines()
            .find_map(|line| line.trim().strip_prefix(attribute)?.strip_prefix(" = ").map(str::to_owned))
    };
    let name =
        value("commonName").or_else(|| value("organizationalUnitName")).or_else(|| value("organizationName"));
    let mut slug = String::new();
    for character in name.unwrap_or_else(|| "root".into()).to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').into()
}

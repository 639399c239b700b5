//! `ember cert show` on certificate requests (RFC 2986) and revocation lists (RFC 5280 section 5).

use super::convert::{self, CRL, REQUEST};
use crate::{date, describe, json::Json};
use authority::Request;
use pki::der::Reader;
use x509::{Crl, TrustAnchor, extensions::GeneralName};

/// The reasons of RFC 5280 section 5.3.1 by their numbers.
const REASONS: [(u8, &str); 9] = [
    (1, "keyCompromise"),
    (2, "cACompromise"),
    (3, "affiliationChanged"),
    (4, "superseded"),
    (5, "cessationOfOperation"),
    (6, "certificateHold"),
    (8, "removeFromCRL"),
    (9, "privilegeWithdrawn"),
    (10, "aACompromise"),
];

/// What a file says that holds no certificate.
pub(super) struct Shown {
    /// A line for each thing.
    pub(super) text: String,
    pub(super) json: Json,
    pub(super) malformed: bool,
}

/// A request or revocation lists, if the file has any.
pub(super) fn shown(file: &[u8], now: i64) -> Option<Shown> {
    let (label, ders) = convert::public(file)?;
    match label {
        label if REQUEST.contains(&label) => Some(request(file)),
        label if CRL.contains(&label) => Some(lists(&ders, now)),
        _ => None,
    }
}

fn malformed(error: &str) -> Shown {
    Shown {
        text: format!("malformed: {error}\n"),
        json: Json::object([("malformed", error.into())]),
        malformed: true,
    }
}

/// Its signature is checked: what it asks for is otherwise nobody's.
fn request(file: &[u8]) -> Shown {
    let request = match Request::read(file) {
        Ok(request) => request,
        Err(error) => return malformed(&error.to_string()),
    };
    let anchor =
        TrustAnchor { subject: request.subject().der(), spki: request.spki(), name_constraints: None };
    let (subject, key) = (anchor.name().to_string(), describe::key(request.spki()));
    let names: Vec<String> = request.names().map(names).unwrap_or_default();
    let mut text = format!("certificate request\nsubject: {subject}\nkey: {key}\n");
    if !names.is_empty() {
        text.push_str(&format!("names: {}\n", names.join(", ")));
    }
    text.push_str("signature: of this key\n");
    let json = Json::array([Json::object([
        ("type", "request".into()),
        ("subject", subject.into()),
        ("key", key.into()),
        ("names", Json::array(names.into_iter().map(Json::from))),
    ])]);
    Shown { text, json, malformed: false }
}

/// GeneralNames, in DER; what cannot be read is left out.
fn names(der: &[u8]) -> Vec<String> {
    let Ok(mut fields) = Reader::new(der).sequence() else { return Vec::new() };
    let values = std::iter::from_fn(move || (!fields.is_empty()).then(|| fields.any().ok()).flatten());
    values.map(|name| describe::general_name(GeneralName(name.tag), name.contents)).collect()
}

fn lists(ders: &[Vec<u8>], now: i64) -> Shown {
    let (mut text, mut objects, mut bad) = (String::new(), Vec::new(), false);
    for (index, der) in ders.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        match Crl::decode(der) {
            Ok(crl) => {
                let (lines, object) = list(&crl, now);
                text.push_str(&lines);
                objects.push(object);
            }
            Err(error) => {
                let shown = malformed(&error.to_string());
                text.push_str(&shown.text);
                objects.push(shown.json);
                bad = true;
            }
        }
    }
    Shown { text, json: Json::array(objects), malformed: bad }
}

fn list(crl: &Crl<'_>, now: i64) -> (String, Json) {
    let mut warnings = Vec::new();
    match crl.next_update {
        Some(next) if now > next => warnings.push(format!("it is out of date since {}", date::format(next))),
        Some(_) => {}
        None => warnings.push("it does not say when the next one comes".into()),
    }
    if now < crl.this_update {
        warnings.push(format!("it is not valid until {}", date::format(crl.this_update)));
    }
    if crl.is_delta {
        warnings.push("it is a delta list, and is refused for that".into());
    }
    if crl.unknown_critical {
        warnings.push("it has an unknown critical extension, and is refused for that".into());
    }
    if let Some(hash) = describe::weak_hash(crl.signature_algorithm) {
        warnings.push(format!("its signature is made with {hash}, for which others can be forged"));
    }
    let (issuer, this_update) = (crl.issuer.to_string(), date::format(crl.this_update));
    let next_update = crl.next_update.map(date::format);
    let number = crl.number.map(describe::hex);
    let signature = describe::algorithm(crl.signature_algorithm);
    let mut text = format!("revocation list\nissuer: {issuer}\nvalid from: {this_update}\n");
    text.extend(next_update.iter().map(|next| format!("next one: {next}\n")));
    text.extend(number.iter().map(|number| format!("number: {number}\n")));
    text.push_str(&format!("signed with: {signature}\nrevoked: {}\n", crl.entries().count()));
    let mut revoked = Vec::new();
    for entry in crl.entries() {
        let (serial, since) = (describe::hex(entry.serial_number), date::format(entry.date));
        let reason = REASONS.iter().find(|(code, _)| Some(*code) == entry.reason).map(|(_, name)| *name);
        let why = reason.map_or_else(String::new, |reason| format!(", {reason}"));
        text.push_str(&format!("  {serial} since {since}{why}\n"));
        revoked.push(Json::object([
            ("serial_number", serial.into()),
            ("date", since.into()),
            ("reason", Json::optional(reason)),
        ]));
    }
    text.extend(warnings.iter().map(|why| format!("warning: {why}\n")));
    let json = Json::object([
        ("type", "crl".into()),
        ("issuer", issuer.into()),
        ("this_update", this_update.into()),
        ("next_update", Json::optional(next_update)),
        ("number", Json::optional(number)),
        ("signature", signature.into()),
        ("revoked", Json::array(revoked)),
        ("warnings", Json::array(warnings.into_iter().map(Json::from))),
    ]);
    (text, json)
}

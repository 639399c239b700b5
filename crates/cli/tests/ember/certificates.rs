//! What `ember cert` writes, as OpenSSL reads it; what it shows and checks.

use crate::tool::{Server, certificate, code, ember, stderr, stdout};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

/// A folder that is gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ember-cert-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(program).args(arguments).current_dir(&self.0).output().unwrap()
    }

    /// Runs `ember cert` with words that no space is in, but for `_` in names.
    fn try_cert(&self, line: &str) -> Output {
        let mut command = ember("cert");
        command
            .args(line.split_whitespace().map(|word| word.replace('_', " ")))
            .current_dir(&self.0)
            .output()
            .unwrap()
    }

    fn cert(&self, line: &str) -> String {
        let output = self.try_cert(line);
        assert_eq!(code(&output), 0, "{line}: {}", stderr(&output));
        stdout(&output)
    }

    /// Runs `ember cert` and expects usage's exit code.
    fn refuses(&self, line: &str, why: &str) {
        let output = self.try_cert(line);
        assert_eq!(code(&output), 2, "{line}: {}", stderr(&output));
        assert!(stderr(&output).contains(why), "{line}: {}", stderr(&output));
    }

    fn openssl(&self, line: &str) -> String {
        let output = self.command("openssl", &line.split_whitespace().collect::<Vec<_>>());
        let text = format!("{}{}", stdout(&output), stderr(&output));
        assert!(output.status.success(), "openssl {line}: {text}");
        text
    }

    fn openssl_refuses(&self, line: &str, why: &str) {
        let output = self.command("openssl", &line.split_whitespace().collect::<Vec<_>>());
        let text = format!("{}{}", stdout(&output), stderr(&output));
        assert!(!output.status.success() && text.contains(why), "openssl {line}: {text}");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn an_authority_and_what_it_issues_verify_with_openssl() {
    for kind in ["p256", "p384", "p521", "ed25519", "rsa2048"] {
        let at = Folder::new(kind);
        at.cert(&format!(
            "new-ca --subject CN=Example_Root,O=Example,C=DE --key-type {kind} --key-out ca.key --out ca.pem"
        ));
        at.cert(&format!(
            "new-ca --subject CN=Middle --ca ca.pem --ca-key ca.key --path-len 0 --key-type {kind} --key-out mid.key --out mid.pem \
             --permit example.com --permit 10.0.0.0/8 --exclude bad.example.com"
        ));
        at.cert(&format!(
            "new --ca mid.pem --ca-key mid.key --name www.example.com --name 10.1.2.3 --usage both --key-type {kind} \
             --key-out leaf.key --out leaf.pem --policy 1.3.6.1.4.1.99999.1 --crl-uri http://example.com/a.crl --chain"
        ));
        let verified = at.openssl("verify -x509_strict -CAfile ca.pem -untrusted mid.pem -purpose sslserver -verify_hostname www.example.com leaf.pem");
        assert!(verified.contains("leaf.pem: OK"), "{verified}");
        at.openssl("verify -x509_strict -CAfile ca.pem -untrusted mid.pem -purpose sslclient -verify_ip 10.1.2.3 leaf.pem");
        at.openssl_refuses(
            "verify -CAfile ca.pem -untrusted mid.pem -verify_hostname other.example.com leaf.pem",
            "hostname mismatch",
        );
        let text = at.openssl("x509 -in leaf.pem -noout -text");
        for line in [
            "Subject: CN = www.example.com",
            "Issuer: CN = Middle",
            "DNS:www.example.com, IP Address:10.1.2.3",
            "TLS Web Server Authentication, TLS Web Client Authentication",
            "Policy: 1.3.6.1.4.1.99999.1",
            "URI:http://example.com/a.crl",
        ] {
            assert!(text.contains(line), "{kind}: {line} is not in {text}");
        }
        let text = at.openssl("x509 -in mid.pem -noout -text");
        for line in ["CA:TRUE, pathlen:0", "IP:10.0.0.0/255.0.0.0", "DNS:bad.example.com"] {
            assert!(text.contains(line), "{kind}: {line} is not in {text}");
        }
        assert!(
            at.openssl("x509 -in ca.pem -noout -subject").contains("C = DE, O = Example, CN = Example Root")
        );
        // The chain in the file is what a server takes, and our own client agrees.
        let server = Server::of(
            at.0.join("leaf.pem").to_str().unwrap(),
            at.0.join("leaf.key").to_str().unwrap(),
            "--www",
        );
        let root = at.0.join("ca.pem");
        let line = format!(
            "client localhost:{} --no-default-roots --server-name www.example.com --get / --ca {}",
            server.port,
            root.display()
        );
        let output = ember(&line).output().unwrap();
        assert_eq!(code(&output), 0, "{kind}: {}", stderr(&output));
    }
}

#[test]
fn what_a_constraint_or_a_path_length_forbids_is_refused_by_openssl() {
    let at = Folder::new("constraints");
    at.cert("new-ca --subject CN=Root --permit example.com --key-out ca.key --out ca.pem");
    at.cert("new --ca ca.pem --ca-key ca.key --name www.example.org --key-out a.key --out a.pem");
    at.openssl_refuses("verify -CAfile ca.pem a.pem", "permitted subtree violation");
}

#[test]
fn a_request_is_read_and_signed_by_either_side() {
    for kind in ["p256", "p384", "p521", "ed25519", "rsa2048"] {
        let at = Folder::new(&format!("csr-{kind}"));
        at.cert("new-ca --subject CN=Root --key-out ca.key --out ca.pem");
        at.cert(&format!("csr --name dev.example.com --subject CN=dev,O=Ex\\,ample --key-type {kind} --key-out dev.key --out dev.csr"));
        let text = at.openssl("req -in dev.csr -verify -noout -text");
        assert!(text.contains("verify OK") && text.contains("DNS:dev.example.com"), "{text}");
        assert!(text.contains("O = \"Ex,ample\", CN = dev"), "{text}");
        at.openssl(
            "x509 -req -in dev.csr -CA ca.pem -CAkey ca.key -days 9 -copy_extensions copy -out theirs.pem",
        );
        at.cert("sign --ca ca.pem --ca-key ca.key --out ours.pem dev.csr");
        for file in ["theirs.pem", "ours.pem"] {
            at.openssl(&format!("verify -CAfile ca.pem -verify_hostname dev.example.com {file}"));
        }
        // A request of OpenSSL, in DER; an authority is made of it.
        at.openssl("req -new -key dev.key -subj /CN=theirs -addext subjectAltName=DNS:x.test -outform DER -out theirs.csr");
        at.cert("sign --ca ca.pem --ca-key ca.key --out x.pem theirs.csr");
        at.openssl("verify -CAfile ca.pem -verify_hostname x.test x.pem");
        at.cert("sign --ca ca.pem --ca-key ca.key --as-ca 0 --out sub.pem theirs.csr");
        assert!(at.openssl("x509 -in sub.pem -noout -text").contains("CA:TRUE, pathlen:0"));
        // A byte of the signature, the last of the file.
        let mut damaged = at.read("theirs.csr");
        *damaged.last_mut().unwrap() ^= 1;
        fs::write(at.0.join("bad.csr"), damaged).unwrap();
        at.refuses("sign --ca ca.pem --ca-key ca.key bad.csr", "its signature is not the key's");
    }
}

#[test]
fn revocation_lists_are_read_by_openssl_and_grow() {
    for kind in ["p256", "ed25519", "rsa2048"] {
        let at = Folder::new(&format!("crl-{kind}"));
        at.cert(&format!("new-ca --subject CN=Root --key-type {kind} --key-out ca.key --out ca.pem"));
        for name in ["a", "b"] {
            at.cert(&format!(
                "new --ca ca.pem --ca-key ca.key --name {name}.test --key-out {name}.key --out {name}.pem"
            ));
        }
        assert_eq!(
            at.cert("crl --ca ca.pem --ca-key ca.key --crl root.crl"),
            "list 1 with 0 revoked certificates\n"
        );
        at.openssl("verify -CAfile ca.pem -CRLfile root.crl -crl_check a.pem");
        let told = at.cert("revoke --ca ca.pem --ca-key ca.key --crl root.crl --reason key-compromise a.pem");
        assert_eq!(told, "list 2 with 1 revoked certificates\n");
        at.cert("revoke --ca ca.pem --ca-key ca.key --crl root.crl --serial 0A:1B --days 10 a.pem");
        let text = at.openssl("crl -in root.crl -CAfile ca.pem -noout -text");
        for line in
            ["verify OK", "Key Compromise", "Serial Number: 0A1B", "X509v3 CRL Number: \n                3"]
        {
            assert!(text.contains(line), "{kind}: {line} is not in {text}");
        }
        assert_eq!(text.matches("Serial Number").count(), 2, "{text}");
        at.openssl_refuses("verify -CAfile ca.pem -CRLfile root.crl -crl_check a.pem", "certificate revoked");
        at.openssl("verify -CAfile ca.pem -CRLfile root.crl -crl_check b.pem");
        // A list of another authority is not gone on with, nor another's certificate revoked.
        at.cert("new-ca --subject CN=Root --key-out other.key --out other.pem");
        at.refuses(
            "crl --ca other.pem --ca-key other.key --crl root.crl",
            "root.crl: its signature is not the key's",
        );
        at.refuses("revoke --ca ca.pem --ca-key ca.key --crl root.crl ../nothing.pem", "nothing.pem");
    }
}

#[test]
fn keys_are_converted_to_every_form_that_openssl_reads() {
    for kind in ["p256", "p384", "p521", "ed25519", "rsa2048"] {
        let at = Folder::new(&format!("convert-{kind}"));
        at.cert(&format!(
            "new-ca --subject CN=Root --key-type {kind} --key-out ca.key --key-pass one --out ca.pem"
        ));
        let public = at.openssl("pkey -in ca.key -passin pass:one -pubout");
        for (name, options, password) in [
            ("a", "", ""),
            ("b", "--form traditional", ""),
            ("c", "--to der", ""),
            ("d", "--to der --form traditional", ""),
            ("e", "--new-pass two", "two"),
            ("f", "--new-pass two --encryption scrypt", "two"),
            ("g", "--new-pass two --encryption pkcs12 --to der", "two"),
            ("h", "--new-pass two --encryption pbes1", "two"),
            ("i", "--new-pass two --form traditional", "two"),
        ] {
            if kind == "ed25519" && options.contains("traditional") {
                at.refuses(&format!("convert --key-pass one {options} ca.key {name}"), "no form but PKCS#8");
                continue;
            }
            at.cert(&format!("convert --key-pass one {options} ca.key {name}"));
            // OpenSSL 3 reads PBES1 with its legacy provider only
            let read =
                format!("pkey -provider legacy -provider default -in {name} -passin pass:{password} -pubout");
            assert_eq!(at.openssl(&read), public, "{kind} {options}");
            // and back
            let key_pass = if password.is_empty() { "" } else { "--key-pass two" };
            at.cert(&format!("convert {key_pass} {name} {name}.back"));
            assert_eq!(at.read(&format!("{name}.back")), at.read("a"), "{kind} {options}");
        }
        at.refuses("convert ca.key x", "give its password with --key-pass");
        at.refuses("convert --key-pass two ca.key x", "the password is wrong");
        at.refuses("convert --key-pass one ca.key a", "exists");
        at.refuses(
            "convert --key-pass one --to der --form traditional --new-pass x ca.key y",
            "cannot be encrypted",
        );
    }
}

#[test]
fn certificates_requests_and_lists_are_converted_there_and_back() {
    let at = Folder::new("convert");
    at.cert("new-ca --subject CN=Root --key-out ca.key --out ca.pem");
    at.cert("csr --name a.test --key ca.key --out a.csr");
    at.cert("crl --ca ca.pem --ca-key ca.key --crl a.crl");
    for (file, command) in [("ca.pem", "x509"), ("a.csr", "req"), ("a.crl", "crl")] {
        at.cert(&format!("convert --to der {file} {file}.der"));
        at.openssl(&format!("{command} -inform DER -in {file}.der -out {file}.theirs"));
        at.cert(&format!("convert {file}.der {file}.back"));
        assert_eq!(at.read(&format!("{file}.back")), at.read(file), "{file}");
        assert_eq!(at.read(&format!("{file}.theirs")), at.read(file), "{file}");
    }
}

#[test]
fn keys_are_for_their_owner_and_not_overwritten() {
    let at = Folder::new("owner");
    at.cert("new-ca --subject CN=Root --key-out ca.key --out ca.pem");
    let before = at.read("ca.key");
    at.refuses("new-ca --subject CN=Root --key-out ca.key --out ca.pem", "ca.key: it exists already");
    assert_eq!(at.read("ca.key"), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(at.0.join("ca.key")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let at = Folder::new("refused");
    at.cert("new-ca --subject CN=Root --key-out ca.key --out ca.pem");
    at.cert("new --ca ca.pem --ca-key ca.key --name a.test --key-out a.key --out a.pem");
    let issued = "--ca ca.pem --ca-key ca.key --key-out x.key";
    at.refuses(&format!("new {issued}"), "--name or --subject is needed");
    at.refuses(&format!("new {issued} --name a_b"), "is not a name in ASCII");
    at.refuses(&format!("new {issued} --name a.test --subject XX=a"), "an attribute that is not known");
    at.refuses(&format!("new {issued} --name a.test --policy 9.9"), "is no object identifier");
    at.refuses(
        "new --ca a.pem --ca-key a.key --name b.test --key-out y.key",
        "it is not an authority's certificate",
    );
    at.refuses(
        "new --ca ca.pem --ca-key a.key --name b.test --key-out y.key",
        "the key is not the authority's",
    );
    at.refuses("new-ca --subject CN=a --key-out z.key --days 0", "is not in 1..=100000");
    // What is valid for longer than its authority ends with it.
    at.cert("new --ca ca.pem --ca-key ca.key --name c.test --days 90000 --key a.key --out c.pem");
    assert!(at.openssl("verify -CAfile ca.pem c.pem").contains("OK"));
    assert_eq!(at.openssl("x509 -in c.pem -noout -enddate"), at.openssl("x509 -in ca.pem -noout -enddate"));
}

#[test]
fn show_warns_of_weaknesses_and_speaks_json() {
    let at = Folder::new("show");
    at.cert("new-ca --subject CN=Root,O=A\\\"B --key-out ca.key --out ca.pem");
    assert!(!at.cert("show ca.pem").contains("warning"));
    at.cert("new --ca ca.pem --ca-key ca.key --name a.test --from 2020-01-01T00:00:00Z --days 400 --key-out a.key --out a.pem");
    let text = at.cert("show a.pem");
    for line in [
        "subject: CN=a.test\n",
        "names: DNS:a.test\n",
        "extended key usage: serverAuth\n",
        "warning: it has expired on 2021-02-03T23:59:59Z\n",
        "warning: it is valid for 400 days: browsers refuse more than 398\n",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let json = at.cert("show --json a.pem");
    assert_eq!(json.lines().count(), 1);
    for member in [
        r#"[{"subject":"CN=a.test","issuer":""#,
        r#""not_before":"2020-01-01T00:00:00Z""#,
        r#""key":"EC secp256r1""#,
        r#""signature":"ecdsa-with-SHA256""#,
        r#""ca":false,"path_len":null"#,
        r#""key_usage":["digitalSignature"]"#,
        r#""extended_key_usage":["serverAuth"]"#,
        r#""names":["DNS:a.test"]"#,
        r#""warnings":["it has expired"#,
    ] {
        assert!(json.contains(member), "{member} is not in {json}");
    }
    // The numbers that OpenSSL computes.
    let digest = at.openssl("x509 -in a.pem -noout -fingerprint -sha256");
    let digest = digest.trim().rsplit('=').next().unwrap().replace(':', "");
    assert!(text.contains(&digest) && json.contains(&digest), "{digest}");
    at.openssl("req -x509 -newkey rsa:1024 -noenc -keyout w.key -out w.pem -sha1 -subj /CN=weak -days 30");
    let text = at.cert("show w.pem");
    assert!(text.contains("warning: its RSA key of 1024 bits is too short"), "{text}");
    at.cert("csr --name s.test --key a.key --out s.csr");
    at.openssl("x509 -req -in s.csr -CA ca.pem -CAkey ca.key -sha1 -days 9 -out s.pem");
    let text = at.cert("show s.pem");
    for line in [
        "signed with: ecdsa-with-SHA1\n",
        "warning: its signature is made with SHA-1, for which others can be forged\n",
        "warning: it is of version 1",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}

#[test]
fn check_dir_tells_what_the_build_would_make_of_a_folder() {
    let at = Folder::new("folder");
    fs::create_dir(at.0.join("certs")).unwrap();
    at.cert("new-ca --subject CN=Good --key-out ca.key --out certs/good.pem");
    at.cert(
        "new-ca --subject CN=Old --from 2000-01-01T00:00:00Z --days 10 --key-out old.key --out certs/old.pem",
    );
    at.cert("convert --to der certs/good.pem certs/twice.der");
    fs::write(at.0.join("certs/readme.txt"), "no certificate by its name").unwrap();
    let text = at.cert("check-dir certs");
    for line in [
        "good.pem\n  subject: CN=Good\n  key: EC secp256r1\n  valid: ",
        "old.pem\n  subject: CN=Old\n",
        "warning: it has expired on 2000-01-10T23:59:59Z",
        "twice.der\n",
        "warning: the same anchor is in good.pem; it is compiled in once",
        // 24 bytes, a name of 17 or 16 and a key of 91
        "flash: 132 bytes",
        "2 anchors, 263 bytes of flash on a 32-bit target\n",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let json = at.cert("check-dir --json certs");
    assert!(
        json.contains(r#""duplicate_of":"good.pem""#) && json.contains(r#""flash_bytes":263}"#),
        "{json}"
    );
    fs::write(
        at.0.join("certs/broken.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let output = at.try_cert("check-dir certs");
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("broken.pem\n  error: "), "{}", stdout(&output));
    at.refuses("check-dir nowhere", "nowhere");
}

#[test]
fn fetch_shows_the_chain_and_saves_just_the_root_that_it_needs() {
    let at = Folder::new("fetch");
    for folder in ["roots", "certs"] {
        fs::create_dir(at.0.join(folder)).unwrap();
    }
    for name in ["root-ec", "root-rsa", "root-stranger"] {
        fs::copy(certificate(&format!("{name}.pem")), at.0.join(format!("roots/{name}.pem"))).unwrap();
    }
    let server = Server::start("--www");
    let target = format!("localhost:{}", server.port);
    let text = at.cert(&format!("fetch --roots roots --save certs {target}"));
    for line in ["certificate 0\n", "certificate 1\n", "\nroot: CN=", "file: roots/root-ec.pem\n"] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let saved: Vec<_> =
        fs::read_dir(at.0.join("certs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(saved.len(), 1, "{saved:?}");
    assert_eq!(fs::read(&saved[0]).unwrap(), fs::read(certificate("root-ec.pem")).unwrap());
    // It is what a client needs.
    let line = format!("client {target} --no-default-roots --get / --ca {}", saved[0].display());
    assert_eq!(code(&ember(&line).output().unwrap()), 0);
    // None fits: the name to look for is told.
    let output = at.try_cert(&format!("fetch --roots roots/root-rsa.pem {target}"));
    assert_eq!(code(&output), 1);
    assert!(
        stdout(&output)
            .contains("root: none of the 1 at hand vouches for this chain\n  the chain asks for CN=")
    );
    at.refuses("fetch nowhere", "is not HOST:PORT");
    assert_eq!(code(&at.try_cert("fetch --roots roots localhost:1")), 1);
}

#[test]
fn show_tells_what_requests_and_lists_say() {
    let at = Folder::new("show-others");
    at.cert("new-ca --subject CN=Root --key-out ca.key --out ca.pem");
    at.cert("new --ca ca.pem --ca-key ca.key --name a.test --key-out a.key --out a.pem");
    at.cert("csr --subject CN=dev --name dev.test --name 10.0.0.1 --key-type ed25519 --key-out dev.key --out dev.csr");
    at.cert("revoke --ca ca.pem --ca-key ca.key --crl a.crl --reason key-compromise a.pem");
    let serial = at.openssl("x509 -in a.pem -noout -serial");
    let serial = serial.trim().trim_start_matches("serial=").to_owned();
    let request = "certificate request\nsubject: CN=dev\nkey: Ed25519\nnames: DNS:dev.test, IP:10.0.0.1\nsignature: of this key\n";
    assert_eq!(at.cert("show dev.csr"), request);
    at.cert("convert --to der dev.csr dev.der");
    assert_eq!(at.cert("show dev.der"), request);
    let json = at.cert("show --json dev.csr");
    let expected =
        r#"[{"type":"request","subject":"CN=dev","key":"Ed25519","names":["DNS:dev.test","IP:10.0.0.1"]}]"#;
    assert_eq!(json.trim(), expected);
    let text = at.cert("show a.crl");
    for line in [
        "revocation list\nissuer: CN=Root\n",
        "\nsigned with: ecdsa-with-SHA256\nrevoked: 1\n",
        &format!("\n  {serial} since "),
        ", keyCompromise\n",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(!text.contains("warning"), "{text}");
    let json = at.cert("show --json a.crl");
    assert!(json.starts_with(r#"[{"type":"crl","issuer":"CN=Root","this_update":""#), "{json}");
    assert!(json.contains(&format!(r#""revoked":[{{"serial_number":"{serial}","date":""#)), "{json}");
    // A byte of the signature, the last of the file.
    let mut damaged = at.read("dev.der");
    *damaged.last_mut().unwrap() ^= 1;
    let pem = authority_pem(&damaged);
    fs::write(at.0.join("bad.csr"), pem).unwrap();
    let output = at.try_cert("show bad.csr");
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("malformed: its signature is not the key's"), "{}", stdout(&output));
}

/// A request in PEM, written without the code under test.
fn authority_pem(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = "-----BEGIN CERTIFICATE REQUEST-----\n".to_owned();
    for line in der.chunks(48) {
        for group in line.chunks(3) {
            let value =
                (0..3).fold(0, |value, at| value << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
            for at in 0..4 {
                let digit = DIGITS[usize::try_from(value >> (18 - 6 * at) & 63).unwrap()];
                text.push(if at <= group.len() { char::from(digit) } else { '=' });
            }
        }
        text.push('\n');
    }
    text + "-----END CERTIFICATE REQUEST-----\n"
}

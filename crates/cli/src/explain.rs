//! `ember verify --explain`: which paths were tried, and why each certificate was refused.

use x509::{
    Certificate, Flags, TrustAnchor, Verdict, Vouching,
    path::{Candidate, PathObserver},
};

/// A line for each thing that was tried, indented by its place on the path.
pub(crate) struct Story<'a> {
    anchors: &'a [TrustAnchor<'a>],
    pub(crate) lines: Vec<String>,
}

impl<'a> Story<'a> {
    pub(crate) const fn new(anchors: &'a [TrustAnchor<'a>]) -> Self {
        Self { anchors, lines: Vec::new() }
    }

    fn anchor(&self, index: usize) -> String {
        self.anchors.get(index).map(|anchor| anchor.name().to_string()).unwrap_or_default()
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.lines.push(format!("{}{depth}: {text}", "  ".repeat(depth)));
    }
}

impl PathObserver for Story<'_> {
    fn on_certificate(&mut self, depth: usize, certificate: &Certificate<'_>, verdict: Verdict) {
        let (subject, issuer) = (&certificate.subject, &certificate.issuer);
        self.line(depth, &format!("{subject}, issued by {issuer}: {}", judgement(verdict)));
    }

    fn on_refused(&mut self, depth: usize, candidate: Candidate<'_>, verdict: Verdict) {
        let who = match candidate {
            Candidate::Anchor(index) => format!("the root {}", self.anchor(index)),
            Candidate::Certificate(certificate) => certificate.subject.to_string(),
        };
        self.line(depth, &format!("not {who}: {}", judgement(verdict)));
    }

    fn on_looked_up(&mut self, depth: usize, certificate: &Certificate<'_>, verdict: Verdict) {
        self.line(depth, &format!("{} in the CRLs: {}", certificate.subject, judgement(verdict)));
    }

    fn on_status(&mut self, certificate: &Certificate<'_>, verdict: Verdict) {
        self.line(0, &format!("{} in the OCSP response: {}", certificate.subject, judgement(verdict)));
    }

    fn on_complete(&mut self, depth: usize, vouching: Vouching, verdict: Verdict) {
        let text = match vouching {
            Vouching::Anchor(index) => format!("the root {}", self.anchor(index)),
            Vouching::Pin => "its key is pinned".to_owned(),
        };
        self.line(depth + 1, &format!("{text} ends the path: {}", judgement(verdict)));
    }

    fn on_dead_end(&mut self, depth: usize, certificate: &Certificate<'_>, verdict: Verdict) {
        self.line(
            depth + 1,
            &format!("the path ends without {}: {}", certificate.issuer, judgement(verdict)),
        );
    }
}

/// What was found, with the names of flags and reasons.
fn judgement(verdict: Verdict) -> String {
    let Verdict { flags, reasons, dates_unchecked } = verdict;
    // One that has a reason says nothing more.
    let vague = Flags::NOT_TRUSTED.or(Flags::OTHER).or(Flags::CRL_NOT_TRUSTED);
    let bare = |flag: Flags| reasons.is_empty() || !vague.contains(flag);
    let flags = flags.iter().filter(|row| bare(row.flag)).map(|row| format!("{} ({})", row.text, row.name));
    let reasons = reasons.iter().map(|row| format!("{} ({})", row.text, row.name));
    let dates = dates_unchecked.then(|| "its dates were not checked".to_owned());
    let parts: Vec<_> = flags.chain(reasons).chain(dates).collect();
    if parts.is_empty() { "good".into() } else { parts.join("; ") }
}

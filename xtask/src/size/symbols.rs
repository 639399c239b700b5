//! Symbols of a linked program, each with the crate that its code was written in.

use std::collections::BTreeMap;

/// A function or a constant.
pub(crate) struct Symbol {
    pub(crate) address: u64,
    pub(crate) len: u64,
    /// The crate; for an implementation of a trait the one that has the `impl`.
    pub(crate) owner: String,
    pub(crate) name: String,
}

/// A section of the image.
pub(crate) struct Section {
    pub(crate) address: u64,
    pub(crate) len: u64,
}

impl Section {
    pub(crate) fn holds(&self, address: u64) -> bool {
        (self.address..self.address + self.len).contains(&address)
    }
}

/// A section in the output of `size -A`.
///
/// # Errors
/// No such section.
pub(crate) fn section(listing: &str, name: &str) -> Result<Section, String> {
    let mut rows = listing.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.find_map(|row| match row.as_slice() {
        [section, len, address] if *section == name => {
            Some(Section { len: len.parse().ok()?, address: address.parse().ok()? })
        }
        _ => None,
    })
    .ok_or(format!("the program has no section {name}"))
}

/// Joins the two outputs of `nm --print-size`, mangled and demangled. What was folded to one address counts once.
pub(crate) fn parse(mangled: &str, demangled: &str) -> Vec<Symbol> {
    let mut symbols: BTreeMap<u64, Symbol> = BTreeMap::new();
    for (line, readable) in mangled.lines().zip(demangled.lines()) {
        let (Some((address, len, raw)), Some((_, _, name))) = (fields(line), fields(readable)) else {
            continue;
        };
        let symbol = Symbol { address, len, owner: owner(raw), name: name.into() };
        let known = symbols.entry(address).or_insert_with(|| Symbol {
            address,
            len,
            owner: symbol.owner.clone(),
            name: symbol.name.clone(),
        });
        if known.len < len {
            *known = symbol;
        }
    }
    symbols.into_values().collect()
}

/// `08000008 0000031c t name`; lines without a length are labels.
fn fields(line: &str) -> Option<(u64, u64, &str)> {
    let mut parts = line.splitn(4, ' ');
    let address = u64::from_str_radix(parts.next()?, 16).ok()?;
    let len = u64::from_str_radix(parts.next()?, 16).ok()?;
    let _kind = parts.next()?;
    // Thumb functions have odd addresses in some tables.
    Some((address & !1, len, parts.next()?))
}

/// The crate of a symbol: the first crate root of its mangled name (Rust's v0 scheme), which is where the function or
/// the `impl` stands.
pub(crate) fn owner(mangled: &str) -> String {
    let Some(mut rest) = mangled.strip_prefix("_R") else {
        return match mangled {
            "reset" => "probe".into(),
            name if name.starts_with("OUTLINED_FUNCTION") => "(shared by the optimiser)".into(),
            _ => "(compiler builtins, C names)".into(),
        };
    };
    loop {
        let Some(tag) = rest.chars().next() else { return "(unknown)".into() };
        rest = rest.get(tag.len_utf8()..).unwrap_or_default();
        match tag {
            'C' => return identifier(after_disambiguator(rest)).unwrap_or("(unknown)").into(),
            // A namespace follows, which may be a C as well.
            'N' => rest = rest.get(1..).unwrap_or_default(),
            's' | 'L' => rest = rest.split_once('_').map_or("", |(_, rest)| rest),
            _ => {}
        }
    }
}

fn after_disambiguator(text: &str) -> &str {
    match text.strip_prefix('s') {
        Some(disambiguator) => disambiguator.split_once('_').map_or("", |(_, rest)| rest),
        None => text,
    }
}

/// `5probe`, with an underscore after the length when the name begins like a number.
fn identifier(text: &str) -> Option<&str> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (len, name) = text.split_at_checked(digits)?;
    name.strip_prefix('_').unwrap_or(name).get(..len.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_the_crate_of_the_function_or_of_the_impl() {
        for (mangled, expected) in [
            ("_RNvNtCs1234_5probe5board5clock", "probe"),
            ("_RNvMs2_NtCsaC9_8embertls6streamNtB5_10Connection4send", "embertls"),
            (
                "_RNvXs1C_NtNtCs7_15embertls_crypto5curve5ecdsaANtB5_6Verifyj1_NtB9_3Job7advance",
                "embertls_crypto",
            ),
            ("_RINvNtCs3_4core3ptr13drop_in_placeNtCs1_5probe1XE", "core"),
            ("_RNCNvCs5_6record4open0B3_", "record"),
            ("memcpy", "(compiler builtins, C names)"),
            ("reset", "probe"),
        ] {
            assert_eq!(owner(mangled), expected, "{mangled}");
        }
    }

    #[test]
    fn folded_symbols_count_once() {
        let listing =
            "08000008 0000001c t _RNvCs1_1a1b\n08000008 0000001c t _RNvCs1_1a1c\n08000100 t label\n";
        let symbols = parse(listing, listing);
        assert_eq!(
            symbols.iter().map(|symbol| (symbol.address, symbol.len)).collect::<Vec<_>>(),
            [(0x0800_0008, 28)]
        );
    }

    #[test]
    fn a_section_is_read_from_its_row() {
        let section = section("x :\nsection size addr\n.text 32 134217736\n", ".text").unwrap();
        assert!(section.holds(134_217_736) && section.holds(134_217_767) && !section.holds(134_217_768));
    }
}

//! Who calls what in a disassembly, to find the code from which a panic can be reached.

use std::collections::{BTreeMap, BTreeSet};

/// Parts of names that tell a panic.
const PANICS: &[&str] = &["panic_", "handle_error", "handle_alloc_error"];

/// A symbol that should not be there.
pub(crate) struct Survivor {
    pub(crate) name: String,
    /// Functions outside of core and alloc from which it is reached through core and alloc only.
    pub(crate) callers: Vec<String>,
}

/// The callers of each function.
type Callers<'d> = BTreeMap<&'d str, BTreeSet<&'d str>>;

/// Panics in the output of `objdump --disassemble --demangle`.
pub(crate) fn survivors(disassembly: &str) -> Vec<Survivor> {
    let callers = callers(disassembly);
    callers
        .keys()
        .filter(|name| PANICS.iter().any(|part| last_words(name).contains(part)))
        .map(|name| Survivor { name: (*name).into(), callers: outside(&callers, name) })
        .collect()
}

/// A name without what stands in angle brackets: a type's name is not the function's.
fn last_words(name: &str) -> String {
    let mut depth = 0_usize;
    name.chars()
        .filter(|character| {
            match character {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

/// Every function with those that branch to it.
fn callers(disassembly: &str) -> Callers<'_> {
    let mut callers = Callers::new();
    let mut current = "";
    for line in disassembly.lines() {
        if let Some(name) =
            line.strip_suffix(">:").and_then(|line| line.split_once(" <")).map(|(_, name)| name)
        {
            current = name;
            callers.entry(name).or_default();
        } else if let Some(target) = branch(line).filter(|target| *target != current) {
            callers.entry(target).or_default().insert(current);
        }
    }
    callers
}

/// The function that an instruction branches to: `8000010:\tbl\t8000200 <name>`; one with an offset is inside.
fn branch(line: &str) -> Option<&str> {
    let mut columns = line.split('\t');
    let _address = columns.next()?;
    let instruction = columns.next()?.trim();
    if !instruction.starts_with('b') && !instruction.starts_with("cb") {
        return None;
    }
    let (_, name) = columns.next()?.trim_end().strip_suffix('>')?.split_once(" <")?;
    let inside =
        name.rsplit_once("+0x").is_some_and(|(_, offset)| offset.chars().all(|c| c.is_ascii_hexdigit()));
    (!inside).then_some(name)
}

/// Walks up from a function until its callers are no longer those of the standard library.
fn outside(callers: &Callers<'_>, name: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(callee) = waiting.pop() {
        for caller in callers.get(callee).into_iter().flatten().copied() {
            if !seen.insert(caller) {
                continue;
            }
            if is_standard(caller) {
                waiting.push(caller);
            } else {
                found.insert(caller.to_owned());
            }
        }
    }
    found.into_iter().collect()
}

fn is_standard(name: &str) -> bool {
    let start = name.trim_start_matches(['<', '&', '[', '*']);
    ["core::", "alloc::", "__rustc", "compiler_builtins::"].iter().any(|library| start.starts_with(library))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISASSEMBLY: &str = "\
08000008 <probe::main>:
 8000008:\tbl\t8000100 <core::option::unwrap_failed>
 800000c:\tb.n\t8000008 <probe::main+0x4>

08000100 <core::option::unwrap_failed>:
 8000100:\tbl\t8000200 <core::panicking::panic_fmt>

08000200 <core::panicking::panic_fmt>:
 8000200:\tb.n\t8000200 <core::panicking::panic_fmt>

08000300 <<x::panic_type as y::Z>::run>:
 8000300:\tldr\tr0, [pc, #4]\t@ (8000308 <probe::main>)
";

    #[test]
    fn a_panic_is_listed_with_the_caller_outside_of_core() {
        let survivors = survivors(DISASSEMBLY);
        assert_eq!(survivors.len(), 1);
        assert!(
            survivors
                .iter()
                .all(|one| one.name == "core::panicking::panic_fmt" && one.callers == ["probe::main"])
        );
    }
}

//! Options whose time has not come: known by name, so that a script that uses one learns what is wrong with it.

use crate::exit::Failure;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// An option of a later issue.
pub(crate) struct Later {
    name: &'static str,
    /// What it will do.
    what: &'static str,
}

const fn value(name: &'static str, what: &'static str) -> Later {
    Later { name, what }
}

const VERIFY: &[Later] = &[value("ocsp", "OCSP")];

/// The options by command.
const ALL: [(&str, &[Later]); 1] = [("verify", VERIFY)];

/// Declares the options, hidden from help.
pub(crate) fn declare_all(command: Command) -> Command {
    ALL.into_iter().fold(command, |command, (path, options)| declare(command, path, options))
}

fn declare(command: Command, path: &'static str, options: &'static [Later]) -> Command {
    let (name, rest) = path.split_once(' ').unwrap_or((path, ""));
    if name.is_empty() {
        return options.iter().fold(command, |command, option| {
            command.arg(Arg::new(option.name).long(option.name).action(ArgAction::Append).hide(true))
        });
    }
    command.mut_subcommand(name, |subcommand| declare(subcommand, rest, options))
}

/// Refuses the first of them that is present.
pub(crate) fn refuse(matches: &ArgMatches) -> Result<(), Failure> {
    for (path, options) in ALL {
        let Some(matches) = path.split(' ').try_fold(matches, |found, name| found.subcommand_matches(name))
        else {
            continue;
        };
        for Later { name, what } in options {
            if matches.contains_id(name) {
                return Err(Failure::Usage(format!(
                    "--{name} is not built yet: {what} will come with a later version of ember {path}"
                )));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_known_and_refused_by_its_name() {
        for (name, options) in ALL {
            for option in options {
                let line = format!("ember {name} --roots r leaf --{} 1", option.name);
                let matches = crate::arguments::command().try_get_matches_from(line.split_whitespace());
                let refused = refuse(&matches.unwrap()).unwrap_err();
                assert_eq!(refused.number(), 2);
                assert!(refused.to_string().starts_with(&format!("--{} is not built yet", option.name)));
            }
        }
    }
}

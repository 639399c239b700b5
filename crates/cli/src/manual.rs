//! `ember man` and `ember completions`: from the same list as the help.

use crate::{arguments, exit::Failure, output::answer};
use clap::Args;
use clap_complete::Shell;
use std::process::ExitCode;

/// Options of `ember completions`.
#[derive(Args)]
pub(crate) struct Options {
    /// For which shell
    shell: Shell,
}

/// The manual page, of the tool and then of each command.
pub(crate) fn man() -> Result<ExitCode, Failure> {
    let command = arguments::command();
    let mut page = Vec::new();
    let render = |command: clap::Command, page: &mut Vec<u8>| {
        clap_mangen::Man::new(command).render(page).map_err(|error| Failure::Peer(error.to_string()))
    };
    render(command.clone(), &mut page)?;
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        let name = format!("ember {}", subcommand.get_name());
        render(subcommand.clone().bin_name(&name).display_name(&name), &mut page)?;
    }
    answer(&page, ExitCode::SUCCESS)
}

/// Completions for a shell.
pub(crate) fn completions(options: &Options) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut arguments::command(), "ember", &mut script);
    answer(&script, ExitCode::SUCCESS)
}

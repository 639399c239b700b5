//! `ember man` and `ember completions`: from the same list as the help.

use crate::{arguments, exit::Failure, output::answer};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::process::ExitCode;

/// Options of `ember completions`.
#[derive(Args)]
pub(crate) struct Options {
    /// For which shell
    shell: Shell,
}

/// The manual page: of the tool, then of each command.
pub(crate) fn man() -> Result<ExitCode, Failure> {
    let mut page = Vec::new();
    render(arguments::Cli::command(), "ember", &mut page)
        .map_err(|error| Failure::Peer(error.to_string()))?;
    answer(&page, ExitCode::SUCCESS)
}

/// A command, then those below it.
fn render(command: clap::Command, name: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    let visible: Vec<_> = command.get_subcommands().filter(|below| !below.is_hide_set()).cloned().collect();
    clap_mangen::Man::new(command.bin_name(name).display_name(name)).render(page)?;
    visible.into_iter().try_for_each(|below| {
        let name = format!("{name} {}", below.get_name());
        render(below, &name, page)
    })
}

/// Completions for a shell.
pub(crate) fn completions(options: &Options) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut arguments::Cli::command(), "ember", &mut script);
    answer(&script, ExitCode::SUCCESS)
}

//! `ember features`: the Cargo features, each with the mbedTLS switch that it mirrors.

use crate::{compiled, exit::Failure, json::Json};
use clap::Args;
use std::process::ExitCode;

/// Options of `ember features`.
#[derive(Args)]
pub(crate) struct Options {
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "all commands have this form")]
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    if options.json {
        println!("{}", Json::array(compiled::FEATURES.iter().map(json)));
        return Ok(ExitCode::SUCCESS);
    }
    for feature in compiled::FEATURES {
        let mark = if feature.on { "on " } else { "off" };
        println!("{mark} {:<30} {}", feature.name, feature.switch);
    }
    Ok(ExitCode::SUCCESS)
}

fn json(feature: &compiled::Feature) -> Json {
    Json::object([
        ("name", feature.name.into()),
        ("switch", Json::optional((!feature.switch.is_empty()).then_some(feature.switch))),
        ("compiled", feature.on.into()),
    ])
}

//! `ember features`: the Cargo features, each with the mbedTLS switch that it mirrors.

use crate::{compiled, exit::Failure, json::Json, output::answer};
use clap::Args;
use std::process::ExitCode;

/// Options of `ember features`.
#[derive(Args)]
pub(crate) struct Options {
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let text = if options.json {
        format!("{}\n", Json::array(compiled::FEATURES.iter().map(json)))
    } else {
        compiled::FEATURES.iter().map(line).collect()
    };
    answer(text.as_bytes(), ExitCode::SUCCESS)
}

fn line(feature: &compiled::Feature) -> String {
    let mark = if feature.on { "on " } else { "off" };
    format!("{}\n", format!("{mark} {:<30} {}", feature.name, feature.switch).trim_end())
}

fn json(feature: &compiled::Feature) -> Json {
    Json::object([
        ("name", feature.name.into()),
        ("switch", Json::optional((!feature.switch.is_empty()).then_some(feature.switch))),
        ("compiled", feature.on.into()),
    ])
}

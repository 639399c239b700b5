//! Options whose time has not come: known by name, so that a script that uses one learns what is wrong with it.

use crate::exit::Failure;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// An option of a later issue.
pub(crate) struct Later {
    name: &'static str,
    takes_value: bool,
    /// What it will do.
    what: &'static str,
}

const fn flag(name: &'static str, what: &'static str) -> Later {
    Later { name, takes_value: false, what }
}

const fn value(name: &'static str, what: &'static str) -> Later {
    Later { name, takes_value: true, what }
}

const CLIENT: &[Later] = &[
    value("cert", "client certificates"),
    value("key", "client certificates"),
    value("mfl", "the maximum fragment length extension"),
    value("rsl", "the record size limit extension"),
    flag("no-ticket", "session tickets"),
    value("resume", "resumption"),
    value("session-in", "stored sessions"),
    value("session-out", "stored sessions"),
    flag("fallback", "the fallback SCSV"),
    flag("renegotiate", "renegotiation"),
    value("keylog", "key logs"),
    value("pcap", "packet captures"),
    value("debug", "debug messages"),
    flag("dtls", "DTLS"),
    value("mtu", "DTLS"),
    value("psk-identity", "pre-shared keys"),
    value("psk", "pre-shared keys"),
    flag("cid", "DTLS connection IDs"),
    value("timeout-min", "DTLS"),
    value("timeout-max", "DTLS"),
    value("srtp", "SRTP keying"),
];

const SERVER: &[Later] = &[
    value("client-auth", "client certificates"),
    value("client-ca", "client certificates"),
    flag("renegotiation", "renegotiation"),
    flag("no-ticket", "session tickets"),
    flag("no-cache", "the session cache"),
    value("dh-group", "finite-field Diffie-Hellman"),
    value("preference", "the client's order of preference"),
    value("keylog", "key logs"),
    value("debug", "debug messages"),
    value("sni", "credentials chosen by server name"),
    value("mfl", "the maximum fragment length extension"),
    value("rsl", "the record size limit extension"),
    value("pcap", "packet captures"),
    flag("dtls", "DTLS"),
    value("mtu", "DTLS"),
    value("psk-identity", "pre-shared keys"),
    value("psk", "pre-shared keys"),
    value("psk-file", "pre-shared keys"),
    flag("no-cookie", "DTLS cookies"),
    flag("cid", "DTLS connection IDs"),
    value("timeout-min", "DTLS"),
    value("timeout-max", "DTLS"),
    value("srtp", "SRTP keying"),
];

/// The options by command.
pub(crate) const ALL: [(&str, &[Later]); 2] = [("client", CLIENT), ("server", SERVER)];

/// Declares the options, hidden from help.
pub(crate) fn declare(mut command: Command, options: &'static [Later]) -> Command {
    for option in options {
        let action = if option.takes_value { ArgAction::Append } else { ArgAction::SetTrue };
        command = command.arg(Arg::new(option.name).long(option.name).action(action).hide(true));
    }
    command
}

/// Refuses the first of them that is present.
pub(crate) fn refuse(matches: &ArgMatches) -> Result<(), Failure> {
    for (name, options) in ALL {
        let Some(matches) = matches.subcommand_matches(name) else { continue };
        for option in options {
            let present = if option.takes_value {
                matches.contains_id(option.name)
            } else {
                matches.get_flag(option.name)
            };
            if present {
                let Later { name: option, what, .. } = option;
                return Err(Failure::Usage(format!(
                    "--{option} is not built yet: {what} will come with a later version of ember {name}"
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
                let base = match name {
                    "client" => "ember client h:1",
                    _ => "ember server --listen 127.0.0.1:0 --cert a --key b",
                };
                let line = format!("{base} --{}{}", option.name, if option.takes_value { " 1" } else { "" });
                let matches = crate::arguments::command().try_get_matches_from(line.split_whitespace());
                let refused = refuse(&matches.unwrap()).unwrap_err();
                assert_eq!(refused.number(), 2);
                assert!(refused.to_string().starts_with(&format!("--{} is not built yet", option.name)));
            }
        }
    }
}

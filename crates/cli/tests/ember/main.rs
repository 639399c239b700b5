//! The tool as a script sees it: processes, exit codes, standard output and standard error.

#[cfg(test)]
mod certificates;
#[cfg(test)]
mod edwards;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod network;
#[cfg(test)]
mod psk;
#[cfg(test)]
mod raw_keys;
#[cfg(all(test, unix, feature = "tokio"))]
mod reload;
mod sessions;
#[cfg(test)]
mod stapling;
#[cfg(test)]
mod stress;
#[cfg(test)]
mod tool;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod watch;

//! The tool as a script sees it: processes, exit codes, standard output and standard error.

#[cfg(test)]
mod network;
mod sessions;
#[cfg(test)]
mod tool;
#[cfg(test)]
mod usage;

//! SIGHUP: the server reads its certificates anew and draws a new ticket key, while it serves.

use super::{
    super::service::{Service, reload},
    elsewhere,
};
use crate::output::report;
use std::{io, sync::Arc};
use tokio::signal::unix::{SignalKind, signal};

/// From now on the signal does not end the process.
pub(super) fn watch(service: &Arc<Service>) -> io::Result<()> {
    let mut hangups = signal(SignalKind::hangup())?;
    let service = Arc::clone(service);
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            let service = Arc::clone(&service);
            let _ = elsewhere(move || {
                match reload(&service) {
                    Ok(()) => report("reloaded: new connections have what the files hold now"),
                    Err(failure) => report(format_args!("not reloaded, all stays as it was: {failure}")),
                }
                Ok(())
            })
            .await;
        }
    });
    Ok(())
}

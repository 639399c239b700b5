//! SIGHUP: the server reads its certificates anew and draws a new ticket key, while it serves.

use super::{
    super::{
        identities::Identities,
        service::{self, Service},
    },
    elsewhere,
};
use crate::{exit::Failure, output::report};
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

/// All or nothing: what cannot be used changes nothing.
fn reload(service: &Service) -> Result<(), Failure> {
    let identities = Identities::load(&service.file_names)?;
    if let Some(tickets) = &service.tickets {
        service::rotate(tickets, service.clock)?;
    }
    service.identities.replace(identities);
    Ok(())
}

//! Hands a connection's secrets to the key log.

use crate::{Host, context::Randoms, key_schedule::MasterSecret};

/// One call for each master secret, when there is a log.
pub(crate) fn log(host: &mut Host<'_>, randoms: &Randoms, master_secret: &MasterSecret) {
    if let Some(key_log) = host.key_log.as_deref_mut() {
        key_log.log(&randoms.client, master_secret.bytes());
    }
}

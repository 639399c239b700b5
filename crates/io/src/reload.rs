//! A server's configuration that is exchanged while connections go on.
//!
//! A connection borrows its configuration as long as it lives. So each takes the current one when it begins, and keeps
//! it; the next connection takes what is current then. Nothing is copied but a reference count, and what nobody uses any
//! more is dropped.

use std::sync::{Arc, PoisonError, RwLock};

/// A value that can be exchanged, certificates with their keys for example.
///
/// ```
/// use embertls::{Credential, ServerConfig, pki::private_key::BoxedKey, registry::profiles::DEFAULT};
/// use embertls_io::reload::Reloadable;
///
/// struct Identity {
///     chain: Vec<Vec<u8>>,
///     key: BoxedKey,
/// }
///
/// /// One connection.
/// fn serve(identities: &Reloadable<Identity>) {
///     let identity = identities.current();
///     let chain: Vec<&[u8]> = identity.chain.iter().map(Vec::as_slice).collect();
///     let credentials = [Credential::new(&chain, &*identity.key)];
///     let config = ServerConfig::new(&DEFAULT, &credentials);
///     // Make a stream with `&config`, and serve it.
///     # let _ = config;
/// }
/// ```
#[derive(Debug)]
pub struct Reloadable<T>(RwLock<Arc<T>>);

impl<T> Reloadable<T> {
    /// Begins with `value`.
    pub fn new(value: T) -> Self {
        Self(RwLock::new(Arc::new(value)))
    }

    /// What is current, to be kept as long as it is used.
    #[must_use]
    pub fn current(&self) -> Arc<T> {
        // A reference is exchanged whole or not at all, so that a panic elsewhere has broken nothing.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes `value` the current one for whoever asks from now on, and returns the one before.
    pub fn replace(&self, value: T) -> Arc<T> {
        let value = Arc::new(value);
        std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), value)
    }
}

//! The window that drops repeated records (RFC 6347 section 4.1.2.6, after RFC 4303 section 3.4.3).

/// The newest sequence number and which of the 64 up to it have come.
#[derive(Clone, Copy, Default)]
pub(super) struct Window {
    newest: u64,
    seen: u64,
}

impl Window {
    /// Of a connection that was thawed: the newest number, and a bit for each of the 64 up to it.
    #[cfg(feature = "context-serialization")]
    pub(super) const fn of_parts([newest, seen]: [u64; 2]) -> Self {
        Self { newest, seen }
    }

    /// The newest number, and a bit for each of the 64 up to it.
    #[cfg(feature = "context-serialization")]
    pub(super) const fn parts(self) -> [u64; 2] {
        [self.newest, self.seen]
    }

    /// Whether a record with this number may be opened.
    pub(super) const fn is_new(self, sequence_number: u64) -> bool {
        if sequence_number > self.newest {
            return true;
        }
        let back = self.newest - sequence_number;
        back < 64 && self.seen >> back & 1 == 0
    }

    /// Notes a record that was authentic.
    pub(super) const fn note(&mut self, sequence_number: u64) {
        if sequence_number > self.newest {
            let ahead = sequence_number - self.newest;
            self.seen = if ahead < 64 { self.seen << ahead } else { 0 };
            self.newest = sequence_number;
            self.seen |= 1;
        } else if self.newest - sequence_number < 64 {
            self.seen |= 1 << (self.newest - sequence_number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_takes_each_number_once_and_none_that_is_64_behind() {
        let (mut window, mut taken, mut newest) = (Window::default(), BTreeSet::new(), 0);
        // A walk that goes forwards and back by steps of all sizes.
        let mut number = 0_u64;
        for step in 0..20_000_u64 {
            number = match step * 7919 % 97 {
                forwards @ 0..40 => number + forwards,
                back => number.saturating_sub(back - 30),
            };
            let expected = !taken.contains(&number) && (number + 64 > newest);
            assert_eq!(window.is_new(number), expected, "{number} after {newest}");
            if expected {
                window.note(number);
                taken.insert(number);
                newest = newest.max(number);
            }
        }
    }

    #[test]
    fn the_last_number_of_an_epoch_is_a_number_like_others() {
        let mut window = Window::default();
        let last = (1 << 48) - 1;
        window.note(last);
        assert!(!window.is_new(last) && window.is_new(last - 63) && !window.is_new(last - 64));
    }
}

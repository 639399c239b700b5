//! Certificate policies along a path (RFC 5280 section 6.1, as RFC 9618 mends it).
//!
//! Instead of a graph, each policy of a level remembers whether it comes from one that the caller accepts, so that the memory is
//! that of one level, and the work linear in the length of the path.

use crate::{
    Certificate, Flags, Reasons, Verdict, judge, limits,
    policy_extensions::{ANY_POLICY, PolicyExtensions},
};

/// What is asked of a path's policies.
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicyDemand<'c> {
    /// Contents of the object identifiers of policies that are accepted (user-initial-policy-set); any when empty.
    pub acceptable: &'c [&'c [u8]],
    /// A policy must hold for the whole path (initial-explicit-policy).
    pub explicit: bool,
    /// No policy may be mapped to another (initial-policy-mapping-inhibit).
    pub inhibit_mapping: bool,
    /// anyPolicy counts as none (initial-any-policy-inhibit).
    pub inhibit_any: bool,
}

impl PolicyDemand<'_> {
    fn accepts(&self, policy: &[u8]) -> bool {
        self.acceptable.is_empty()
            || self.acceptable.iter().any(|known| *known == policy || *known == ANY_POLICY)
    }
}

/// The policies that hold up to a certificate.
#[derive(Clone, Copy)]
struct Level<'p> {
    nodes: [Node<'p>; limits::MAX_POLICIES],
    len: usize,
    /// anyPolicy holds.
    any: bool,
}

#[derive(Clone, Copy)]
struct Node<'p> {
    policy: &'p [u8],
    /// It comes from a policy that the caller accepts.
    acceptable: bool,
    /// The certificate maps it to others.
    mapped: bool,
}

/// More policies than are followed.
struct TooMany;

impl<'p> Level<'p> {
    const fn new(any: bool) -> Self {
        let none = Node { policy: &[], acceptable: false, mapped: false };
        Self { nodes: [none; limits::MAX_POLICIES], len: 0, any }
    }

    fn nodes(&self) -> impl Iterator<Item = &Node<'p>> {
        self.nodes.iter().take(self.len)
    }

    fn find(&mut self, policy: &[u8]) -> Option<&mut Node<'p>> {
        self.nodes.iter_mut().take(self.len).find(|node| node.policy == policy)
    }

    /// One that is there already is acceptable if either is.
    fn add(&mut self, policy: &'p [u8], acceptable: bool, mapped: bool) -> Result<(), TooMany> {
        if let Some(node) = self.find(policy) {
            node.acceptable |= acceptable;
            return Ok(());
        }
        *self.nodes.get_mut(self.len).ok_or(TooMany)? = Node { policy, acceptable, mapped };
        self.len += 1;
        Ok(())
    }

    /// Whether no policy holds: the graph is NULL.
    const fn is_empty(&self) -> bool {
        self.len == 0 && !self.any
    }

    /// Section 6.1.3 steps d and e: only what the certificate lists holds on.
    fn narrowed(
        &self,
        extensions: &PolicyExtensions<'p>,
        any_allowed: bool,
        demand: &PolicyDemand<'_>,
    ) -> Result<Self, TooMany> {
        let listed = || extensions.policies().into_iter().flatten();
        let all = any_allowed && listed().any(|policy| policy == ANY_POLICY);
        let mut next = Level::new(self.any && all);
        for node in self.nodes() {
            if all || listed().any(|policy| policy == node.policy) {
                next.add(node.policy, node.acceptable, false)?;
            }
        }
        if self.any {
            for policy in listed().filter(|policy| *policy != ANY_POLICY) {
                if next.find(policy).is_none() {
                    next.add(policy, demand.accepts(policy), false)?;
                }
            }
        }
        Ok(next)
    }

    /// Section 6.1.4 step b: the policies by which those below know them.
    fn mapped(
        mut self,
        extensions: &PolicyExtensions<'p>,
        allowed: bool,
        demand: &PolicyDemand<'_>,
    ) -> Result<Self, TooMany> {
        for (issuer, _) in extensions.mappings() {
            if let Some(node) = self.find(issuer) {
                node.mapped = true;
            } else if self.any && allowed {
                self.add(issuer, demand.accepts(issuer), true)?;
            }
        }
        let mut next = Level::new(self.any);
        for node in self.nodes().filter(|node| !node.mapped) {
            next.add(node.policy, node.acceptable, false)?;
        }
        for (issuer, subject) in extensions.mappings().filter(|_| allowed) {
            if let Some(node) = self.find(issuer) {
                next.add(subject, node.acceptable, false)?;
            }
        }
        Ok(next)
    }
}

/// The verdict on a path of `len` certificates, the one next to the anchor first.
pub(crate) fn judge_policies<'p>(
    path: impl Iterator<Item = &'p Certificate<'p>>,
    len: usize,
    demand: &PolicyDemand<'_>,
) -> Verdict {
    let reasons = match follow(path, len, demand) {
        Ok(reasons) => reasons,
        Err(TooMany) => Reasons::POLICY_LIMIT,
    };
    let mut verdict = Verdict::default();
    verdict.refuse_if(!reasons.is_empty(), Flags::OTHER, reasons);
    verdict
}

fn follow<'p>(
    path: impl Iterator<Item = &'p Certificate<'p>>,
    len: usize,
    demand: &PolicyDemand<'_>,
) -> Result<Reasons, TooMany> {
    let beyond = u32::try_from(len).unwrap_or(u32::MAX).saturating_add(1);
    let start = |inhibited: bool| if inhibited { 0 } else { beyond };
    let mut explicit = start(demand.explicit);
    let mut mapping = start(demand.inhibit_mapping);
    let mut any = start(demand.inhibit_any);
    let mut level = Level::new(true);
    for (index, certificate) in path.enumerate() {
        let last = index + 1 == len;
        let extensions = &certificate.extensions.policies;
        let self_issued = judge::is_self_issued(certificate);
        level = level.narrowed(extensions, any > 0 || (!last && self_issued), demand)?;
        if explicit == 0 && level.is_empty() {
            return Ok(Reasons::NO_POLICY);
        }
        if last {
            explicit = explicit.saturating_sub(1);
            if extensions.require_explicit == Some(0) {
                explicit = 0;
            }
            break;
        }
        let names_any = |(issuer, subject)| issuer == ANY_POLICY || subject == ANY_POLICY;
        if extensions.mappings().any(names_any) {
            return Ok(Reasons::ANY_POLICY_MAPPED);
        }
        level = level.mapped(extensions, mapping > 0, demand)?;
        if !self_issued {
            for counter in [&mut explicit, &mut mapping, &mut any] {
                *counter = counter.saturating_sub(1);
            }
        }
        let least = |counter: u32, limit: Option<u32>| limit.map_or(counter, |limit| limit.min(counter));
        explicit = least(explicit, extensions.require_explicit);
        mapping = least(mapping, extensions.inhibit_mapping);
        any = least(any, extensions.inhibit_any);
    }
    let holds = level.any || level.nodes().any(|node| node.acceptable);
    Ok(if explicit == 0 && !holds { Reasons::NO_POLICY } else { Reasons::NONE })
}

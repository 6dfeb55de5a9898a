//! What an attacker can do to a copy, and what follows for its tier. Pure: knows neither AWS nor the graph.
//!
//! Everything is decided twice, once as if whatever could not be read turned out badly and once as if it turned out well: the
//! two tiers are the ends of an interval. Each guard only ever raises both, which a property holds.

use crate::model::facts::{LockState, Tier};

/// Whether an attacker can do something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Threat {
    /// It cannot.
    #[default]
    None,
    /// What could not be read leaves it open.
    Unread,
    /// It can, or nothing excludes it.
    Reached,
}

impl Threat {
    /// Whether it counts, the worst assumed or the best.
    pub(crate) const fn counts(self, worst: bool) -> bool {
        match self {
            Self::None => false,
            Self::Unread => worst,
            Self::Reached => true,
        }
    }
}

/// What stands between a copy and its loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    /// Whether it can be restored from at all: whole, not past its time, in an account that stays.
    pub(crate) usable: bool,
    /// Whether it lies neither in the resource's account nor in the attacker's.
    pub(crate) apart: bool,
    /// The lock of its vault; `None` for what lies in no vault.
    pub(crate) lock: LockState,
    /// Whether a legal hold keeps it.
    pub(crate) held: bool,
    /// Deleting or re-timing it.
    pub(crate) delete: Threat,
    /// Taking the vault's lock off, where one can be taken off.
    pub(crate) unlock: Threat,
    /// Cancelling the legal hold.
    pub(crate) release: Threat,
    /// Taking its key away, by whatever way: deleted, disabled, re-policed, or gone already.
    pub(crate) key: Threat,
}

impl Stand {
    /// Its tier, the worst or the best assumed of what could not be read.
    pub(crate) fn tier(&self, worst: bool) -> Tier {
        if !self.usable {
            return Tier::None;
        }
        let firm = self.lock.immutable();
        let key = self.key.counts(worst);
        match (self.apart, firm) {
            _ if key => Tier::SharedFate,
            (true, true) => Tier::Immutable,
            (false, true) => Tier::Isolated,
            (true, false) if !self.deletable(worst) => Tier::Isolated,
            (_, false) => Tier::SharedFate,
        }
    }

    /// Whether the attacker destroys it, or what it takes to read it.
    pub(crate) fn falls(&self, worst: bool) -> bool {
        self.key.counts(worst) || self.deletable(worst)
    }

    /// Whether the attacker can delete it, whatever becomes of its key.
    pub(crate) fn deletable(&self, worst: bool) -> bool {
        let locked = match self.lock {
            LockState::Compliance | LockState::AirGapped => true,
            LockState::Governance | LockState::Grace => !self.unlock.counts(worst),
            LockState::None => false,
        };
        let held = self.held && !self.release.counts(worst);
        self.delete.counts(worst) && !locked && !held
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FREE: Stand = Stand {
        usable: true,
        apart: true,
        lock: LockState::None,
        held: false,
        delete: Threat::Reached,
        unlock: Threat::Reached,
        release: Threat::Reached,
        key: Threat::None,
    };

    /// (what stands, the tier for certain, the tier at best)
    #[test]
    fn situations() {
        use LockState::{AirGapped, Compliance, Governance, Grace};
        use Threat::{None as No, Reached, Unread};
        let table = [
            ("reached and unlocked", FREE, Tier::SharedFate, Tier::SharedFate),
            ("nobody reaches it", Stand { delete: No, ..FREE }, Tier::Isolated, Tier::Isolated),
            ("unread", Stand { delete: Unread, ..FREE }, Tier::SharedFate, Tier::Isolated),
            ("compliance", Stand { lock: Compliance, ..FREE }, Tier::Immutable, Tier::Immutable),
            ("air-gapped", Stand { lock: AirGapped, ..FREE }, Tier::Immutable, Tier::Immutable),
            (
                "its key is reached",
                Stand { lock: Compliance, key: Reached, ..FREE },
                Tier::SharedFate,
                Tier::SharedFate,
            ),
            ("its key is unread", Stand { lock: Compliance, key: Unread, ..FREE }, Tier::SharedFate, Tier::Immutable),
            ("governance, unlocked by force", Stand { lock: Governance, ..FREE }, Tier::SharedFate, Tier::SharedFate),
            ("governance that holds", Stand { lock: Governance, unlock: No, ..FREE }, Tier::Isolated, Tier::Isolated),
            ("grace", Stand { lock: Grace, ..FREE }, Tier::SharedFate, Tier::SharedFate),
            ("held", Stand { held: true, release: No, ..FREE }, Tier::Isolated, Tier::Isolated),
            ("a hold that is cancelled", Stand { held: true, ..FREE }, Tier::SharedFate, Tier::SharedFate),
            ("the same account", Stand { apart: false, delete: No, ..FREE }, Tier::SharedFate, Tier::SharedFate),
            (
                "the same account, locked",
                Stand { apart: false, lock: Compliance, ..FREE },
                Tier::Isolated,
                Tier::Isolated,
            ),
            (
                "the same account, locked, under its own key",
                Stand { apart: false, lock: AirGapped, key: Reached, ..FREE },
                Tier::SharedFate,
                Tier::SharedFate,
            ),
            ("broken", Stand { usable: false, lock: Compliance, ..FREE }, Tier::None, Tier::None),
        ];
        for (name, stand, worst, best) in table {
            assert_eq!((stand.tier(true), stand.tier(false)), (worst, best), "{name}");
        }
    }

    fn threat() -> impl Strategy<Value = Threat> {
        prop_oneof![Just(Threat::None), Just(Threat::Unread), Just(Threat::Reached)]
    }

    fn stand() -> impl Strategy<Value = Stand> {
        let lock = prop_oneof![
            Just(LockState::None),
            Just(LockState::Governance),
            Just(LockState::Grace),
            Just(LockState::Compliance),
            Just(LockState::AirGapped)
        ];
        (any::<[bool; 3]>(), lock, threat(), threat(), threat(), threat()).prop_map(
            |([usable, apart, held], lock, delete, unlock, release, key)| Stand {
                usable,
                apart,
                lock,
                held,
                delete,
                unlock,
                release,
                key,
            },
        )
    }

    /// Each way to guard a copy better.
    fn guarded(stand: Stand) -> Vec<Stand> {
        let mut better = vec![
            Stand { usable: true, ..stand },
            Stand { apart: true, ..stand },
            Stand { held: true, ..stand },
            Stand { delete: Threat::None, ..stand },
            Stand { unlock: Threat::None, ..stand },
            Stand { release: Threat::None, ..stand },
            Stand { key: Threat::None, ..stand },
        ];
        let locks = match stand.lock {
            LockState::None => &[LockState::Governance, LockState::Grace, LockState::Compliance][..],
            LockState::Governance | LockState::Grace => &[LockState::Compliance, LockState::AirGapped][..],
            _ => &[],
        };
        better.extend(locks.iter().map(|lock| Stand { lock: *lock, ..stand }));
        better
    }

    proptest! {
        /// A guard more never lowers a tier, and a guard less never raises one.
        #[test]
        fn a_guard_never_lowers_a_tier(stand in stand()) {
            for worst in [true, false] {
                for better in guarded(stand) {
                    prop_assert!(better.tier(worst) >= stand.tier(worst), "{stand:?} to {better:?}");
                    prop_assert!(!better.falls(worst) || stand.falls(worst) , "{stand:?} to {better:?}");
                }
            }
        }

        /// What is certain is never better than what is hoped for; where nothing is unread the two are one.
        #[test]
        fn the_interval_is_one(stand in stand()) {
            prop_assert!(stand.tier(true) <= stand.tier(false));
            let open = [stand.delete, stand.unlock, stand.release, stand.key].contains(&Threat::Unread);
            prop_assert!(open || stand.tier(true) == stand.tier(false));
        }
    }
}

//! Which records are of one person, by their two keys (`design.md` §4).
//!
//! - Records with the same INE are one person, whatever their civil identities: names are mistyped.
//! - Records with the same civil identity are one person when at most one INE appears among them.
//! - When several do, they are homonyms: each INE is a person, and the records without one, which
//!   could be of any, are one more.
//!
//! So a person never has two INE, no third record can bring two together, and the order in which
//! records come changes nothing.

use super::trajectory::Trajectory;

/// Gives the INE of the person to each record that lacks it, and puts persons side by side.
///
/// Returns how many civil identities are shared by several INE.
pub(super) fn bring_together(trajectories: &mut [Trajectory]) -> u64 {
    let mut homonyms = 0;
    trajectories.sort_unstable_by_key(|one| (one.civil, one.ine));
    for same_civil in trajectories.chunk_by_mut(|one, next| one.civil == next.civil) {
        // Those without an INE come first.
        let without = same_civil.partition_point(|one| one.ine.is_none());
        let (without, with) = same_civil.split_at_mut(without);
        let (Some(first), Some(last)) = (with.first(), with.last()) else { continue };
        if first.ine == last.ine {
            for one in without {
                one.ine = first.ine;
            }
        } else {
            homonyms += 1;
        }
    }
    trajectories.sort_unstable_by_key(|one| (one.ine, one.civil));
    homonyms
}

/// Whether two records, once brought together, are of one person.
pub(super) fn same(one: &Trajectory, other: &Trajectory) -> bool {
    one.ine == other.ine && (one.ine.is_some() || one.civil == other.civil)
}

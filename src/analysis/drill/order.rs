//! The order in which Terraform deletes: whatever depends on something goes before it. Imports nothing of the room.
//!
//! A state records dependencies between configuration addresses, without indexes, so that every instance of the one waits for every
//! instance of the other: a node for each address stands between them, or a thousand instances on a thousand would make a
//! million edges. Tarjan's algorithm gives the order and, in the same pass, the cycles of a state that was edited by hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::terraform::StateResource;

/// The order of deletions.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The resources by place, in the order of their deletion.
    pub(super) sequence: Vec<usize>,
    /// Those that depend on each other in a circle, each circle sorted by address.
    pub(super) cycles: Vec<Vec<usize>>,
}

/// An address without its indexes, which is how dependencies name it: `module.a["x"].aws_vpc.main[0]` is
/// `module.a.aws_vpc.main`. A bracket within a quoted key is part of the key.
pub(super) fn configured(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let (mut inside, mut quoted, mut escaped) = (false, false, false);
    for c in address.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if inside => quoted = !quoted,
            '[' if !inside => inside = true,
            ']' if inside && !quoted => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// The order in which these are deleted; the same whatever order they come in.
pub(super) fn of(resources: &[&StateResource]) -> Order {
    let mut by_address: Vec<usize> = (0..resources.len()).collect();
    let key = |at: &usize| resources.get(*at).map(|one| (&one.address, &one.deposed));
    by_address.sort_by(|a, b| key(a).cmp(&key(b)));
    // Nodes: the resources by their rank, then the addresses that somebody depends on.
    let mut hubs: BTreeMap<String, usize> = BTreeMap::new();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); resources.len()];
    for (rank, at) in by_address.iter().enumerate() {
        let Some(resource) = resources.get(*at) else { continue };
        let named: BTreeSet<String> = resource.dependencies.iter().map(|one| configured(one)).collect();
        for name in named {
            let hub = *hubs.entry(name).or_insert_with(|| {
                after.push(Vec::new());
                after.len() - 1
            });
            // What depends on an address goes before it.
            if let Some(list) = after.get_mut(hub) {
                list.push(rank);
            }
        }
    }
    for (rank, at) in by_address.iter().enumerate() {
        let hub = resources.get(*at).and_then(|one| hubs.get(&configured(&one.address)));
        if let (Some(hub), Some(list)) = (hub, after.get_mut(rank)) {
            list.push(*hub);
        }
    }
    let mut order = Order::default();
    for group in components(&after) {
        let mut members: Vec<usize> = group.iter().copied().filter(|node| *node < resources.len()).collect();
        members.sort_unstable();
        let members: Vec<usize> = members.into_iter().filter_map(|rank| by_address.get(rank).copied()).collect();
        if group.len() > 1 && !members.is_empty() {
            order.cycles.push(members.clone());
        }
        order.sequence.extend(members);
    }
    order
}

/// What the search knows of a node.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    index: Option<usize>,
    low: usize,
    stacked: bool,
}

/// The strongly connected components, each after those that it leads to. Without recursion: a chain may be long.
fn components(after: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut marks = vec![Mark::default(); after.len()];
    let (mut stack, mut found, mut next): (Vec<usize>, Vec<Vec<usize>>, usize) = (Vec::new(), Vec::new(), 0);
    let of = |marks: &[Mark], node: usize| marks.get(node).copied().unwrap_or_default();
    for root in 0..after.len() {
        if of(&marks, root).index.is_some() {
            continue;
        }
        let mut work: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0
                && let Some(mark) = marks.get_mut(node)
            {
                *mark = Mark { index: Some(next), low: next, stacked: true };
                next += 1;
                stack.push(node);
            }
            if let Some(to) = after.get(node).and_then(|list| list.get(edge)).copied() {
                work.push((node, edge + 1));
                match of(&marks, to) {
                    Mark { index: None, .. } => work.push((to, 0)),
                    Mark { index: Some(index), stacked: true, .. } => lower(&mut marks, node, index),
                    Mark { .. } => {}
                }
                continue;
            }
            let mark = of(&marks, node);
            if let Some((parent, _)) = work.last() {
                lower(&mut marks, *parent, mark.low);
            }
            if Some(mark.low) == mark.index {
                let at = stack.iter().rposition(|one| *one == node).unwrap_or(0);
                let group = stack.split_off(at);
                for member in &group {
                    if let Some(mark) = marks.get_mut(*member) {
                        mark.stacked = false;
                    }
                }
                found.push(group);
            }
        }
    }
    found
}

fn lower(marks: &mut [Mark], node: usize, to: usize) {
    if let Some(mark) = marks.get_mut(node) {
        mark.low = mark.low.min(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::terraform::{RecordedAttributes, ResourceMode};

    fn resource(address: &str, dependencies: &[&str]) -> StateResource {
        StateResource {
            address: address.to_owned(),
            mode: ResourceMode::Managed,
            resource_type: "aws_vpc".into(),
            provider: "".into(),
            arn: None,
            id: None,
            deposed: None,
            dependencies: dependencies.iter().map(|one| (*one).into()).collect(),
            attributes: RecordedAttributes::default().into(),
        }
    }

    fn ordered(resources: &[StateResource]) -> (Vec<String>, usize) {
        let all: Vec<&StateResource> = resources.iter().collect();
        let order = of(&all);
        assert_eq!(order.sequence.iter().collect::<BTreeSet<_>>().len(), resources.len(), "each once");
        (order.sequence.iter().map(|at| resources[*at].address.clone()).collect(), order.cycles.len())
    }

    #[test]
    fn dependents_go_first_whatever_the_order_of_the_list() {
        let mut list = vec![
            resource("aws_vpc.main", &[]),
            resource("aws_subnet.a[0]", &["aws_vpc.main"]),
            resource("aws_subnet.a[1]", &["aws_vpc.main"]),
            resource(r#"module.db["x.y]"].aws_db_instance.main"#, &["aws_subnet.a", "aws_vpc.main"]),
        ];
        let (want, cycles) = ordered(&list);
        let at = |name: &str| want.iter().position(|one| one == name).unwrap();
        assert!(at(r#"module.db["x.y]"].aws_db_instance.main"#) < at("aws_subnet.a[0]"));
        assert!(at("aws_subnet.a[1]") < at("aws_vpc.main"));
        assert_eq!(cycles, 0);
        list.reverse();
        assert_eq!(ordered(&list).0, want);
    }

    #[test]
    fn indexes_are_taken_off_and_brackets_in_keys_are_no_indexes() {
        for (address, want) in [
            ("aws_vpc.main", "aws_vpc.main"),
            (r#"module.a["x"].aws_vpc.main[0]"#, "module.a.aws_vpc.main"),
            (r#"aws_vpc.main["a]b\"]c"]"#, "aws_vpc.main"),
        ] {
            assert_eq!(configured(address), want);
        }
    }

    #[test]
    fn a_cycle_is_broken_by_address_and_the_rest_stays_in_order() {
        let list = [
            resource("aws_a.b", &["aws_a.c"]),
            resource("aws_a.c", &["aws_a.b"]),
            resource("aws_a.a", &["aws_a.b"]),
            resource("aws_a.z", &[]),
            resource("aws_a.d", &["aws_a.d"]),
        ];
        let (order, cycles) = ordered(&list);
        assert_eq!(cycles, 2, "{order:?}");
        let at = |name: &str| order.iter().position(|one| one == name).unwrap();
        assert!(at("aws_a.a") < at("aws_a.b") && at("aws_a.b") + 1 == at("aws_a.c"), "{order:?}");
    }

    #[test]
    fn ten_thousand_resources_are_no_trouble() {
        // A chain as long as the state, and a square of instances on instances.
        let mut list: Vec<StateResource> =
            (0..5_000).map(|n| resource(&format!("aws_a.n{n}"), &[format!("aws_a.n{}", n + 1).as_str()])).collect();
        list.extend((0..2_500).map(|n| resource(&format!("aws_b.all[{n}]"), &["aws_c.all"])));
        list.extend((0..2_500).map(|n| resource(&format!("aws_c.all[{n}]"), &[])));
        let started = std::time::Instant::now();
        let (order, cycles) = ordered(&list);
        assert_eq!((order.len(), cycles, order[0].as_str()), (10_000, 0, "aws_a.n0"));
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }
}

use super::*;

fn link(name: &str, previous: Option<&str>, day: u32) -> Link {
    Link {
        name: name.to_owned(),
        digest: Digest::of(name.as_bytes()),
        previous: previous.map(|name| Digest::of(name.as_bytes())),
        taken_at: format!("2026-03-{day:02}T07:00:00Z").parse().unwrap(),
    }
}

fn faults(links: &[Link], last: &str) -> (usize, Vec<String>) {
    chain_faults(links, &Digest::of(last.as_bytes()))
}

#[test]
fn a_whole_chain_has_no_fault_from_wherever_it_is_looked_at() {
    let chain = [link("one", None, 1), link("two", Some("one"), 2), link("three", Some("two"), 3)];
    assert_eq!(faults(&chain, "three"), (3, Vec::new()));
    assert_eq!(faults(&chain, "two"), (2, Vec::new()));
    assert_eq!(faults(&chain[..1], "one"), (1, Vec::new()));
    // Two of one scan may follow each other.
    assert_eq!(faults(&[link("one", None, 1), link("two", Some("one"), 1)], "two"), (2, Vec::new()));
}

#[test]
fn a_missing_reordered_forked_or_second_chain_is_told() {
    let (one, two, three) = (link("one", None, 1), link("two", Some("one"), 2), link("three", Some("two"), 3));
    for (links, why) in [
        (vec![one.clone(), three.clone()], "a link is missing: three follows"),
        (vec![two.clone(), three.clone()], "a link is missing: two follows"),
        (vec![link("one", None, 9), two.clone(), three.clone()], "the order is wrong: two of"),
        (vec![one.clone(), two.clone(), three.clone(), link("other", Some("two"), 4)], "the chain forks"),
        (vec![one.clone(), two.clone(), three.clone(), link("stray", None, 4)], "more than one chain"),
    ] {
        let (_, faults) = faults(&links, "three");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with(why) || faults[0].contains(why), "{faults:?}");
    }
}

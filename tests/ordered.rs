//! Generated organizations, judged.

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::fleet::generate::{Shape, generate};
use palisade::model::finding::Layer;
use palisade::model::settings::Settings;

/// Two hundred accounts give passes, fails and unknowns wherever a layer has enough subjects for all three.
#[test]
fn a_generated_organization_is_judged_in_every_layer() {
    let library = Library::load(&[]).unwrap();
    let shape = Shape { accounts: 200, denied_calls: 60, denied_accounts: 10, ..Shape::default() };
    let posture = assess(&generate(3, &shape), &Settings::default(), &library, &Selection::default());
    for layer in &posture.layers {
        let counts = &layer.counts;
        println!("{} {counts:?}", layer.id);
        assert!(counts.passed > 0, "{} {counts:?}", layer.id);
        // The layer of policies has two verdicts on a whole organization.
        let few = layer.id == Layer::Scp;
        assert!(few || counts.failed > 0 && counts.unknown > 0, "{} {counts:?}", layer.id);
        assert!(few || counts.passed > 20 && counts.failed > 20, "{} {counts:?}", layer.id);
    }
}

//! `collect(serve(inventory)) == inventory`.

use palisade::demo;
use palisade::fleet::Options;

use super::world::holds;

#[test]
fn the_incident() {
    holds(&demo::incident(), Options::default());
}

#[test]
fn the_incident_in_pages_of_one() {
    holds(&demo::incident(), Options { page_size: Some(1), ..Options::default() });
}

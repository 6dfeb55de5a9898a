//! Who can become or drive whom, within and across accounts, and what follows from it: who reaches a right.
//!
//! Knows `model`, `policy` and the authority. The decision worth knowing: rights are asked of classes of principals that no
//! policy tells apart, and what many share leads through a hub, so that the graph of an account of ten thousand roles that
//! all trust each other has some ten thousand edges, not their square. Kinds of edges are data (`escalation-edges.csv`).

mod build;
mod class;
mod edges;
mod estate;
mod graph;
mod judge;
mod organization;
mod parties;
mod reading;
mod trust;


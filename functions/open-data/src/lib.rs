//! What the public reads. Types, units and names here are a promise to outsiders: they change only
//! with a version (`CHANGELOG.md`). Nothing of a person can be expressed in them.

pub mod v1;

pub mod tables;

pub mod taux;

pub mod variation;

pub mod journal;

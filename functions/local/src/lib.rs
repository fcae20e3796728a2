//! The whole line on one machine, and the `tableau` command.

pub mod aws;

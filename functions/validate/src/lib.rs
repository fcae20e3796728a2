//! stub

pub mod check;
pub mod read;
pub mod report;

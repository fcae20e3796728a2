//! The line as a whole: each boundary, the whole of it, and what keeps its shape.

mod bad_world;
mod cold_start;
mod cost;
mod crash;
mod deliver_twice;
mod door;
mod form;
mod guards;
mod hostile_files;
mod journal;
mod lake;
mod logs;
mod metamorphic;
mod notes;
mod offline;
mod openapi;
mod package;
mod published;
mod references;
mod refusal;
mod requests;
mod revisions;
mod rollback;
mod strange_lake;
mod why;

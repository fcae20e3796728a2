//! Tests of the cloud as a whole.

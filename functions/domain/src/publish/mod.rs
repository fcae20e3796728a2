//! Twin of the Lambda `publish`.

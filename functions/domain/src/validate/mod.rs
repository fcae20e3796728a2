//! Twin of the Lambda `validate`.

//! The public pages: open data in, a static site out.
//!
//! Rendered once per publication, complete without JavaScript: three pages, the drop page, the search
//! and the exploration, have a script. Nothing here reads a clock, a file or the network, and nothing is
//! known of learners beyond what [`open_data`] publishes: the same data gives the same bytes.
//!
//! The feature `ssr` writes documents; without it, what is left is what an island draws with.

pub mod atlas;
pub mod calendar;
pub mod echelle;
pub mod explorer;
pub mod fichiers;
pub mod french;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod parts;
pub mod places;
#[cfg(feature = "ssr")]
mod render;
pub mod words;

#[cfg(feature = "ssr")]
pub use render::{ISLANDS, render};

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it is served, without the leading slash: `region/53/index.html`.
    pub path: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// What the pages say of the publication itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The name of the publication, as in its address `/v/{version}/`.
    pub version: String,
    /// The day of its last figures, ISO 8601.
    pub date: String,
    /// The open data, described for machines: schema.org, in JSON-LD.
    pub json_ld: String,
    /// The public key that verifies the manifest, where it is signed.
    pub public_key: Option<String>,
    /// Where the site is read, `https://exemple.fr`, where it is known: for what machines want whole.
    pub origine: Option<String>,
}

//! The public pages: open data in, a static site out.
//!
//! Rendered once per publication, complete without JavaScript (two pages, the drop page and the
//! search, have a script). Nothing here reads a clock, a file or the network, and nothing is known of learners
//! beyond what [`open_data`] publishes: the same data gives the same bytes.

pub mod atlas;
pub mod calendar;
pub mod fichiers;
pub mod french;
pub mod pages;
pub mod parts;
pub mod places;
pub mod words;

use open_data::v1::OpenData;

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

/// Every page of a publication, and the files they need, each handed over once it is made: none is
/// kept here.
pub fn render<E>(
    data: &OpenData,
    about: &About,
    mut hand_over: impl FnMut(Page) -> Result<(), E>,
) -> Result<(), E> {
    let atlas = atlas::Atlas::new(data);
    let mut adresses = Vec::new();
    pages::toutes(&atlas, about, &mut |page: Page| {
        adresses.extend(page.path.strip_suffix("index.html").map(|adresse| format!("/{adresse}")));
        hand_over(page)
    })?;
    pages::plan::fichiers(about, &adresses).into_iter().try_for_each(&mut hand_over)?;
    hand_over(pages::plan::robots(about))?;
    ressources().into_iter().try_for_each(hand_over)
}

/// What the pages load, from our own origin only.
fn ressources() -> [Page; 12] {
    let file = |path: &str, body: &[u8]| Page { path: path.to_owned(), body: body.to_vec() };
    [
        file("style.css", include_bytes!("../style/site.css")),
        file("courante.css", include_bytes!("../style/courante.css")),
        file("deposer.js", include_bytes!("../public/deposer.js")),
        file("rechercher.js", include_bytes!("../public/rechercher.js")),
        file("favicon.svg", include_bytes!("../public/favicon.svg")),
        file("bricolage-grotesque.woff2", include_bytes!("../public/bricolage-grotesque.woff2")),
        file("bricolage-grotesque.OFL.txt", include_bytes!("../public/OFL.txt")),
        // Made from the rules of validation; a test there keeps them true.
        file(
            "modele/modele-effectifs.xlsx",
            include_bytes!("../public/modele/modele-effectifs.xlsx"),
        ),
        file(
            "modele/effectifs.tableschema.json",
            include_bytes!("../public/modele/effectifs.tableschema.json"),
        ),
        file(
            "modele/effectifs.schema.json",
            include_bytes!("../public/modele/effectifs.schema.json"),
        ),
        file("modele/exemple-valide.csv", include_bytes!("../public/modele/exemple-valide.csv")),
        file(
            "modele/exemple-invalide.csv",
            include_bytes!("../public/modele/exemple-invalide.csv"),
        ),
    ]
}

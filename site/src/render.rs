//! Every file of the site, in order: pages, lists for machines, what the pages load.

use open_data::v1::OpenData;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::parts::carte::{CONTOURS_DU_PAYS, contours_du_pays};
use crate::{About, Page, atlas, pages};

/// Whether the islands were built: `islands/build.sh` says what that needs.
pub const ISLANDS: bool = cfg!(islands);

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
    pages::autres_ordres(&atlas, about, &mut hand_over)?;
    pages::plan::fichiers(about, &adresses).into_iter().try_for_each(&mut hand_over)?;
    hand_over(pages::plan::robots(about))?;
    let contours = CONTOURS_DU_PAYS.trim_start_matches('/').to_owned();
    hand_over(Page { path: contours, body: contours_du_pays().into_bytes() })?;
    ressources().try_for_each(hand_over)
}

/// What pages run, by its name at the root of the publication.
const SCRIPTS: &[(&str, &[u8])] = &[
    ("deposer.js", include_bytes!("../public/deposer.js")),
    ("rechercher.js", include_bytes!("../public/rechercher.js")),
    #[cfg(islands)]
    ("explorer.js", include_bytes!(concat!(env!("OUT_DIR"), "/explorer.js"))),
    #[cfg(islands)]
    ("explorer_bg.wasm", include_bytes!(concat!(env!("OUT_DIR"), "/explorer_bg.wasm"))),
    #[cfg(islands)]
    ("verifier.js", include_bytes!(concat!(env!("OUT_DIR"), "/verifier.js"))),
    #[cfg(islands)]
    ("verifier_bg.wasm", include_bytes!(concat!(env!("OUT_DIR"), "/verifier_bg.wasm"))),
];

/// What the bytes of a script must be for a browser to run it.
pub(crate) fn integrite(fichier: &str) -> Option<String> {
    let (_, body) = SCRIPTS.iter().find(|(nom, _)| *nom == fichier)?;
    Some(format!("sha256-{}", BASE64.encode(Sha256::digest(body))))
}

/// What the pages load, from our own origin only.
fn ressources() -> impl Iterator<Item = Page> {
    let file = |path: &str, body: &[u8]| Page { path: path.to_owned(), body: body.to_vec() };
    let scripts = SCRIPTS.iter().map(move |(path, body)| file(path, body));
    let autres = [
        file("style.css", include_bytes!("../style/site.css")),
        file("courante.css", include_bytes!("../style/courante.css")),
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
    ];
    autres.into_iter().chain(scripts)
}

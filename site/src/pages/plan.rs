//! The list of the pages for search engines: `sitemap.xml`, which needs to know where the site is read.

use crate::{About, Page};

/// As many addresses as one file may hold.
const ADRESSES_AU_PLUS: usize = 50_000;

/// The files of the list: one, or an index and those it names. None where the site does not know its
/// own address, for the list must give whole ones.
pub fn fichiers(about: &About, adresses: &[String]) -> Vec<Page> {
    let Some(origine) = &about.origine else { return Vec::new() };
    listes(origine, &about.date, adresses, ADRESSES_AU_PLUS)
}

fn listes(origine: &str, date: &str, adresses: &[String], au_plus: usize) -> Vec<Page> {
    let page = |path: String, genre: &str, une: &str, lieux: &[String]| {
        let mut entrees = String::new();
        for lieu in lieux {
            entrees +=
                &format!("<{une}><loc>{origine}{lieu}</loc><lastmod>{date}</lastmod></{une}>\n");
        }
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <{genre} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entrees}</{genre}>\n"
        );
        Page { path, body: body.into_bytes() }
    };
    if adresses.len() <= au_plus {
        return vec![page("sitemap.xml".to_owned(), "urlset", "url", adresses)];
    }
    let mut listes: Vec<Page> = adresses
        .chunks(au_plus)
        .enumerate()
        .map(|(rang, lieux)| page(format!("sitemap-{}.xml", rang + 1), "urlset", "url", lieux))
        .collect();
    let noms: Vec<String> = listes.iter().map(|liste| format!("/{}", liste.path)).collect();
    listes.push(page("sitemap.xml".to_owned(), "sitemapindex", "sitemap", &noms));
    listes
}

/// What robots are told: everything may be read; and where the list is.
pub fn robots(about: &About) -> Page {
    let mut body = include_str!("../../public/robots.txt").to_owned();
    if let Some(origine) = &about.origine {
        body += &format!("Sitemap: {origine}/sitemap.xml\n");
    }
    Page { path: "robots.txt".to_owned(), body: body.into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_has_an_index() {
        let adresses = ["/", "/a/", "/b/"].map(str::to_owned);
        let noms = |au_plus| -> Vec<String> {
            let listes = listes("https://x.fr", "2026-11-22", &adresses, au_plus);
            listes.into_iter().map(|liste| liste.path).collect()
        };
        assert_eq!(noms(3), ["sitemap.xml"]);
        assert_eq!(noms(2), ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]);
        let index = listes("https://x.fr", "2026-11-22", &adresses, 2).pop().unwrap();
        let index = String::from_utf8(index.body).unwrap();
        assert!(index.contains("<sitemap><loc>https://x.fr/sitemap-2.xml</loc>"), "{index}");
    }
}

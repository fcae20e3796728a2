//! What holds for every page of an invented publication, whatever it shows.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "our own paths")]

mod invented;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::LazyLock;

use open_data::v1::{Cohorte, Indicateur, Maille, Motif, Mouvement, OpenData, Organisme, Valeur};
use site::fichiers::fichiers;
use site::parts::mouvements::MARQUE;
use site::{About, Page};

fn about() -> About {
    About {
        version: "3f9a1c".to_owned(),
        date: "2026-11-22".to_owned(),
        json_ld: r#"{"name":"a </script> b"}"#.to_owned(),
        public_key: Some("RWQcleOfPublique".to_owned()),
        origine: None,
    }
}

/// Every page and every file.
fn render(data: &OpenData, about: &About) -> Vec<Page> {
    let mut pages = Vec::new();
    let Ok(()) = site::render(data, about, |page| -> Result<(), Infallible> {
        pages.push(page);
        Ok(())
    });
    pages
}

/// Every document by its path, rendered once for all the tests.
fn pages() -> &'static BTreeMap<String, String> {
    static PAGES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        render(&invented::open_data(), &about())
            .into_iter()
            .filter(|page| page.path.ends_with(".html"))
            .map(|Page { path, body }| (path, String::from_utf8(body).unwrap()))
            .collect()
    });
    &PAGES
}

/// Whether a page is the whole list of the centres of a place, in some order.
fn is_a_list(path: &str) -> bool {
    path.contains("/centres/")
}

/// Whether it is so in another order than that of the page of the place.
fn is_another_order(path: &str) -> bool {
    ["nom", "evolution", "envoi"].iter().any(|order| path.contains(&format!("/centres/{order}/")))
}

/// The text of every `<tag …>…</tag>`; nesting of the same tag is not expected.
fn elements<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    html.match_indices(&open)
        .filter(|(start, _)| {
            let next = html[start + open.len()..].chars().next();
            matches!(next, Some(' ' | '>'))
        })
        .map(|(start, _)| &html[start..start + html[start..].find(&close).unwrap()])
        .collect()
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let tag = &element[..element.find('>')?];
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split_once('"').map(|(value, _)| value)
}

fn text(element: &str) -> String {
    element.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect()
}

#[test]
fn every_page_is_a_whole_document_within_its_budget() {
    for (path, html) in pages() {
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"), "{path}");
        for tag in ["h1", "main"] {
            assert_eq!(elements(html, tag).len(), 1, "{tag} of {path}");
        }
        let (head, body) = html.split_once("<body>").unwrap();
        assert_eq!(elements(head, "title").len(), 1, "{path}");
        for said in ["og:title", "og:description"] {
            assert!(head.contains(&format!("property=\"{said}\"")), "{said} of {path}");
        }
        assert!(body.contains("href=\"#contenu\""), "skip link of {path}");
        assert!(html.len() <= 60_000, "{path}: {} bytes", html.len());
        assert!(!html.contains("<!>"), "{path}");
    }
}

/// As it is served.
fn packed(body: &[u8]) -> usize {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    brotli::BrotliCompress(&mut &body[..], &mut packed, &params).unwrap();
    packed.len()
}

#[test]
fn what_a_reader_waits_for_is_small() {
    // Pages that look alike weigh alike: the longest of each kind.
    let mut longest = BTreeMap::<&str, &String>::new();
    for (path, html) in pages() {
        let kind = if is_a_list(path) { "centres" } else { path.split('/').next().unwrap() };
        let kind = longest.entry(kind).or_insert(html);
        if html.len() > kind.len() {
            *kind = html;
        }
    }
    for (kind, html) in longest {
        let bytes = packed(html.as_bytes());
        assert!(bytes <= 12_000, "{kind}: {bytes} bytes");
    }
    let files = render(&OpenData::default(), &about());
    let body = |path: &str| &files.iter().find(|page| page.path == path).unwrap().body;
    let style = packed(body("style.css")) + packed(body("courante.css"));
    assert!(style <= 10_000, "{style} bytes of styles");
    assert!(body("bricolage-grotesque.woff2").len() <= 20_000);
    assert!(packed(body("contours.svg")) <= 5_000, "what the map of the country is drawn from");
    assert!(packed(body("deposer.js")) <= 10_000 && packed(body("rechercher.js")) <= 10_000);
    if site::ISLANDS {
        let bytes = packed(body("explorer.js")) + packed(body("explorer_bg.wasm"));
        assert!(bytes <= 150_000, "{bytes} bytes of exploration");
        let bytes = packed(body("verifier.js")) + packed(body("verifier_bg.wasm"));
        assert!(bytes <= 600_000, "{bytes} bytes of verification");
    }
}

#[test]
fn no_two_pages_have_one_title_or_one_address() {
    let (mut titles, mut addresses) = (BTreeMap::new(), BTreeMap::new());
    for (path, html) in pages() {
        let title = text(elements(html, "title")[0]);
        let (_, address) = html.split_once("<link rel=\"canonical\" href=\"").unwrap();
        let address = address.split('"').next().unwrap();
        // Two centres may bear one name.
        if !path.starts_with("organisme/") {
            assert_eq!(titles.insert(title.clone(), path), None, "{title} of {path}");
        }
        if !is_another_order(path) {
            assert_eq!(addresses.insert(address, path), None, "{address} of {path}");
        }
    }
}

#[test]
fn a_site_that_knows_its_address_lists_its_pages() {
    let about = About { origine: Some("https://exemple.fr".to_owned()), ..about() };
    let files = render(&invented::open_data(), &about);
    let body = |path: &str| {
        let file = files.iter().find(|file| file.path == path).unwrap();
        String::from_utf8(file.body.clone()).unwrap()
    };
    let list = body("sitemap.xml");
    let addresses = list.matches("<loc>https://exemple.fr/").count();
    let others = pages().keys().filter(|path| is_another_order(path)).count();
    // All but the page of addresses that lead nowhere, and what is said twice.
    assert_eq!(addresses, pages().len() - 1 - others);
    assert!(body("robots.txt").ends_with("\nSitemap: https://exemple.fr/sitemap.xml\n"));
    let page = body("region/53/index.html");
    assert!(page.contains("<link rel=\"canonical\" href=\"https://exemple.fr/region/53/\""));
    assert!(page.contains("property=\"og:url\" content=\"https://exemple.fr/region/53/\""));
    assert!(page.contains("src=\"https://exemple.fr/region/53/apprentis.svg\""));
    // One that does not names no host.
    assert!(!pages().contains_key("sitemap.xml"));
}

#[test]
fn what_is_said_to_machines_is_json() {
    for (path, html) in pages() {
        let about_page: Vec<serde_json::Value> = elements(html, "script")
            .iter()
            .filter(|one| attribute(one, "type") == Some("application/ld+json"))
            .map(|one| serde_json::from_str(one.split_once('>').unwrap().1).unwrap())
            .collect();
        let of = |kind: &str| about_page.iter().find(|one| one["@type"] == kind);
        match of("BreadcrumbList") {
            Some(trail) => {
                let steps = trail["itemListElement"].as_array().unwrap();
                assert_eq!(steps[0]["item"], "/", "{path}");
                let here = format!("/{}", path.trim_end_matches("index.html"));
                assert_eq!(steps.last().unwrap()["item"], here, "{path}");
            }
            None => assert_eq!(path, "index.html"),
        }
        let place =
            ["region/", "departement/", "academie/"].iter().any(|kind| path.starts_with(kind));
        let figures = html.contains("donnees.csv\"");
        assert_eq!(of("Dataset").is_some(), (place && figures) || path == "index.html", "{path}");
    }
}

#[test]
fn the_image_of_a_place_stands_by_itself() {
    let files = render(&invented::open_data(), &about());
    let images: Vec<&Page> =
        files.iter().filter(|file| file.path.ends_with("apprentis.svg")).collect();
    assert!(images.len() > 100, "{}", images.len());
    for image in images {
        let svg = std::str::from_utf8(&image.body).unwrap();
        assert!(svg.contains("<title") && svg.contains("<desc"), "{}", image.path);
        for forbidden in ["<style", " style=", "href", "<script", "var("] {
            assert!(!svg.contains(forbidden), "{forbidden} in {}", image.path);
        }
        // The page of the place says where it is.
        let page = image.path.replace("apprentis.svg", "index.html");
        assert!(pages()[&page].contains(&format!("href=\"/{}\"", image.path)), "{page}");
    }
}

#[test]
fn a_place_that_is_shared_is_seen_with_its_figure() {
    let about = About { origine: Some("https://exemple.fr".to_owned()), ..about() };
    let files = render(&invented::open_data(), &about);
    let of = |path: &str| files.iter().find(|file| file.path == path).map(|file| &file.body);
    let mut with_figures = 0;
    for place in site::places::toutes() {
        let address = place.adresse();
        let html = String::from_utf8(of(&format!("{}index.html", &address[1..])).unwrap().clone());
        let html = html.unwrap();
        let (head, _) = html.split_once("<body>").unwrap();
        let said = |property: &str| {
            let (_, rest) =
                head.split_once(&format!("property=\"{property}\" content=\"")).unwrap();
            rest.split('"').next().unwrap()
        };
        let image = said("og:image").strip_prefix("https://exemple.fr/").unwrap();
        let png = of(image).unwrap_or_else(|| panic!("{image}"));
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() <= 40_000, "{image}");
        let size =
            [&png[16..20], &png[20..24]].map(|side| u32::from_be_bytes(side.try_into().unwrap()));
        assert_eq!(
            size.map(|side| side.to_string()),
            [said("og:image:width"), said("og:image:height")]
        );
        let (image_of, _) = said("og:image:alt").split_once("\u{a0}: ").unwrap();
        if image == format!("{}apercu.png", &address[1..]) {
            assert_eq!(image_of, place.titre());
            with_figures += 1;
        } else {
            // Of a place without figures, the country's.
            assert_eq!((image, image_of), ("apercu.png", "France"), "{address}");
        }
        assert!(
            head.contains("name=\"twitter:card\" content=\"summary_large_image\""),
            "{address}"
        );
    }
    let images = files.iter().filter(|file| file.path.ends_with(".png")).count();
    assert!(images == with_figures && images > 100, "{images} images, {with_figures} places");
    // Where the site does not know its address, as for all it says: from its root.
    assert!(pages()["region/53/index.html"].contains("content=\"/region/53/apercu.png\""));
    assert!(!pages()["aide/index.html"].contains("og:image"));
}

#[test]
fn everything_that_has_a_page_is_found() {
    let data = invented::open_data();
    let files = render(&data, &about());
    let list = files.iter().find(|file| file.path == "rechercher/liste.txt").unwrap();
    let list = std::str::from_utf8(&list.body).unwrap();
    let kinds = [
        ("region", "r"),
        ("academie", "a"),
        ("departement", "d"),
        ("organisme", "o"),
        ("indicateur", "i"),
        ("niveau", "n"),
        ("certification", "c"),
    ];
    for path in pages().keys().filter(|path| !is_a_list(path)) {
        let Some((folder, code)) =
            path.strip_suffix("/index.html").and_then(|path| path.split_once('/'))
        else {
            continue;
        };
        if let Some((_, letter)) = kinds.iter().find(|(kind, _)| *kind == folder) {
            assert!(list.contains(&format!("\n{letter}{code}\t")), "{path}");
        }
    }
    // Without a script: each centre is on the page of its department, with its codes.
    for centre in &data.organismes {
        let page =
            &pages()[&format!("rechercher/departement/{}/index.html", centre.code_departement)];
        assert!(
            page.contains(&format!(
                "{} · UAI {} · SIRET {}",
                centre.ville, centre.uai, centre.siret
            )),
            "{}",
            centre.code
        );
    }
}

#[test]
fn a_map_is_the_decoration_of_its_list() {
    let html = &pages()["region/53/index.html"];
    let map = html.split("<figure class=\"carte\">").nth(1).unwrap();
    let map = &map[..map.find("</figure>").unwrap()];
    for code in ["22", "29", "35", "56"] {
        let link = format!("href=\"/departement/{code}/\"");
        assert!(map.contains(&link) && html.matches(&link).count() >= 2, "{code}");
    }
    for link in elements(map, "a") {
        assert!(attribute(link, "aria-label").is_some_and(|said| !said.is_empty()), "{link}");
    }
    // The shapes of the country are in a file of their own.
    let files = render(&OpenData::default(), &about());
    let shapes = files.iter().find(|file| file.path == "contours.svg").unwrap();
    let shapes = std::str::from_utf8(&shapes.body).unwrap();
    let drawn: Vec<&str> = elements(&pages()["index.html"], "use")
        .iter()
        .map(|one| attribute(one, "href").unwrap().strip_prefix("/contours.svg#").unwrap())
        .collect();
    assert!(drawn.len() > 80, "{}", drawn.len());
    assert!(drawn.iter().all(|code| shapes.contains(&format!("<path id=\"{code}\""))));
    // Overseas is shown with the country; a department that has its own scale is in no other map.
    let country = &pages()["index.html"];
    assert!(country.contains("<title>La Réunion\u{a0}: "));
    assert!(!pages()["academie/32/index.html"].contains("class=\"carte\""));
}

#[test]
fn what_is_written_is_told_from_its_ground() {
    let style = include_str!("../../style/site.css");
    let (_, dark) = style.split_once("@media screen and (prefers-color-scheme: dark)").unwrap();
    let dark = &dark[..dark.find("\n}").unwrap()];
    let light = &style[..style.find("@media").unwrap()];
    for (theme, tokens) in [("light", light), ("dark", dark)] {
        let colour = |name: &str| {
            let (_, value) =
                tokens.split_once(&format!("--{name}: #")).unwrap_or_else(|| panic!("{name}"));
            luminance(&value[..6])
        };
        let told = |name: &str, ground: &str, least: f64| {
            let (one, other) = (colour(name), colour(ground));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= least, "{name} on {ground}, {theme}: {contrast:.2}");
        };
        for ground in ["papier", "papier-fonce"] {
            for text in ["encre", "encre-pale", "lien"] {
                told(text, ground, 4.5);
            }
        }
        told("apprentis", "papier", 4.5); // the figure of the sentence
        for graphic in ["apprentis", "inscrits", "rupturants", "abandons", "fin", "focus"] {
            told(graphic, "papier", 3.0);
        }
        for class in 1..=4 {
            told(&format!("teinte-{class}"), "papier", 3.0);
        }
        told("sur-teinte-1", "teinte-1", 4.5);
        told("sur-teinte-2", "teinte-2", 4.5);
        told("papier", "teinte-3", 4.5);
        told("papier", "teinte-4", 4.5);
    }
}

/// Relative luminance of `1b2430`, as WCAG works it out.
fn luminance(hex: &str) -> f64 {
    [(0, 0.2126), (2, 0.7152), (4, 0.0722)]
        .iter()
        .map(|&(at, weight)| {
            let part = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            let linear =
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
            weight * linear
        })
        .sum()
}

#[test]
fn every_field_has_its_label() {
    for (path, html) in pages() {
        for (at, _) in html.match_indices("<input").chain(html.match_indices("<select")) {
            let field = &html[at..];
            let id = attribute(field, "id");
            let labelled = id.is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
            let within = html[..at]
                .rfind("<label")
                .is_some_and(|label| !html[label..at].contains("</label"));
            assert!(labelled || within, "{} of {path}", &field[..field.find('>').unwrap()]);
        }
        for form in elements(html, "form") {
            let action = attribute(form, "action");
            let known = [None, Some("/rechercher/"), Some("/depots/formulaire")];
            assert!(known.contains(&action), "{action:?} of {path}");
        }
        for image in html.split("<img").skip(1) {
            assert!(attribute(image, "alt").is_some(), "{path}");
        }
    }
}

#[test]
fn nothing_inline_and_nothing_from_elsewhere() {
    for (path, html) in pages() {
        assert!(!html.contains(" style=") && !html.contains("<style"), "{path}");
        assert!(!html.contains(" onclick") && !html.contains("javascript:"), "{path}");
        let scripts = elements(html, "script");
        let (allowed, policy): (&[&str], _) = match path.as_str() {
            "deposer/index.html" if site::ISLANDS => (&["/deposer.js"], None),
            "deposer/index.html" => (&["/deposer.js"], Some("script-src 'self'")),
            "rechercher/index.html" => (&["/rechercher.js"], Some("script-src 'self'")),
            "explorer/index.html" if site::ISLANDS => (&["/explorer.js"], None),
            _ => (&[], Some("script-src 'none'")),
        };
        let (_, said) = html.split_once("http-equiv=\"Content-Security-Policy\"").unzip();
        let said = said.and_then(|said| said.split('"').nth(1));
        assert_eq!(said.map(|said| said.replace("&#x27;", "'")).as_deref(), policy, "{path}");
        let loading = scripts.iter().filter(|script| attribute(script, "src").is_some());
        let loaded = loading.clone().filter_map(|script| attribute(script, "src"));
        let loaded: Vec<_> = loaded.map(|src| resolved(&format!("/{path}"), src)).collect();
        assert_eq!(loaded, allowed, "{path}");
        let whole = |script: &&str| {
            attribute(script, "integrity").is_some_and(|digest| digest.starts_with("sha256-"))
        };
        assert!(loading.clone().all(whole), "{path}");
        // The others are not run: they say to machines what the page is.
        let data =
            scripts.iter().filter(|one| attribute(one, "type") == Some("application/ld+json"));
        assert_eq!(scripts.len(), allowed.len() + data.count(), "{path}");
        let (head, _) = html.split_once("<body>").unwrap();
        assert!(!head.contains(" href=\"http"), "{path}");
        assert!(!html.contains(" src=\"http"), "{path}");
    }
}

#[test]
fn every_link_says_something_and_leads_somewhere() {
    let data = invented::open_data();
    let beside = fichiers(&data);
    let beside = beside.iter().flat_map(|one| one.formats.iter().map(|format| one.path(format)));
    let pages_of = render(&data, &about()).into_iter().map(|page| page.path);
    let files: Vec<String> = pages_of.chain(beside).collect();
    let files: std::collections::BTreeSet<&str> = files.iter().map(String::as_str).collect();
    for (path, html) in pages() {
        for link in elements(html, "a") {
            let href = attribute(link, "href").unwrap_or_default();
            assert!(!text(link).trim().is_empty(), "{href} in {path}");
            // Elsewhere, in this page, or written beside the site by `publish`.
            let known = ["https://", "#", "/donnees/v1/", "/donnees/minisign.pub", "/v/"];
            let beside = href.ends_with("/flux.atom") || href == site::fichiers::CALENDRIER;
            if beside || known.iter().any(|start| href.starts_with(start)) {
                continue;
            }
            let page = href.split('#').next().unwrap_or_default().trim_start_matches('/');
            let file = if page.is_empty() || page.ends_with('/') {
                format!("{page}index.html")
            } else {
                page.to_owned()
            };
            assert!(files.contains(file.as_str()), "{href} in {path}");
        }
    }
}

#[test]
fn every_anchor_exists() {
    let pages = pages();
    for (path, html) in pages {
        for link in elements(html, "a") {
            let Some((page, anchor)) =
                attribute(link, "href").and_then(|href| href.split_once('#'))
            else {
                continue;
            };
            let target = match page.trim_start_matches('/') {
                "" => html,
                page => &pages[&format!("{page}index.html")],
            };
            assert!(target.contains(&format!("id=\"{anchor}\"")), "#{anchor} in {path}");
        }
    }
}

/// Where a link of a page leads, as a browser works it out.
fn resolved(base: &str, href: &str) -> String {
    let mut folders: Vec<&str> = match href.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => base.trim_start_matches('/').split('/').collect(),
    };
    folders.pop();
    for piece in href.trim_start_matches('/').split('/') {
        if piece == ".." {
            folders.pop();
        } else {
            folders.push(piece);
        }
    }
    format!("/{}", folders.join("/"))
}

#[test]
fn a_page_says_that_it_may_be_superseded_unless_it_is_read_at_its_usual_address() {
    for (path, html) in pages().iter().filter(|(path, _)| *path != "404.html") {
        let address = format!("/{}", path.strip_suffix("index.html").unwrap());
        let styles: Vec<&str> = html
            .match_indices("<link rel=\"stylesheet\"")
            .filter_map(|(at, _)| attribute(&html[at..], "href"))
            .collect();
        let [style, hides] = styles[..] else { panic!("{styles:?} in {path}") };
        assert_eq!(style, "/style.css", "{path}");
        // Read where it moves, it finds what hides the sentence; read where it stays, it does not.
        assert_eq!(resolved(&address, hides), "/v/3f9a1c/courante.css", "{path}");
        let permanent = format!("/v/3f9a1c{address}");
        assert_eq!(resolved(&permanent, hides), "/v/v/3f9a1c/courante.css", "{path}");
        let sentence = elements(html, "aside").into_iter().find(|one| one.contains("\"archive\""));
        let sentence = sentence.unwrap();
        assert_eq!(
            text(sentence).replace('\u{a0}', " ").trim(),
            "Cette page fait partie de la publication du 22 novembre 2026. La version à jour de cette page"
        );
        assert!(sentence.contains(&format!("<a href=\"{address}\">")), "{path}");
        let canonical = format!("<link rel=\"canonical\" href=\"{address}\"");
        assert_eq!(html.contains(&canonical), !is_another_order(path), "{path}");
    }
    let files = render(&OpenData::default(), &about());
    let hides = files.iter().find(|file| file.path == "courante.css").unwrap();
    assert!(String::from_utf8_lossy(&hides.body).contains(".archive { display: none; }"));
}

#[test]
fn the_last_publications_are_told_with_what_they_changed() {
    let html = &pages()["publications/index.html"];
    let data = invented::open_data();
    let told = |one: &open_data::journal::Publication| html.contains(&one.publication);
    assert!(data.journal.publications[..90].iter().all(told));
    assert!(!data.journal.publications[90..].iter().any(told), "the file has the others");
    assert!(
        html.contains("1er\u{a0}décembre 2026</time>\u{a0}: les chiffres de fin novembre 2026")
    );
    assert!(pages()["region/53/index.html"].contains("href=\"/region/53/flux.atom\""));
    assert!(pages()["comprendre/index.html"].contains("href=\"/flux.atom\""));
}

#[test]
fn every_table_and_curve_explains_itself() {
    for (path, html) in pages() {
        for table in elements(html, "table") {
            assert!(table.contains("<caption"), "{path}");
            for head in elements(table, "th") {
                assert!(attribute(head, "scope").is_some(), "{head} in {path}");
            }
        }
        for drawing in html.split("<svg").skip(1) {
            let tag = &drawing[..drawing.find('>').unwrap()];
            let inner = tag.contains("class=\"traits\"");
            let titled =
                drawing.split("</desc>").next().is_some_and(|start| start.contains("<title"));
            assert!(
                inner || titled || tag.contains("aria-hidden=\"true\""),
                "<svg{tag}> in {path}"
            );
        }
        let mut ids: Vec<_> = html.split(" id=\"").skip(1).map(|id| id.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id is used twice in {path}");
    }
}

#[test]
fn headings_go_down_one_level_at_a_time() {
    for (path, html) in pages() {
        let mut previous = 0;
        for (at, _) in html.match_indices("<h") {
            let Some(level) = html[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else {
                continue;
            };
            assert!(level <= previous + 1, "h{level} after h{previous} in {path}");
            previous = level;
        }
    }
}

#[test]
fn a_place_without_figures_says_so_kindly() {
    let html = &pages()["departement/48/index.html"];
    assert!(html.contains("Les centres de formation de la Lozère n’ont pas encore transmis"));
    assert!(!html.contains("<svg"));
}

#[test]
fn a_figure_of_few_centres_says_so_wherever_it_is() {
    let data = invented::open_data();
    let partial = data.couvertures.iter().find(|one| {
        one.maille == Maille::Departement && one.transmetteurs_3_mois > 1 && !one.suffit()
    });
    let partial = partial.unwrap();
    let place = site::places::departement(&partial.code).unwrap();
    let words = format!("{}\u{a0}centres sur", partial.transmetteurs_3_mois);
    let own = &pages()[&format!("departement/{}/index.html", partial.code)];
    assert!(own.contains("ces chiffres décrivent ces centres, pas tout le territoire"));
    assert!(own.contains("dans les centres qui ont transmis leurs effectifs"));
    let above = &pages()[&format!("region/{}/index.html", place.region)];
    let words = format!("partiel\u{a0}: {words}\u{a0}{}", partial.organismes);
    assert!(above.contains(&words), "{words}");
    // The country is covered at less than 80 %: the pages of indicators give its figure.
    let national = "pas tout le territoire";
    for path in ["index.html", "indicateur/apprentis/index.html"] {
        assert!(pages()[path].contains(national), "{path}");
    }
}

#[test]
fn a_revised_figure_says_what_it_was() {
    let html = &pages()["region/53/index.html"];
    let (_, sentence) = html.split_once("<p class=\"note revision\">").unwrap();
    let sentence = &sentence[..sentence.find("</p>").unwrap()];
    let plain = sentence.replace(['\u{a0}', '\u{202f}'], " ");
    assert!(plain.starts_with("Chiffre révisé. Apprentis au 31 octobre 2026 : "), "{plain}");
    assert!(plain.contains(" à la première publication, le 1er novembre 2026."), "{plain}");
    assert!(plain.ends_with("1 autre chiffre passé a changé : le tableau donne les deux nombres."));
    assert_eq!(html.matches("publié\u{a0}: ").count(), 2, "one for each revised cell");
    assert!(!pages()["region/28/index.html"].contains("révisé"));
}

#[test]
fn every_place_has_a_page_even_before_the_first_file() {
    let empty = OpenData { dates: vec!["2026-11-22".to_owned()], ..OpenData::default() };
    let pages = render(&empty, &about());
    let html: Vec<_> = pages.iter().filter(|page| page.path.ends_with(".html")).collect();
    for path in ["index.html", "region/53/index.html", "departement/2A/index.html", "404.html"] {
        assert!(html.iter().any(|page| page.path == path), "{path}");
    }
    assert_eq!(render(&OpenData::default(), &about()).len(), pages.len());
}

#[test]
fn how_many_figures_are_withheld_is_said() {
    let data = invented::open_data();
    let figures = data.series.iter().flat_map(|serie| &serie.valeurs).copied();
    let movements = data.flux.iter().flat_map(|flux| &flux.valeurs).copied();
    let classes = data.cohortes.iter().flat_map(|one| [one.observes, one.avec_contrat]);
    let valeurs = figures.chain(movements).chain(classes);
    let withheld = valeurs.filter(|valeur| valeur.motif() == Some(Motif::Secret)).count() as u32;
    assert!(withheld > 0);
    let html = pages()["comprendre/index.html"].replace('\u{202f}', "").replace('\u{a0}', " ");
    let said = format!("{withheld} chiffres sont cachés dans cette publication");
    assert!(html.contains(&said), "{said}");
}

#[test]
fn a_withheld_figure_is_said_and_never_zero() {
    let data = invented::open_data();
    let withheld = data
        .series
        .iter()
        .find(|serie| {
            serie.maille == Maille::Organisme
                && serie.indicateur == Indicateur::Rupturants
                && matches!(serie.valeurs.last(), Some(Valeur::Masquee(_)))
                && data
                    .serie(Maille::Organisme, &serie.code, Indicateur::Apprenants)
                    .and_then(|serie| serie.valeurs.last()?.connue())
                    .is_some_and(|count| count >= 5)
        })
        .unwrap();
    let html = &pages()[&format!("organisme/{}/index.html", withheld.code)];
    let (_, figure) = html.split_once("<div class=\"rupturants\">").unwrap();
    let figure = &figure[..figure.find("</div>").unwrap()];
    assert!(figure.contains("<span class=\"secret\">secret</span>"), "{figure}");
    assert!(!text(figure).contains('0'), "{figure}");
}

/// One section of a page, by the name of its heading.
fn section<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let (_, section) = html.split_once(&format!("<section aria-labelledby=\"{name}\">"))?;
    section.split("</section>").next()
}

/// How many bars, or how many stretches of a line, a path draws.
fn strokes(path: &str) -> usize {
    attribute(path, "d").unwrap().matches('M').count()
}

/// A text of the pages, with plain spaces and apostrophes.
fn plain(html: &str) -> String {
    html.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'")
}

#[test]
fn a_page_is_in_the_order_of_the_questions_of_its_reader() {
    let names = |path: &str| -> Vec<&str> {
        elements(&pages()[path], "section")
            .iter()
            .filter_map(|section| attribute(section, "aria-labelledby"))
            .collect()
    };
    let region =
        ["evolution", "ou", "qui", "quoi", "quand", "devenir", "centres", "limites", "sources"];
    assert_eq!(names("region/53/index.html"), region);
    assert_eq!(names("academie/14/index.html"), region);
    let below: Vec<&str> = region.into_iter().filter(|name| *name != "ou").collect();
    assert_eq!(names("departement/29/index.html"), below);
    let country = names("index.html");
    assert_eq!((country[0], country[1]), ("evolution", "objectif"));
    assert_eq!(country[2..7], region[1..6]);
}

#[test]
fn what_happened_is_told_of_territories_that_have_it_and_of_nothing_else() {
    let data = invented::open_data();
    for (path, html) in pages() {
        let told = match path.split('/').collect::<Vec<_>>()[..] {
            ["index.html"] => true,
            [maille, code, _] => maille.parse().is_ok_and(|maille| {
                maille != Maille::Organisme && !data.flux(maille, code).is_empty()
            }),
            _ => false,
        };
        for name in ["quand", "devenir"] {
            assert_eq!(section(html, name).is_some(), told, "{name} of {path}");
        }
    }
    assert!(section(&pages()["departement/48/index.html"], "quand").is_none());
}

#[test]
fn the_last_month_is_read_aloud() {
    let data = invented::open_data();
    let last = |mouvement: Mouvement, back: usize| {
        let flux = data.flux(Maille::Region, "53");
        let flux = flux.iter().find(|one| one.mouvement == mouvement).unwrap();
        let count = flux.valeurs[flux.valeurs.len() - 1 - back].connue().unwrap();
        plain(&site::french::nombre(count))
    };
    let when = plain(section(&pages()["region/53/index.html"], "quand").unwrap());
    let [entries, breaks] = [Mouvement::Entrees, Mouvement::Ruptures].map(|one| last(one, 0));
    let [before, broken] = [Mouvement::Entrees, Mouvement::Ruptures].map(|one| last(one, 12));
    let sentence = format!(
        "en octobre 2026, {entries} jeunes sont entrés en formation en Bretagne \
         et {breaks} contrats ont été rompus ; \
         un an plus tôt, {before} entrées et {broken} ruptures."
    );
    // Under the drawing, and for who does not see it.
    assert_eq!(when.matches(&sentence).count(), 2, "{sentence}");
    assert!(when.contains("Le mois en cours paraît quand il est fini."));
    assert!(!when.contains("novembre 2026"), "a month that is not over is shown");
}

#[test]
fn the_country_is_on_its_way_to_the_objective_unless_a_month_is_missing() {
    let mut data = invented::open_data();
    let signatures = |data: &OpenData| {
        let flux = data.flux(Maille::France, "FR");
        let all = flux.iter().find(|one| one.mouvement == Mouvement::Signatures).unwrap();
        all.valeurs[all.valeurs.len() - 12..].iter().map(|one| one.connue().unwrap()).sum::<u32>()
    };
    let told = plain(section(&pages()["index.html"], "objectif").unwrap());
    let sum = plain(&site::french::nombre(signatures(&data)));
    assert!(told.contains(&format!("De novembre 2025 à octobre 2026, <strong>{sum} contrats")));
    assert!(told.contains("role=\"img\"") && told.contains("centres recensés ont transmis"));
    assert!(
        pages()
            .iter()
            .all(|(path, html)| { path == "index.html" || section(html, "objectif").is_none() })
    );
    let country = data
        .flux
        .iter_mut()
        .find(|one| (one.maille, one.mouvement) == (Maille::France, Mouvement::Signatures));
    let months = &mut country.unwrap().valeurs;
    let last = months.len() - 1;
    months[last - 3] = Valeur::Masquee(Motif::Secret);
    let files = render(&data, &about());
    let home = files.iter().find(|file| file.path == "index.html").unwrap();
    let told = plain(section(std::str::from_utf8(&home.body).unwrap(), "objectif").unwrap());
    assert!(told.contains("en juillet 2026 n'est pas publié"), "{told}");
    assert!(!told.contains("<svg") && !told.contains("contrats</strong>"), "{told}");
}

#[test]
fn a_withheld_month_is_never_drawn_as_zero_and_says_why() {
    let data = invented::open_data();
    let mut withheld = 0;
    for place in site::places::departements() {
        let flux = data.flux(Maille::Departement, place.code);
        let Some(when) =
            section(&pages()[&format!("departement/{}/index.html", place.code)], "quand")
        else {
            continue;
        };
        for mouvement in [Mouvement::Entrees, Mouvement::Ruptures] {
            let serie = flux.iter().find(|one| one.mouvement == mouvement).unwrap();
            let shown = &serie.valeurs[serie.valeurs.len() - 13..];
            let Some((_, drawing)) = when.split_once(&format!("<g class=\"{mouvement}\">")) else {
                assert!(shown.iter().all(|one| one.connue().unwrap_or(0) == 0), "{}", place.code);
                continue;
            };
            let drawing = drawing.split("</g>").next().unwrap();
            let masked = shown.iter().filter(|one| one.motif().is_some()).count();
            let positive = shown.iter().filter(|one| one.connue() > Some(0)).count();
            assert_eq!(strokes(elements(drawing, "path")[0]), positive, "{}", place.code);
            assert_eq!(drawing.matches(MARQUE).count(), masked, "{}", place.code);
            withheld += masked;
        }
        // Each of the four has its number or its reason in the table.
        let mut said = plain(when).matches("<td><span class=\"secret\">secret</span></td>").count();
        for serie in flux {
            let shown = &serie.valeurs[serie.valeurs.len() - 13..];
            said -= shown.iter().filter(|one| one.motif() == Some(Motif::Secret)).count();
        }
        assert_eq!(said, 0, "{}", place.code);
    }
    assert!(withheld > 50, "{withheld}");
}

#[test]
fn the_line_of_a_class_is_cut_where_a_part_is_missing() {
    let data = invented::open_data();
    let mut cut = 0;
    for place in site::places::departements() {
        let html = &pages()[&format!("departement/{}/index.html", place.code)];
        let Some(section) = section(html, "devenir") else { continue };
        let classes: Vec<&[Cohorte]> = data
            .cohortes(Maille::Departement, place.code)
            .chunk_by(|one, other| one.promotion == other.promotion)
            .collect();
        let stretches = |class: &[Cohorte]| {
            let parts: Vec<_> = class.iter().map(|one| one.part().dixiemes.connue()).collect();
            parts.split(Option::is_none).filter(|stretch| !stretch.is_empty()).count()
        };
        let expected: Vec<usize> =
            classes.into_iter().map(stretches).filter(|stretches| *stretches > 0).collect();
        let drawn: Vec<usize> = elements(section, "path").into_iter().map(strokes).collect();
        assert_eq!(drawn, expected, "{}", place.code);
        cut += expected.iter().filter(|stretches| **stretches > 1).count();
    }
    assert!(cut > 3, "{cut}");
    let shown = plain(section(&pages()["region/53/index.html"], "devenir").unwrap());
    // The latest class has two delays only: its second one is read, beside that of the class before.
    assert!(shown.contains("de la promotion 2025-2026, "), "{shown}");
    assert!(shown.contains(
        "des jeunes avaient un contrat trois mois après leur entrée ; de la promotion 2024-2025, "
    ));
    assert!(shown.contains("2025-2026, 3 mois") && !shown.contains("2025-2026, 6 mois"));
}

/// The centres of a table, in its order.
fn listed<'a>(data: &'a OpenData, html: &str) -> Vec<&'a Organisme> {
    let tables = elements(html, "table");
    let table = tables.iter().find(|table| attribute(table, "class") == Some("centres")).unwrap();
    let names =
        elements(table, "th").into_iter().filter(|th| attribute(th, "scope") == Some("row"));
    names
        .map(|th| {
            let name = text(th.split("<span").next().unwrap()).replace('’', "'");
            data.organismes.iter().find(|one| one.nom.replace('’', "'") == name).unwrap()
        })
        .collect()
}

/// The apprentices of a centre, now and a year before, as they are published.
fn apprentices(data: &OpenData, centre: &Organisme) -> [Option<u32>; 2] {
    let serie = data.serie(Maille::Organisme, &centre.code, Indicateur::Apprentis).unwrap();
    let earlier = open_data::variation::months_before(&data.dates, 12).unwrap();
    [serie.valeurs.last().unwrap(), &serie.valeurs[earlier]].map(|valeur| valeur.connue())
}

#[test]
fn a_list_of_centres_is_read_in_the_order_that_one_asks_for() {
    let data = invented::open_data();
    let name = |centre: &Organisme| site::french::sans_accents(&centre.nom);
    let page = |path: &str| &pages()[&format!("departement/29/{path}index.html")];
    let main = listed(&data, page("centres/"));
    assert!(main.len() > 60, "{}", main.len());
    // The page of the place has the beginning of it, and leads to each order.
    assert_eq!(listed(&data, page("")), main[..15]);
    let sorted = |path: &str, is_before: &dyn Fn(&Organisme, &Organisme) -> bool| {
        let (html, link) = (page(path), format!("href=\"/departement/29/{path}\""));
        let list = listed(&data, html);
        assert!(list.windows(2).all(|two| is_before(two[0], two[1])), "{path}");
        let codes = |list: &[&Organisme]| {
            list.iter().map(|one| one.code.clone()).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(codes(&list), codes(&main), "{path}");
        assert!(page("").contains(&link), "{path}");
        assert_eq!(html.matches("aria-sort=\"").count(), 1, "{path}");
    };
    sorted("centres/", &|one, next| apprentices(&data, one)[0] >= apprentices(&data, next)[0]);
    sorted("centres/nom/", &|one, next| name(one) < name(next));
    sorted("centres/envoi/", &|one, next| one.derniere_transmission <= next.derniere_transmission);
    // In percent, then in number, then what cannot be said, by name.
    let rank = |centre: &Organisme| match apprentices(&data, centre) {
        [Some(now), Some(before)] if before > 0 => {
            let difference = i64::from(now) - i64::from(before);
            match before {
                20.. => (0, -1_000 * difference / i64::from(before)),
                _ if difference == 0 => (0, 0),
                _ => (1, -difference),
            }
        }
        _ => (2, 0),
    };
    sorted("centres/evolution/", &|one, next| match (rank(one), rank(next)) {
        ((2, _), (2, _)) => name(one) < name(next),
        (one, next) => one <= next,
    });
}

#[test]
fn the_order_of_a_list_tells_nothing_of_what_is_withheld() {
    let data = invented::open_data();
    let mut withheld = 0;
    for (path, html) in pages().iter().filter(|(path, _)| is_a_list(path)) {
        let by = usize::from(path.contains("/evolution/"));
        if path.contains("/nom/") || path.contains("/envoi/") {
            continue; // what these are sorted by is published of all
        }
        let list = listed(&data, html);
        let told = |centre: &&&Organisme| {
            let figures = apprentices(&data, centre);
            figures[..=by].iter().all(Option::is_some) && (by == 0 || figures[1] != Some(0))
        };
        let known = list.iter().take_while(told).count();
        let rest = &list[known..];
        assert!(!rest.iter().any(|one| told(&one)), "known after withheld in {path}");
        let names = rest.iter().map(|one| site::french::sans_accents(&one.nom));
        assert!(names.is_sorted(), "{path}");
        withheld += rest.len();
    }
    assert!(withheld > 20, "{withheld}");
}

#[test]
fn a_list_that_says_nothing_new_has_no_page() {
    let data = invented::open_data();
    let canonical = |html: &str| {
        let (_, address) = html.split_once("<link rel=\"canonical\" href=\"").unwrap();
        address.split('"').next().unwrap().to_owned()
    };
    for (path, html) in pages().iter().filter(|(path, _)| is_another_order(path)) {
        let (place, _) = path.split_once("centres/").unwrap();
        let [whole, own] =
            ["centres/", ""].map(|list| pages().get(&format!("{place}{list}index.html")));
        let main = whole.or(own).unwrap();
        assert_ne!(listed(&data, html), listed(&data, main), "{path}");
        let folder = if whole.is_some() { "centres/" } else { "" };
        assert_eq!(canonical(html), format!("/{place}{folder}"), "{path}");
    }
    // One centre, or two that are the same in every order: nothing to sort.
    assert!(!pages().contains_key("departement/48/centres/nom/index.html"));
    assert!(pages().values().all(|html| !html.contains("href=\"/centres/")), "not of the country");
}

#[test]
fn a_long_list_is_cut_into_pages_within_their_budget() {
    let data = invented::country(2);
    let files = render(&data, &about());
    let page = |path: &str| {
        let path = format!("departement/29/centres/{path}index.html");
        files
            .iter()
            .find(|file| file.path == path)
            .map(|file| String::from_utf8(file.body.clone()).unwrap())
    };
    let mut listed_by_name = Vec::new();
    for number in 1..=4 {
        let path = if number == 1 { "nom/".to_owned() } else { format!("nom/{number}/") };
        let Some(html) = page(&path) else { break };
        listed_by_name.extend(listed(&data, &html));
        assert!(html.contains("aria-current=\"page\" aria-label=\"Page"), "{path}");
        assert!(plain(&html).contains(&format!("par ordre alphabétique, page {number} sur ")));
        assert!(packed(html.as_bytes()) <= 12_000, "{path}: {}", packed(html.as_bytes()));
    }
    let transmitting = data
        .organismes
        .iter()
        .filter(|one| one.code_departement == "29" && !one.derniere_transmission.is_empty());
    let transmitting = transmitting.count();
    assert_eq!(listed_by_name.len(), transmitting);
    let names = listed_by_name.iter().map(|one| site::french::sans_accents(&one.nom));
    assert!(names.is_sorted());
    assert!(page("2/").is_some() && page("nom/9/").is_none());
}

#[test]
fn organisations_with_too_few_learners_have_no_page() {
    let data = invented::open_data();
    let pages = pages();
    for organisme in &data.organismes {
        let apprenants = data
            .serie(Maille::Organisme, &organisme.code, Indicateur::Apprenants)
            .and_then(|serie| serie.valeurs.last()?.connue());
        let path = format!("organisme/{}/index.html", organisme.code);
        assert_eq!(pages.contains_key(&path), apprenants.is_some_and(|count| count >= 5), "{path}");
    }
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let data = invented::open_data();
    assert!(render(&data, &about()) == render(&data, &about()));
}

#[test]
fn the_data_beside_a_page_are_named_on_it() {
    let data = invented::open_data();
    for beside in fichiers(&data) {
        let html = &pages()[&format!("{}index.html", &beside.adresse[1..])];
        for format in beside.formats {
            let link = format!("href=\"/{}\"", beside.path(format));
            assert!(html.contains(&link), "{link} on {}", beside.adresse);
        }
    }
    let html = &pages()["donnees/index.html"];
    assert!(html.contains(r#"{"name":"a \u003c/script> b"}</script>"#), "nothing ends the script");
    for table in open_data::tables::TABLES {
        for colonne in table.colonnes {
            assert!(html.contains(&format!("<code>{}</code>", colonne.nom)), "{}", colonne.nom);
        }
    }
}

#[test]
fn the_state_of_the_service_says_of_when_from_how_many_and_what_comes_next() {
    let html = &pages()["etat/index.html"];
    let data = invented::open_data();
    let france = data.couverture(Maille::France, "FR").unwrap();
    let text = html.replace(['\u{a0}', '\u{202f}'], " ");
    assert!(text.contains("22 novembre 2026") && text.contains("23 novembre 2026"), "{text}");
    assert!(text.contains("paraîtront le 1er décembre 2026"), "{text}");
    assert!(text.contains(&format!(
        "{} organisme",
        site::french::nombre(france.organismes).replace('\u{202f}', " ")
    )));
    assert!(text.contains("/v/3f9a1c/donnees/v1/manifest.json"), "{text}");
    assert!(!html.contains("<script type=\"module\""), "it needs no script");
}

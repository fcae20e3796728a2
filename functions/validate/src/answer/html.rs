//! The report as a page: one sentence, the causes that matter most, the detail, what was
//! understood. One file that needs nothing else: no script, no font, no image, its style inside.
//!
//! The style is inside because this page is private and travels: people save it, print it and send
//! it to a colleague, and the site's stylesheet would not follow. The page forbids itself anything
//! but that style ([`content_security_policy`]).

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use domain::aggregate::Counts;
use domain::publish::is_secret;
use domain::validate::{
    Changes, Column, File, Finding, Group, How, Level, Recognised, Report, Verdict, column_letters,
    thousands,
};
use domain::vocabulary::Day;
use sha2::{Digest, Sha256};

use super::asks;
use super::workbook::place_of;

const STYLE: &str = include_str!("report.css");

/// How many organisations are shown beforehand what will be said of them.
const MOST_PREVIEWED: usize = 20;

/// The figures of the page of an organisation.
type Figure = (&'static str, fn(Counts) -> u32);
const FIGURES: [Figure; 4] = [
    ("Apprentis", |counts| counts.apprentis),
    ("Sans contrat", |counts| counts.inscrits),
    ("Contrats rompus", |counts| counts.rupturants),
    ("Sorties", |counts| counts.abandons),
];

/// How many causes come first.
const FIRST_CAUSES: usize = 3;

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
});

/// What the page knows beside the report.
#[derive(Debug, Clone, Copy)]
pub struct AnswerContext<'a> {
    /// The day of the check.
    pub today: Day,
    /// What changed since the deposit before, when there was one.
    pub changes: Option<&'a Changes>,
    /// Where the annotated workbook is.
    pub annotated: Option<&'a str>,
    /// Where the workbook of the rows set aside is.
    pub set_aside: Option<&'a str>,
    /// Where to send a file again.
    pub deposit: Option<&'a str>,
}

/// What the page allows itself, as the value of the header `Content-Security-Policy`.
pub fn content_security_policy() -> &'static str {
    &POLICY
}

/// The report as a page in French. Everything that comes from the file is escaped.
pub fn html(report: &Report, context: &AnswerContext<'_>) -> String {
    let mut page = Page(String::with_capacity(32 * 1024));
    page.head(report);
    page.opening(report, context);
    page.causes(report);
    page.preview(report);
    page.detail(report, context);
    page.understood(report);
    page.raw("</main>\n</body>\n</html>\n");
    page.0
}

/// A page being written.
struct Page(String);

impl Page {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// `<p class="note">text</p>`, from `p class="note"`.
    fn element(&mut self, tag: &str, text: &str) {
        let name = tag.split(' ').next().unwrap_or(tag);
        let _ = writeln!(self.0, "<{tag}>{}</{name}>", escaped(text));
    }

    fn head(&mut self, report: &Report) {
        let title = match report.file.name.as_str() {
            "" => "Réponse à votre fichier".to_owned(),
            name => format!("Réponse à « {name} »"),
        };
        self.raw("<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n");
        let _ = writeln!(
            self.0,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
            content_security_policy()
        );
        self.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        self.raw("<meta name=\"robots\" content=\"noindex\">\n");
        self.raw("<meta name=\"referrer\" content=\"no-referrer\">\n");
        self.element("title", &title);
        let _ = writeln!(self.0, "<style>{STYLE}</style>\n</head>\n<body>\n<main>");
    }

    /// The sentence, what it means, and the one thing to do next.
    fn opening(&mut self, report: &Report, context: &AnswerContext<'_>) {
        let day = context.today.french();
        let name = match report.file.name.as_str() {
            "" => "votre fichier".to_owned(),
            name => format!("« {name} »"),
        };
        self.element("p class=\"pale\"", &format!("Réponse à {name}, contrôlé le {day}"));
        self.element("h1", &with_their_numbers(&report.sentence));
        let verdict = format!("p class=\"verdict {}\"", report.verdict.as_str());
        self.element(&verdict, &meaning(report));
        if let Some(changes) = context.changes {
            self.element("p", &changes.sentence());
        }
        let (address, action) = match (report.rows.set_aside, context.annotated, context.deposit) {
            (1.., Some(annotated), _) => (annotated, "Télécharger le classeur annoté"),
            (_, _, Some(deposit)) if report.verdict == Verdict::Refused => {
                (deposit, "Déposer le fichier corrigé")
            }
            _ => return,
        };
        let address = escaped(address);
        let _ = writeln!(self.0, "<p><a class=\"bouton\" href=\"{address}\">{action}</a></p>");
        if report.rows.set_aside > 0 && context.annotated.is_some() {
            let how = "C’est votre feuille, avec les cellules à corriger en couleur : corrigez-la, puis déposez-la telle quelle.";
            self.element("p class=\"pale ecran\"", how);
        }
    }

    /// The causes that matter most, with how to fix all their lines at once.
    fn causes(&mut self, report: &Report) {
        let causes: Vec<&Group> = to_look_at(report).take(FIRST_CAUSES).collect();
        if causes.is_empty() {
            return;
        }
        let title = match causes.len() {
            1 => "À voir d’abord",
            2 => "Les deux points à voir d’abord",
            _ => "Les trois points à voir d’abord",
        };
        self.element("h2", title);
        self.raw("<ol class=\"causes\">\n");
        for group in causes {
            self.raw("<li>\n");
            self.element("h3", &group.message);
            self.element("p", &group.fix);
            self.whereabouts(report, group);
            self.raw("</li>\n");
        }
        self.raw("</ol>\n");
    }

    /// What the pages of its organisations would say, for them alone until it is published.
    fn preview(&mut self, report: &Report) {
        let Some(preview) = &report.preview else { return };
        if preview.organisations.is_empty() {
            return;
        }
        self.element("h2", "Ce que le public en lira");
        self.element("p", &format!(
            "D’après ce que vous avez transmis pour cette année scolaire, au {}. Vous lisez ces nombres avant tout le monde. Ceux de un à quatre, signalés ici par « secret », ne sont jamais publiés, ni ceux qui permettraient de les retrouver.",
            preview.day.french()
        ));
        self.raw("<table class=\"apercu\">\n");
        self.element("caption", "Les chiffres de la page de chaque centre de formation");
        self.raw("<thead><tr><th scope=\"col\">Centre</th>");
        for (title, _) in FIGURES {
            self.element("th scope=\"col\"", title);
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for own in preview.organisations.iter().take(MOST_PREVIEWED) {
            self.raw("<tr>");
            self.element("th scope=\"row\"", &format!("{} ({})", own.name, own.code));
            for (title, figure) in FIGURES {
                let count = figure(own.counts);
                let secret = if is_secret(count) { " (secret)" } else { "" };
                let title = format!("td data-titre=\"{title} : \"");
                self.element(&title, &format!("{}{secret}", thousands(count)));
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n");
        let more = preview.organisations.len().saturating_sub(MOST_PREVIEWED);
        if more > 0 {
            let more = thousands(more as u32);
            self.element("p", &format!("Et {more} autres centres, dans la réponse en JSON."));
        }
        self.element("p class=\"pale\"", "Une explication à donner ? Sur la page de dépôt, « Votre note publique » vous laisse joindre 280 caractères à la page de votre centre.");
    }

    fn detail(&mut self, report: &Report, context: &AnswerContext<'_>) {
        let total: u32 = report.summary.iter().map(|group| group.count).sum();
        if total == 0 || report.findings.iter().all(|finding| finding.level == Level::File) {
            return;
        }
        self.element("h2", "Le détail");
        self.others(report);
        let listed = report.findings.len() as u32;
        let caption = if listed < total {
            let elsewhere =
                context.annotated.map_or("", |_| " Le classeur annoté les contient tous.");
            format!(
                "{} points sur {}, dans l’ordre des lignes de votre fichier.{elsewhere}",
                thousands(listed),
                thousands(total)
            )
        } else {
            "Chaque point, dans l’ordre des lignes de votre fichier.".to_owned()
        };
        self.raw("<table>\n");
        self.element("caption", &caption);
        self.raw("<thead><tr><th scope=\"col\">Ligne</th><th scope=\"col\">Colonne</th><th scope=\"col\">Niveau</th><th scope=\"col\">Constat</th><th scope=\"col\">Que faire</th></tr></thead>\n<tbody>\n");
        for finding in &report.findings {
            self.finding(finding);
        }
        self.raw("</tbody>\n</table>\n");
        if let (Some(address), true) = (context.set_aside, report.rows.set_aside > 0) {
            let _ = writeln!(
                self.0,
                "<p><a href=\"{}\">Télécharger seulement les lignes mises de côté</a></p>",
                escaped(address)
            );
        }
    }

    /// The causes that did not come first.
    fn others(&mut self, report: &Report) {
        let first: Vec<&Group> = to_look_at(report).take(FIRST_CAUSES).collect();
        let others = causes(report).filter(|group| !first.contains(group));
        let mut others: Vec<&Group> = others.collect();
        others.sort_by_key(|group| group.level == Level::Correction);
        if others.is_empty() {
            return;
        }
        self.element("h3", "Les autres points");
        self.raw("<ul class=\"autres\">\n");
        for group in others {
            let (class, asks, message) =
                (group.level.as_str(), asks(group.level), escaped(&group.message));
            let fix = match group.level {
                Level::Correction => String::new(),
                _ => format!(" {}", escaped(&group.fix)),
            };
            let _ = writeln!(
                self.0,
                "<li>\n<p><span class=\"niveau {class}\">{asks}</span> <b>{message}</b>{fix}</p>"
            );
            self.whereabouts(report, group);
            self.raw("</li>\n");
        }
        self.raw("</ul>\n");
    }

    /// How many lines, and where they are.
    fn whereabouts(&mut self, report: &Report, group: &Group) {
        let place = place_of(group.column, index_of(report, group));
        let (count, lines) = whereabouts(group, place);
        let lines = escaped(&lines);
        let _ = writeln!(self.0, "<p class=\"lieu\"><b>{count}</b>{lines}.</p>");
    }

    fn finding(&mut self, finding: &Finding) {
        self.raw("<tr>");
        match finding.line {
            Some(line) => {
                let _ = write!(
                    self.0,
                    "<th scope=\"row\" data-titre=\"Ligne \">{}</th>",
                    thousands(line)
                );
            }
            None => self.raw("<th scope=\"row\">Fichier</th>"),
        }
        let column = match (finding.column_index.map(column_letters), finding.column) {
            (Some(letters), Some(column)) => format!("<b>{letters}</b> {}", name(column)),
            (Some(letters), None) => format!("<b>{letters}</b>"),
            (None, Some(column)) => name(column),
            (None, None) if finding.line.is_none() => String::new(),
            (None, None) => "Toute la ligne".to_owned(),
        };
        let (class, level) = (finding.level.as_str(), asks(finding.level));
        let (message, fix) = (escaped(&finding.message), escaped(&finding.fix));
        let _ = writeln!(
            self.0,
            "<td>{column}</td><td><span class=\"niveau {class}\">{level}</span></td><td>{message}</td><td>{fix}</td></tr>"
        );
    }

    /// How the file was read: what to look at when the figures surprise.
    fn understood(&mut self, report: &Report) {
        self.element("h2", "Ce qui a été compris");
        self.raw("<dl>\n");
        for (term, value) in facts(&report.file) {
            self.element("dt", term);
            self.element("dd", &value);
        }
        self.raw("</dl>\n");
        self.columns(report);
    }

    fn columns(&mut self, report: &Report) {
        let columns = &report.columns;
        if !columns.missing.is_empty() {
            self.element("h3", "Colonnes obligatoires absentes");
            self.list(columns.missing.iter().map(|column| name(*column)));
        }
        let (exact, other): (Vec<&Recognised>, Vec<_>) =
            columns.recognised.iter().partition(|recognised| recognised.how == How::Exact);
        if !other.is_empty() {
            self.raw("<table>\n");
            let caption = "Colonnes reconnues sous un autre nom que celui du modèle : vérifiez qu’elles disent bien cela.";
            self.element("caption", caption);
            self.raw("<thead><tr><th scope=\"col\">Colonne</th><th scope=\"col\">Votre en-tête</th><th scope=\"col\">Lue comme</th><th scope=\"col\">Comment</th></tr></thead>\n<tbody>\n");
            for recognised in other {
                let how = match recognised.how {
                    How::Exact => "nom exact",
                    How::Alias => "autre nom connu",
                    How::Near => "nom approchant",
                };
                let _ = writeln!(
                    self.0,
                    "<tr><th scope=\"row\" data-titre=\"Colonne \">{}</th><td>{}</td><td>{}</td><td>{how}</td></tr>",
                    column_letters(recognised.place.into()),
                    escaped(&format!("« {} »", recognised.header)),
                    name(recognised.column)
                );
            }
            self.raw("</tbody>\n</table>\n");
        }
        if !exact.is_empty() {
            let title = match exact.len() {
                1 => "1 colonne reconnue sous son nom exact".to_owned(),
                count => format!("{count} colonnes reconnues sous leur nom exact"),
            };
            self.element("h3", &title);
            self.list(exact.iter().map(|recognised| {
                let letters = column_letters(recognised.place.into());
                format!("<b>{letters}</b> {}", name(recognised.column))
            }));
        }
        if !columns.ignored.is_empty() {
            let title = match columns.ignored.len() {
                1 => "1 colonne ignorée".to_owned(),
                count => format!("{count} colonnes ignorées"),
            };
            self.element("h3", &title);
            self.list(columns.ignored.iter().map(|header| escaped(&format!("« {header} »"))));
        }
    }

    /// A list of columns, each already safe.
    fn list(&mut self, items: impl Iterator<Item = String>) {
        self.raw("<ul class=\"colonnes\">\n");
        for item in items {
            let _ = writeln!(self.0, "<li>{item}</li>");
        }
        self.raw("</ul>\n");
    }
}

/// What the verdict means for the sender.
fn meaning(report: &Report) -> String {
    match report.verdict {
        Verdict::Refused => "Fichier refusé : rien n’a été enregistré.".to_owned(),
        Verdict::ToConfirm => {
            "Fichier en attente : rien n’est enregistré tant que vous n’avez pas confirmé.".to_owned()
        }
        Verdict::Accepted => match report.rows.set_aside {
            0 => "Fichier accepté : toutes les lignes sont enregistrées.".to_owned(),
            1 => "Fichier accepté. La ligne mise de côté n’est pas comptée tant qu’elle n’est pas corrigée.".to_owned(),
            count => format!(
                "Fichier accepté. Les {} lignes mises de côté ne sont pas comptées tant qu’elles ne sont pas corrigées.",
                thousands(count)
            ),
        },
    }
}

/// A sentence of which no line ends between a number and what it counts.
fn with_their_numbers(sentence: &str) -> String {
    let mut glued = String::with_capacity(sentence.len() + 16);
    for letter in sentence.chars() {
        let after_a_digit = glued.ends_with(|last: char| last.is_ascii_digit());
        glued.push(if letter == ' ' && after_a_digit { '\u{a0}' } else { letter });
    }
    glued
}

/// The causes that ask for something: the gravest first, then the most frequent.
fn to_look_at(report: &Report) -> impl Iterator<Item = &Group> {
    causes(report).filter(|group| group.level != Level::Correction)
}

/// Every cause. That most rows are set aside is the sentence itself, and the cause of nothing.
fn causes(report: &Report) -> impl Iterator<Item = &Group> {
    report.summary.iter().filter(|group| group.rule != "most_rows_are_kept")
}

fn index_of(report: &Report, group: &Group) -> Option<u32> {
    let same = |recognised: &&Recognised| Some(recognised.column) == group.column;
    let recognised = report.columns.recognised.iter().find(same);
    recognised.map(|recognised| recognised.place.into()).or(group.column_index)
}

/// « 37 lignes », then « , colonne F (`sexe_apprenant`) : 12, 15, 18 et 34 autres ».
fn whereabouts(group: &Group, place: Option<String>) -> (String, String) {
    let place = place.map(|place| format!(", {place}")).unwrap_or_default();
    if group.lines.is_empty() {
        return ("Tout le fichier".to_owned(), place);
    }
    let mut lines: Vec<String> = group.lines.iter().map(|line| thousands(*line)).collect();
    let more = group.count.saturating_sub(lines.len() as u32);
    let last = match more {
        0 => lines.pop(),
        1 => Some("une autre".to_owned()),
        more => Some(format!("{} autres", thousands(more))),
    };
    match (lines.as_slice(), last) {
        ([], line) => (format!("Ligne {}", line.unwrap_or_default()), place),
        (lines, last) => {
            let last = last.unwrap_or_default();
            let count = format!("{} lignes", thousands(group.count));
            (count, format!("{place} : {} et {last}", lines.join(", ")))
        }
    }
}

/// The name of a column, which may be cut at its underscores.
fn name(column: Column) -> String {
    format!("<code>{}</code>", column.name().replace('_', "_<wbr>"))
}

/// What was recognised of the file itself.
fn facts(file: &File) -> Vec<(&'static str, String)> {
    let separator = file.separator.map(|separator| match separator {
        ";" => "point-virgule",
        "," => "virgule",
        "tab" => "tabulation",
        "|" => "barre verticale",
        other => other,
    });
    let size = match file.size_bytes {
        bytes @ 0..2 => format!("{bytes} octet"),
        bytes @ 2..1_000 => format!("{bytes} octets"),
        bytes @ 1_000..1_000_000 => format!("{} Ko", bytes / 1_000),
        bytes => format!("{} Mo", thousands((bytes / 1_000_000) as u32)),
    };
    [
        ("Format", file.format.map(str::to_uppercase)),
        ("Dans l’archive", file.member.as_ref().map(|member| format!("« {member} »"))),
        ("Encodage", file.encoding.map(str::to_uppercase)),
        ("Séparateur", separator.map(str::to_owned)),
        ("Feuille", file.sheet.as_ref().map(|sheet| format!("« {sheet} »"))),
        ("En-têtes", file.header_line.map(|line| format!("ligne {}", thousands(line)))),
        ("Taille", Some(size)),
        ("Empreinte SHA-256", Some(file.sha256.clone())),
    ]
    .into_iter()
    .filter_map(|(term, value)| Some((term, value?)))
    .collect()
}

/// Text that is safe anywhere in the page, with the no-break spaces that French wants.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            ' ' if matches!(characters.peek(), Some(':' | ';' | '?' | '»')) => {
                safe.push('\u{a0}');
            }
            '«' => {
                safe.push('«');
                if characters.next_if_eq(&' ').is_some() {
                    safe.push('\u{a0}');
                }
            }
            control if control.is_control() => safe.push(' '),
            // Marks that turn the direction of a text could make it say something else.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other => safe.push(other),
        }
    }
    safe
}

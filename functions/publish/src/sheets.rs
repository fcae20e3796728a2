//! The same figures as a workbook, as statisticians ask for them: what it is, how to read it, then
//! one table a sheet; no merged cell, one header row, which stays in view; a withheld figure is its
//! reason, never a blank nor a 0.
//!
//! Same data, same bytes: the workbook is as old as the publication.

use open_data::tables;
use open_data::taux::{self, Taux};
use open_data::v1::{
    Cohorte, Dimension, Flux, Indicateur, Maille, Motif, OpenData, Serie, Valeur, groupes,
};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use site::fichiers::Fichiers;
use site::pages::indicateur::definition;
use site::words::{MOUVEMENTS, mots, mots_du_mois};

/// What a spreadsheet holds, header included.
const MOST_ROWS: usize = 1_048_576;

/// The sheet of the parts.
const PARTS: &str = "Parts";
/// The sheets of what happened each month, and of the entry classes.
const MONTHS: &str = "Mouvements";
const CLASSES: &str = "Promotions";

/// Heads of the columns that say what a row is of.
const PLACE: [(&str, f64); 3] = [("Niveau", 14.0), ("Code", 24.0), ("Lieu", 32.0)];
const ROW: [(&str, f64); 3] = [("Jour", 12.0), ("Ventilation", 20.0), ("Valeur", 24.0)];

/// The workbook beside a page.
pub(crate) fn of(data: &OpenData, beside: &Fichiers<'_>) -> Result<Vec<u8>, XlsxError> {
    let coverage = beside.lieu.and_then(|(maille, code)| data.couverture(maille, code));
    let coverage = coverage.map(|one| {
        format!(
            "{} centres sur {} ont transmis depuis trois mois.",
            one.transmetteurs_3_mois, one.organismes
        )
    });
    let (flux, cohortes) = match beside.lieu {
        Some((maille, code)) => (data.flux(maille, code), data.cohortes(maille, code)),
        None => (&[][..], &[][..]),
    };
    let (title, address) = (&beside.titre[..], &beside.adresse[..]);
    let cover = Cover { title, address, coverage, flux, cohortes };
    let sheets = [("Chiffres", &beside.series[..])];
    workbook(data, &cover, &sheets, beside.lieu.is_none(), |book| Ok(book.add_worksheet()))
}

/// The workbook of the whole country, one sheet for each level of territory; none when a sheet would
/// be too long.
pub(crate) fn country(data: &OpenData) -> Result<Option<Vec<u8>>, XlsxError> {
    let levels = LEVELS.iter().map(|(maille, name)| {
        let start = data.series.partition_point(|serie| serie.maille < *maille);
        let end = data.series.partition_point(|serie| serie.maille <= *maille);
        (*name, &data.series[start..end])
    });
    let sheets: Vec<(&str, &[Serie])> = levels.filter(|(_, series)| !series.is_empty()).collect();
    let longest =
        sheets.iter().map(|(_, series)| groupes(series).count()).max().unwrap_or_default();
    if longest * data.dates.len() >= MOST_ROWS {
        return Ok(None);
    }
    let title = "Tous les territoires et tous les centres";
    let cover = Cover { title, address: "/donnees/", coverage: None, flux: &[], cohortes: &[] };
    // Half a million rows are not held in memory: each is written to a file of the machine's own.
    let sheet = Workbook::add_worksheet_with_low_memory;
    workbook(data, &cover, &sheets, true, sheet).map(Some)
}

/// The sheets of the country, from the largest places to the smallest.
const LEVELS: [(Maille, &str); 6] = [
    (Maille::France, "France"),
    (Maille::Region, "Régions"),
    (Maille::Academie, "Académies"),
    (Maille::Departement, "Départements"),
    (Maille::ZoneEmploi, "Zones d'emploi"),
    (Maille::Organisme, "Centres"),
];

/// The columns of figures: the learners in training, the three that make them up, those who left.
const COLUMNS: [Indicateur; 5] = [
    Indicateur::Apprenants,
    Indicateur::Apprentis,
    Indicateur::InscritsSansContrat,
    Indicateur::Rupturants,
    Indicateur::Abandons,
];

/// How a workbook is given one sheet more.
type Sheet = fn(&mut Workbook) -> Result<&mut Worksheet, XlsxError>;

struct Cover<'a> {
    title: &'a str,
    address: &'a str,
    coverage: Option<String>,
    /// What happened there each month.
    flux: &'a [Flux],
    /// Its entry classes.
    cohortes: &'a [Cohorte],
}

fn workbook(
    data: &OpenData,
    cover: &Cover<'_>,
    sheets: &[(&str, &[Serie])],
    named: bool,
    add: Sheet,
) -> Result<Vec<u8>, XlsxError> {
    let styles = Styles::new();
    let day = data.dates.last().map_or("", String::as_str);
    let mut book = Workbook::new();
    let mut properties = DocProperties::new()
        .set_title(format!("{} : les chiffres de l'apprentissage", cover.title))
        .set_author("Tableau de bord de l'apprentissage");
    if let Ok(created) = ExcelDateTime::parse_from_str(day) {
        properties = properties.set_creation_datetime(&created);
    }
    book.set_properties(&properties);
    // A place has one sheet of figures, and one of what they make of the learners in training.
    let with_parts = matches!(sheets, [(_, series)] if taux::taux(series).next().is_some());
    let names = sheets.iter().map(|(name, _)| *name).chain(with_parts.then_some(PARTS));
    let names = names.chain((!cover.flux.is_empty()).then_some(MONTHS));
    let names: Vec<&str> = names.chain((!cover.cohortes.is_empty()).then_some(CLASSES)).collect();
    text(book.add_worksheet(), "Présentation", &presentation(cover, day, &names), &styles)?;
    text(book.add_worksheet(), "Notes", &notes(cover), &styles)?;
    for (name, series) in sheets {
        let indicators: Vec<Indicateur> = COLUMNS
            .iter()
            .copied()
            .filter(|one| series.iter().any(|serie| serie.indicateur == *one))
            .collect();
        let sheet = add(&mut book)?;
        head(
            sheet,
            name,
            named,
            indicators.iter().map(|one| mots(*one).titre.to_owned()),
            &styles,
        )?;
        let values = |group: &[Serie], place: usize, column: usize| {
            let serie = group.iter().find(|serie| serie.indicateur == indicators[column])?;
            serie.valeurs.get(place).map(|valeur| (*valeur, 1.0))
        };
        rows(sheet, data, series, named, indicators.len(), &styles, values)?;
    }
    if let [(_, series)] = sheets
        && with_parts
    {
        let sheet = add(&mut book)?;
        let titles = taux::INDICATEURS.iter().map(|one| format!("{}, en %", mots(*one).titre));
        head(sheet, PARTS, named, titles, &styles)?;
        let values = |group: &[Serie], place: usize, column: usize| {
            let of = |indicateur| {
                let serie = group.iter().find(|serie| serie.indicateur == indicateur)?;
                serie.valeurs.get(place).copied()
            };
            let part = Taux::de(of(taux::INDICATEURS[column])?, of(Indicateur::Apprenants)?);
            Some((part.dixiemes, 10.0))
        };
        rows(sheet, data, series, named, taux::INDICATEURS.len(), &styles, values)?;
    }
    if !cover.flux.is_empty() {
        months(add(&mut book)?, data, cover.flux, &styles)?;
    }
    if !cover.cohortes.is_empty() {
        classes(add(&mut book)?, cover.cohortes, &styles)?;
    }
    book.save_to_buffer()
}

/// What happened each month: one row for each of them.
fn months(
    sheet: &mut Worksheet,
    data: &OpenData,
    flux: &[Flux],
    styles: &Styles,
) -> Result<(), XlsxError> {
    let titles = MOUVEMENTS.map(|one| (mots_du_mois(one).titre, 14.0));
    header(sheet, MONTHS, [("Fin du mois", 12.0)].into_iter().chain(titles), styles)?;
    for (place, (day, row)) in data.mois().iter().zip(1..).enumerate() {
        sheet.write_datetime_with_format(
            row,
            0,
            ExcelDateTime::parse_from_str(day)?,
            &styles.day,
        )?;
        for (one, column) in MOUVEMENTS.into_iter().zip(1..) {
            let flux = flux.iter().find(|flux| flux.mouvement == one);
            let value = flux.and_then(|flux| flux.valeurs.get(place)).map(|value| (*value, 1.0));
            figure(sheet, row, column, value)?;
        }
    }
    Ok(())
}

/// The entry classes: one row for each delay of each.
fn classes(sheet: &mut Worksheet, cohortes: &[Cohorte], styles: &Styles) -> Result<(), XlsxError> {
    let titles = [
        ("Promotion", 14.0),
        ("Mois après l'entrée", 20.0),
        ("Observés", 14.0),
        ("Avec un contrat", 16.0),
        ("Part, en %", 12.0),
    ];
    header(sheet, CLASSES, titles.into_iter(), styles)?;
    for (one, row) in cohortes.iter().zip(1..) {
        sheet.write_string(row, 0, &one.promotion)?;
        sheet.write_number(row, 1, f64::from(one.mois))?;
        figure(sheet, row, 2, Some((one.observes, 1.0)))?;
        figure(sheet, row, 3, Some((one.avec_contrat, 1.0)))?;
        figure(sheet, row, 4, Some((one.part().dixiemes, 10.0)))?;
    }
    Ok(())
}

/// A figure and what divides it, or why it is not there; there is none where a place has not all of
/// them.
fn figure(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: Option<(Valeur, f64)>,
) -> Result<(), XlsxError> {
    match value {
        Some((Valeur::Connue(number), by)) => {
            sheet.write_number(row, column, f64::from(number) / by)?
        }
        Some((Valeur::Masquee(motif), _)) => sheet.write_string(row, column, motif.as_str())?,
        None => sheet.write_string(row, column, Motif::SansObjet.as_str())?,
    };
    Ok(())
}

struct Styles {
    title: Format,
    head: Format,
    day: Format,
    wrapped: Format,
}

impl Styles {
    fn new() -> Self {
        Self {
            title: Format::new().set_bold().set_font_size(14),
            head: Format::new().set_bold(),
            day: Format::new().set_num_format("dd/mm/yyyy"),
            wrapped: Format::new().set_text_wrap(),
        }
    }
}

fn presentation(cover: &Cover<'_>, day: &str, sheets: &[&str]) -> Vec<String> {
    let mut lines = vec![
        format!("{} : les chiffres de l'apprentissage", cover.title),
        format!("Publication du {}. Page : {}", french_day(day), cover.address),
        "Source : listes d'effectifs transmises par les centres de formation, comptées chaque nuit."
            .to_owned(),
        "Licence Ouverte 2.0 (etalab-2.0) : à reprendre librement, en citant la source et la date."
            .to_owned(),
    ];
    lines.extend(cover.coverage.clone());
    lines.push(format!("Feuilles de ce classeur : Notes, {}.", sheets.join(", ")));
    lines
}

/// `2026-11-22` as `22/11/2026`.
fn french_day(day: &str) -> String {
    day.rsplit('-').collect::<Vec<_>>().join("/")
}

fn notes(cover: &Cover<'_>) -> Vec<String> {
    let mut lines = vec!["Comment lire ces chiffres".to_owned()];
    lines.extend(
        Indicateur::ALL.iter().map(|one| format!("{} : {}", mots(*one).titre, definition(*one))),
    );
    if !cover.flux.is_empty() {
        let of = |one| mots_du_mois(one);
        lines.extend(
            MOUVEMENTS.map(|one| format!("{} d'un mois : {}", of(one).titre, of(one).definition)),
        );
    }
    if !cover.cohortes.is_empty() {
        lines.push(tables::COHORTES.sens.to_owned());
    }
    lines.extend(
        [
            "Jour : les fins de mois, puis le jour de la publication.",
            "Ventilation « ensemble » : rien ne ventile le nombre.",
            "c : le nombre est secret, trop peu de jeunes pour être publié sans risquer de les reconnaître, ou il permettrait d'en retrouver un.",
            "nc : non calculable, moins de 20 jeunes au dénominateur. nd : non disponible. so : sans objet.",
            "Parts : 100 × l'indicateur / les jeunes en formation, au dixième, sur les seuls nombres publiés. Les sorties n'en ont pas : ces jeunes ne sont plus en formation.",
            "Les nombres comptent les jeunes là où ils se forment, dans les centres qui transmettent : ce n'est pas la statistique officielle. Au 1er août l'année scolaire change et ils baissent d'un coup.",
        ]
        .map(str::to_owned),
    );
    lines
}

/// A sheet of sentences, one below the other.
fn text(
    sheet: &mut Worksheet,
    name: &str,
    lines: &[String],
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?.set_column_width(0, 110)?;
    for (line, row) in lines.iter().zip(0..) {
        let style = if row == 0 { &styles.title } else { &styles.wrapped };
        sheet.write_string_with_format(row, 0, line, style)?;
    }
    Ok(())
}

fn head(
    sheet: &mut Worksheet,
    name: &str,
    named: bool,
    indicators: impl Iterator<Item = String>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let place = PLACE.iter().filter(|_| named).chain(&ROW);
    let columns = place.map(|(title, width)| ((*title).to_owned(), *width));
    header(sheet, name, columns.chain(indicators.map(|title| (title, 22.0))), styles)
}

/// The name of a sheet, the heads of its columns and how wide they are.
fn header<T: Into<String>>(
    sheet: &mut Worksheet,
    name: &str,
    columns: impl Iterator<Item = (T, f64)>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    for ((title, width), column) in columns.zip(0..) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, title, &styles.head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// One row for each date of each group; `value` gives each of its figures, and what divides it.
fn rows(
    sheet: &mut Worksheet,
    data: &OpenData,
    series: &[Serie],
    named: bool,
    width: usize,
    styles: &Styles,
    value: impl Fn(&[Serie], usize, usize) -> Option<(Valeur, f64)>,
) -> Result<(), XlsxError> {
    let days: Vec<ExcelDateTime> = data
        .dates
        .iter()
        .map(|day| ExcelDateTime::parse_from_str(day))
        .collect::<Result<_, _>>()?;
    let mut row = 1;
    for group in groupes(series) {
        let first = &group[0];
        for (place, day) in days.iter().enumerate() {
            let mut column = 0;
            if named {
                for text in [first.maille.as_str(), &first.code, &first.libelle] {
                    sheet.write_string(row, column, text)?;
                    column += 1;
                }
            }
            sheet.write_datetime_with_format(row, column, day, &styles.day)?;
            sheet.write_string(row, column + 1, first.dimension.as_str())?;
            let whole = first.dimension == Dimension::Ensemble;
            sheet.write_string(row, column + 2, if whole { "toutes" } else { &first.modalite })?;
            for (at, column) in (0..width).zip(column + 3..) {
                figure(sheet, row, column, value(group, place, at))?;
            }
            row += 1;
        }
    }
    Ok(())
}

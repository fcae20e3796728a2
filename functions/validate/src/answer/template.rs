//! The blank template: one row of headers to fill under, and a sheet that describes each column.
//!
//! It has no example row: an example left in place would be somebody who does not exist.

use domain::upload::MAX_ROWS;
use domain::validate::schema::{Field, Shape, fields};
use domain::validate::{Kind, Need};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Format, FormatAlign, Note,
    Workbook, Worksheet, XlsxError,
};

use super::workbook::{harmless, new_workbook};

/// The name to give to the file.
pub const NAME: &str = "modele-effectifs.xlsx";

/// The template, as an XLSX workbook. Always the same bytes.
pub fn template() -> Result<Vec<u8>, XlsxError> {
    let fields = fields();
    let mut workbook = new_workbook()?;
    list(workbook.add_worksheet().set_name("Modèle")?, &fields)?;
    description(&mut workbook, &fields)?;
    workbook.save_to_buffer()
}

/// The header as the template writes it: `*` mandatory, `**` expected in some cases.
fn header(field: &Field) -> String {
    let mark = match (field.column.need(), field.when) {
        (Need::Mandatory, _) => " *",
        (Need::Optional, Some(_)) => " **",
        (Need::Optional, None) => "",
    };
    format!("{}{mark}", field.column)
}

fn need(field: &Field) -> String {
    match (field.column.need(), field.when) {
        (Need::Mandatory, _) => "Oui".to_owned(),
        (Need::Optional, Some(when)) => format!("Oui, {when}"),
        (Need::Optional, None) => "Non".to_owned(),
    }
}

fn list(sheet: &mut Worksheet, fields: &[Field]) -> Result<(), XlsxError> {
    let format = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(0xF3_F0_E9);
    let mandatory = format.clone().set_background_color(0xCF_E5_E0);
    for (place, field) in (0_u16..).zip(fields) {
        let format = if field.column.need() == Need::Mandatory { &mandatory } else { &format };
        sheet.write_string_with_format(0, place, header(field), format)?;
        let note = format!(
            "{}\nObligatoire : {}.\n{}.\nExemple : {}",
            field.description,
            need(field).to_lowercase(),
            field.shape.says(),
            field.example
        );
        let note = Note::new(note).add_author_prefix(false).set_width(320).set_height(140);
        sheet.insert_note(0, place, &note)?;
        let cells = match field.column.kind() {
            Kind::Date => "dd/mm/yyyy",
            Kind::Number => "0",
            _ => "@",
        };
        sheet.set_column_format(place, &Format::new().set_num_format(cells))?;
        sheet.set_column_width(place, 22)?;
        if let Some(validation) = validation(field)? {
            sheet.add_data_validation(1, place, MAX_ROWS, place, &validation)?;
        }
    }
    sheet.set_row_height(0, 45)?.set_freeze_panes(1, 2)?;
    Ok(())
}

/// What the spreadsheet itself checks. It warns and never forbids: our reader accepts more.
fn validation(field: &Field) -> Result<Option<DataValidation>, XlsxError> {
    let validation = DataValidation::new();
    let validation = match field.shape {
        Shape::Number(least, most) => validation.allow_whole_number(DataValidationRule::Between(
            least.cast_signed(),
            most.cast_signed(),
        )),
        shape => match shape.proposed() {
            Some(proposed) => validation.allow_list_strings(&proposed)?,
            None => return Ok(None),
        },
    };
    let validation = validation
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("Valeur inattendue")?
        .set_error_message(field.shape.says().chars().take(200).collect::<String>())?;
    Ok(Some(validation))
}

fn description(workbook: &mut Workbook, fields: &[Field]) -> Result<(), XlsxError> {
    const INTRODUCTION: &str = "Une ligne par apprenant et par formation, dans l’onglet « Modèle ». * : à remplir à chaque ligne. ** : à remplir dans le cas indiqué. Les autres colonnes sont facultatives ; l’ordre des colonnes est libre. Pour vider une valeur déjà envoyée, écrivez #EFFACER.";
    let bold = Format::new().set_bold().set_background_color(0xF3_F0_E9);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
    let sheet = workbook.add_worksheet().set_name("Description des données")?;
    for (place, width) in (0..).zip([44.0, 26.0, 60.0, 60.0, 26.0]) {
        sheet.set_column_width(place, width)?;
    }
    sheet.merge_range(0, 0, 0, 4, INTRODUCTION, &wrapped)?.set_row_height(0, 50)?;
    let titles = ["Nom du champ", "Obligatoire", "Description", "Format", "Exemple"];
    for (place, title) in (0..).zip(titles) {
        sheet.write_string_with_format(2, place, title, &bold)?;
    }
    for (line, field) in (3..).zip(fields) {
        let cells = [
            header(field),
            need(field),
            field.description.clone().into_owned(),
            field.shape.says().into_owned(),
            field.example.clone().into_owned(),
        ];
        for (place, cell) in (0..).zip(&cells) {
            sheet.write_string_with_format(line, place, harmless(cell), &wrapped)?;
        }
    }
    sheet.set_freeze_panes(3, 1)?;
    Ok(())
}

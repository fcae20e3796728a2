//! The data beside each page: `/region/53/donnees.csv` is what `/region/53/` shows, in the columns of
//! the national file.

use std::borrow::Cow;

use domain::vocabulary::Day;
use open_data::tables::{self, INDICATEURS};
use open_data::v1::OpenData;
use site::fichiers::{Fichiers, fichiers};

use crate::packed::Files;
use crate::{files, sheets};

/// Every file beside a page.
pub(crate) fn all(data: &OpenData, dates: &[Day], files: &mut Files) -> anyhow::Result<()> {
    for beside in fichiers(data) {
        let Fichiers { formats, series, .. } = &beside;
        for format in *formats {
            let mut body = Vec::new();
            match *format {
                "csv" => {
                    let rows = tables::indicateurs(&data.dates, series);
                    files::csv(&mut body, &INDICATEURS, rows)?;
                }
                "json" => files::folded(&mut body, &data.dates, series)?,
                "parquet" => body = store::write_series(dates, series.iter().map(Cow::Borrowed))?,
                _ => body = sheets::of(data, &beside)?,
            }
            files.add(&beside.path(format), body)?;
        }
    }
    Ok(())
}

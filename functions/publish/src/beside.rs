//! The data beside each page: `/region/53/donnees.csv` is what `/region/53/` shows, in the columns of
//! the national file.

use std::borrow::Cow;

use domain::vocabulary::Day;
use open_data::tables::{self, INDICATEURS};
use open_data::v1::OpenData;
use site::fichiers::fichiers;

use crate::version::File;
use crate::{files, sheets};

/// Every file beside a page.
pub(crate) fn all(data: &OpenData, dates: &[Day]) -> anyhow::Result<Vec<File>> {
    let mut written = Vec::new();
    for beside in fichiers(data) {
        for format in beside.formats {
            let body = match *format {
                "csv" => {
                    files::csv(&INDICATEURS, tables::indicateurs(&data.dates, &beside.series))?
                }
                "json" => files::folded(&data.dates, &beside.series)?,
                "parquet" => store::write_series(dates, beside.series.iter().map(Cow::Borrowed))?,
                _ => sheets::of(data, &beside)?,
            };
            written.push(File { path: beside.path(format), body });
        }
    }
    Ok(written)
}

//! The number formats of Excel that show a day.

/// Whether a format that every workbook has shows a day.
pub(super) fn is_date(format: u16) -> bool {
    matches!(format, 14..=17 | 22 | 27..=31 | 36 | 50..=58)
}

/// Whether a format shows a day: it names years or days, or months and no hours.
pub(super) fn shows_a_date(format: &str) -> bool {
    let (mut month, mut hours) = (false, false);
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter.to_ascii_lowercase() {
            // What is escaped, quoted or between brackets is no code.
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.find(|letter| *letter == '"')),
            // But `[h]`, which counts hours past a day.
            '[' => {
                let mut inside = letters.by_ref().take_while(|letter| *letter != ']');
                hours |= inside.next() == Some('h');
                inside.for_each(drop);
            }
            'y' | 'd' => return true,
            'm' => month = true,
            'h' | 's' => hours = true,
            _ => {}
        }
    }
    month && !hours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_others() {
        for date in
            ["dd/mm/yyyy", "[$-40C]d mmmm yyyy;@", "mmm\\-yy", "yyyy\\-mm\\-dd hh:mm", "mmmm"]
        {
            assert!(shows_a_date(date), "{date}");
        }
        for other in
            ["General", "0", "[Red]0.00", "\"jours d\"0", "\\d0", "hh:mm:ss", "[h]:mm", "@", "0_d"]
        {
            assert!(!shows_a_date(other), "{other}");
        }
    }
}

//! Numbers, dates, plurals and typography as a French reader expects them.
//!
//! Only how to say things; what is said is decided by the pages.

use crate::calendar::Jour;

/// The narrow no-break space, between thousands and before `%`, `;`, `?`.
pub const FINE: char = '\u{202f}';
/// The no-break space, before `:` and inside quotes.
const INSECABLE: char = '\u{a0}';

/// « 21 430 ».
pub fn nombre(valeur: u32) -> String {
    let digits = valeur.to_string();
    let mut text = String::with_capacity(digits.len() + 2 * FINE.len_utf8());
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(FINE);
        }
        text.push(digit);
    }
    text
}

/// « 3,1 % » from 3.12; « 12 % » from ten on, where a decimal adds nothing.
pub fn pourcentage(valeur: f64) -> String {
    let dixiemes = (valeur.abs() * 10.0).round() as u32;
    if dixiemes < 100 && !dixiemes.is_multiple_of(10) {
        format!("{},{}{FINE}%", dixiemes / 10, dixiemes % 10)
    } else {
        format!("{}{FINE}%", nombre(valeur.abs().round() as u32))
    }
}

/// « 3,1 % » from 31 tenths of a percent.
pub fn dixiemes(dixiemes: u32) -> String {
    pourcentage(f64::from(dixiemes) / 10.0)
}

/// The French plural begins at two: « 0 apprenti », « 1 apprenti », « 2 apprentis ».
pub fn accord<'a>(combien: u32, singulier: &'a str, pluriel: &'a str) -> &'a str {
    if combien < 2 { singulier } else { pluriel }
}

/// « 2 apprentis ».
pub fn compte(combien: u32, singulier: &str, pluriel: &str) -> String {
    format!("{}{INSECABLE}{}", nombre(combien), accord(combien, singulier, pluriel))
}

/// « 31 octobre 2026 », « 1er novembre 2026 ».
pub fn date(jour: Jour) -> String {
    format!("{} {}", jour_et_mois(jour), jour.annee)
}

/// « 31 octobre ».
pub fn jour_et_mois(jour: Jour) -> String {
    format!("{}{INSECABLE}{}", numero(jour), mois(jour.mois))
}

fn numero(jour: Jour) -> String {
    if jour.jour == 1 { "1er".to_owned() } else { jour.jour.to_string() }
}

/// « 31 oct. 2026 », where there is little room.
pub fn date_courte(jour: Jour) -> String {
    format!("{}{INSECABLE}{} {}", numero(jour), mois_court(jour.mois), jour.annee)
}

/// « octobre 2026 ».
pub fn mois_et_annee(jour: Jour) -> String {
    format!("{} {}", mois(jour.mois), jour.annee)
}

/// « octobre ».
pub fn mois(numero: u32) -> &'static str {
    MOIS[(numero.clamp(1, 12) - 1) as usize].0
}

/// « oct. », for axes.
pub fn mois_court(numero: u32) -> &'static str {
    MOIS[(numero.clamp(1, 12) - 1) as usize].1
}

const MOIS: [(&str, &str); 12] = [
    ("janvier", "janv."),
    ("février", "févr."),
    ("mars", "mars"),
    ("avril", "avr."),
    ("mai", "mai"),
    ("juin", "juin"),
    ("juillet", "juil."),
    ("août", "août"),
    ("septembre", "sept."),
    ("octobre", "oct."),
    ("novembre", "nov."),
    ("décembre", "déc."),
];

/// How a count moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Variation {
    /// Less than half a tenth of a percent, or nobody.
    Stable,
    /// In percent of a base large enough to bear it.
    Pourcent(f64),
    /// In learners, where a percentage of so few would mislead.
    Nombre(i64),
}

impl Variation {
    /// As it is said; `None` where nothing can be compared.
    pub fn de(variation: open_data::variation::Variation) -> Option<Self> {
        let open_data::variation::Variation::Known { difference, percent } = variation else {
            return None;
        };
        Some(match percent {
            _ if difference == 0 => Self::Stable,
            Some(percent) if percent.abs() < 0.05 => Self::Stable,
            Some(percent) => Self::Pourcent(percent),
            None => Self::Nombre(difference),
        })
    }

    /// « +3,1 % », « −4 % », « +2 », « stable ».
    pub fn signe(self) -> String {
        let signe = |negatif| if negatif { '−' } else { '+' };
        match self {
            Self::Stable => "stable".to_owned(),
            Self::Pourcent(valeur) => format!("{}{}", signe(valeur < 0.0), pourcentage(valeur)),
            Self::Nombre(ecart) => {
                format!("{}{}", signe(ecart < 0), nombre(ecart.unsigned_abs() as u32))
            }
        }
    }

    /// « 3,1 % de plus que », « 2 de moins que », « autant que », to be followed by a date.
    pub fn comparaison(self) -> String {
        let sens = |negatif| if negatif { "de moins" } else { "de plus" };
        match self {
            Self::Stable => "autant".to_owned(),
            Self::Pourcent(valeur) => format!("{} {}", pourcentage(valeur), sens(valeur < 0.0)),
            Self::Nombre(ecart) => {
                format!("{} {}", nombre(ecart.unsigned_abs() as u32), sens(ecart < 0))
            }
        }
    }
}

/// Sets the spaces and apostrophes of a page: « : » and « ; » keep to the word before, « ' »
/// becomes « ’ ». Tags, `code`, `pre`, scripts and `title` attributes are left as they are; the empty
/// comments that would part texts for an island are left out.
pub fn typographie(html: &str) -> String {
    let mut text = String::with_capacity(html.len() + html.len() / 16);
    let mut verbatim = false;
    let mut rest = html;
    while let Some((words, from)) = split_at_byte(rest, b'<') {
        let (tag, after) = split_at_byte(from, b'>').unwrap_or((from, ""));
        if verbatim {
            text.push_str(words);
        } else {
            typeset(words, &mut text);
        }
        rest = after.strip_prefix('>').unwrap_or(after);
        match tag {
            "<!" => continue,
            "<code" | "<pre" => verbatim = true,
            "</code" | "</pre" | "</script" => verbatim = false,
            _ if tag.starts_with("<script") => verbatim = true,
            _ => {}
        }
        text.push_str(&from[..from.len() - rest.len()]);
    }
    typeset(rest, &mut text);
    text
}

/// What is before an ASCII sign, and what begins with it.
fn split_at_byte(text: &str, sign: u8) -> Option<(&str, &str)> {
    text.as_bytes().iter().position(|byte| *byte == sign).map(|at| text.split_at(at))
}

/// With a capital at its beginning.
pub fn majuscule(texte: &str) -> String {
    let mut lettres = texte.chars();
    lettres.next().into_iter().flat_map(char::to_uppercase).chain(lettres).collect()
}

/// Enough to sort names, and to compare them: no accents, no capitals.
pub fn sans_accents(nom: &str) -> String {
    let lettre = |lettre: char| match lettre {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        '’' | '-' => ' ',
        autre => autre,
    };
    nom.chars().flat_map(char::to_lowercase).map(lettre).collect()
}

/// A text of an attribute, typeset: [`typographie`] leaves attributes as they are.
pub fn composee(texte: &str) -> String {
    let mut text = String::with_capacity(texte.len());
    typeset(texte, &mut text);
    text
}

fn typeset(words: &str, text: &mut String) {
    // What may call for another sign: ASCII but for the quotes, which begin by this byte.
    let is_sign = |byte: &u8| matches!(byte, b'\'' | b':' | b';' | b'?' | b'%' | 0xC2);
    let mut rest = words;
    while let Some(at) = rest.as_bytes().iter().position(is_sign) {
        let (before, from) = rest.split_at(at);
        let sign = from.chars().next().unwrap_or_default();
        let space = match sign {
            ':' | '»' => INSECABLE,
            ';' | '?' | '%' => FINE,
            _ => ' ',
        };
        match before.strip_suffix(' ') {
            Some(word) => text.extend([word, space.encode_utf8(&mut [0; 4])]),
            None => text.push_str(before),
        }
        text.push(if sign == '\'' { '’' } else { sign });
        rest = &from[sign.len_utf8()..];
        if sign == '«'
            && let Some(after) = rest.strip_prefix(' ')
        {
            text.push(INSECABLE);
            rest = after;
        }
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted_by_a_narrow_space() {
        assert_eq!(nombre(0), "0");
        assert_eq!(nombre(999), "999");
        assert_eq!(nombre(1_000), "1\u{202f}000");
        assert_eq!(nombre(21_430), "21\u{202f}430");
        assert_eq!(nombre(1_002_003), "1\u{202f}002\u{202f}003");
    }

    #[test]
    fn a_percentage_has_a_comma_and_no_idle_decimal() {
        assert_eq!(pourcentage(5.14), "5,1\u{202f}%");
        assert_eq!(pourcentage(-4.0), "4\u{202f}%");
        assert_eq!(pourcentage(12.6), "13\u{202f}%");
        assert_eq!(pourcentage(9.96), "10\u{202f}%");
        assert_eq!(pourcentage(1234.0), "1\u{202f}234\u{202f}%");
    }

    #[test]
    fn the_plural_begins_at_two() {
        assert_eq!(compte(0, "apprenti", "apprentis"), "0\u{a0}apprenti");
        assert_eq!(compte(1, "apprenti", "apprentis"), "1\u{a0}apprenti");
        assert_eq!(compte(2, "apprenti", "apprentis"), "2\u{a0}apprentis");
    }

    #[test]
    fn the_first_of_a_month_is_ordinal() {
        let dit = |texte| date(Jour::lire(texte).unwrap());
        assert_eq!(dit("2026-10-31"), "31\u{a0}octobre 2026");
        assert_eq!(dit("2026-11-01"), "1er\u{a0}novembre 2026");
        let courte = |texte| date_courte(Jour::lire(texte).unwrap());
        assert_eq!(courte("2026-10-31"), "31\u{a0}oct. 2026");
        assert_eq!(courte("2026-08-01"), "1er\u{a0}août 2026");
    }

    #[test]
    fn a_variation_is_a_percentage_only_of_enough_learners() {
        let entre = |avant, apres| {
            let [avant, apres] = [avant, apres].map(open_data::v1::Valeur::Connue);
            Variation::de(open_data::variation::variation(apres, Some(avant))).unwrap()
        };
        assert_eq!(entre(1000, 1031).signe(), "+3,1\u{202f}%");
        assert_eq!(entre(1000, 960).signe(), "−4\u{202f}%");
        assert_eq!(entre(10, 12).signe(), "+2");
        assert_eq!(entre(0, 7).signe(), "+7");
        assert_eq!(entre(8, 8).signe(), "stable");
        assert_eq!(entre(100_000, 100_010).signe(), "stable");
        assert_eq!(entre(1000, 1031).comparaison(), "3,1\u{202f}% de plus");
        assert_eq!(entre(10, 7).comparaison(), "3 de moins");
        assert_eq!(entre(50, 50).comparaison(), "autant");
    }

    #[test]
    fn names_are_sorted_without_their_accents() {
        assert_eq!(sans_accents("Côte-d’Or"), "cote d or");
        assert!(sans_accents("Île-de-France") < sans_accents("La Réunion"));
    }

    #[test]
    fn typography_keeps_to_the_text() {
        assert_eq!(
            typographie("<p title=\"l'un : x\">l'un : <code>a : 'b'</code> « oui » ; 3 %</p>"),
            "<p title=\"l'un : x\">l’un\u{a0}: <code>a : 'b'</code> «\u{a0}oui\u{a0}»\u{202f}; 3\u{202f}%</p>"
        );
    }
}

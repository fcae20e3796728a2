//! An e-mail address: its form, not whether somebody reads it.

/// Whether a text is an e-mail address: one `@`, and a domain with a dot.
pub(super) fn is_email(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else { return false };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    let Some(dot) = domain.iter().rposition(|byte| *byte == b'.') else { return false };
    let last = &text[at + 1 + dot + 1..];
    let letters_fit = || {
        let forbidden = |c: char| c.is_whitespace() || c.is_control();
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
        !text[..at].contains(forbidden) && text[at + 1..].chars().all(fits)
    };
    local.len() <= 64
        && domain.len() <= 253
        && consists_of(LOCAL, local)
        && consists_of(DOMAIN, domain)
        && labels(local).all(|label| !label.is_empty())
        && labels(domain).all(|label| !matches!(label, [] | [b'-', ..] | [.., b'-']))
        && (text.is_ascii() || letters_fit())
        && last.chars().nth(1).is_some()
        && last.chars().all(char::is_alphabetic)
}

fn labels(part: &[u8]) -> impl Iterator<Item = &[u8]> {
    part.split(|byte| *byte == b'.')
}

fn consists_of(part: u8, bytes: &[u8]) -> bool {
    bytes.iter().fold(part, |all, byte| all & PARTS[usize::from(*byte)]) == part
}

const LOCAL: u8 = 1;
const DOMAIN: u8 = 2;

/// In which parts each byte may be: every address asks for every byte. Letters beyond ASCII are
/// looked at apart.
const PARTS: [u8; 256] = {
    let mut parts = [0; 256];
    let mut byte = 0;
    while byte < parts.len() {
        parts[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | 0x80.. => LOCAL | DOMAIN,
            ..=b' '
            | b'"'
            | b','
            | b':'
            | b';'
            | b'<'
            | b'>'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'\\'
            | 0x7f => 0,
            _ => LOCAL,
        };
        byte += 1;
    }
    parts
};

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_is_told_from_what_is_not() {
        for good in
            ["a.b@domain.tld", "o'neil+cfa@sous.domaine.fr", "élève@académie.fr", "-@a-b.fr"]
        {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "a",
            "a@b",
            "@b.fr",
            "a@@b.fr",
            "a b@c.fr",
            "a@b..fr",
            "a@b.fr;c@d.fr",
            "a@-b.fr",
            "a@b-.fr",
            "a@b.f1",
            ".a@b.fr",
            "a.@b.fr",
            "a..b@c.fr",
            "a@.b.fr",
            "a@b.fr.",
            "(a)@b.fr",
            "a@b_c.fr",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}

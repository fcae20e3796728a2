//! An image of few colours, drawn in pixels: text, lines, discs; then written as a PNG.
//!
//! A pixel is a colour and how much of it covers the paper, in one byte: what the palette of a PNG
//! holds. The same drawing gives the same bytes on every machine: shapes are made of sums and square
//! roots, and nothing looks at what the processor can do.
//!
//! The letters are those of the titles. `public/bricolage-grotesque.ttf` is the font of the pages as it
//! was before it was packed, with nothing but its outlines (fonttools 4, `public/OFL.txt`):
//!
//! ```sh
//! fonttools ttLib.woff2 decompress -o whole.ttf bricolage-grotesque.woff2
//! pyftsubset whole.ttf --output-file=bricolage-grotesque.ttf --unicodes='*' --no-hinting \
//!     --layout-features= --drop-tables+=STAT,GDEF,GPOS,GSUB,gasp,prep
//! ```

use ttf_parser::{Face, OutlineBuilder};
use zeno::{Cap, Command, Fill, Mask, PathBuilder as _, Stroke, Style};

const POLICE: &[u8] = include_bytes!("../../../public/bricolage-grotesque.ttf");

/// How finely a colour covers the paper: as much as the eye sees, and no more to compress.
const DEGRES: u8 = 8;

/// How hard pixels are compressed: harder takes three times as long to save a quarter.
const EFFORT: u8 = 1;

/// A colour of the palette, by its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Couleur(pub(super) u8);

/// An image that is being drawn.
pub(super) struct Toile {
    large: u32,
    haut: u32,
    pixels: Vec<u8>,
}

impl Toile {
    pub(super) fn new(large: u32, haut: u32) -> Self {
        Self { large, haut, pixels: vec![0; (large * haut) as usize] }
    }

    /// A line of text, whose first letter stands at this place.
    pub(super) fn texte(&mut self, x: f32, y: f32, corps: f32, couleur: Couleur, texte: &str) {
        let Some(police) = police() else { return };
        let echelle = corps / f32::from(police.units_per_em());
        let mut lettre = Lettre { traces: Vec::new(), echelle, x, y };
        // One at a time: a long line of small shapes costs more together than apart.
        for glyphe in texte.chars().filter_map(|lettre| police.glyph_index(lettre)) {
            lettre.traces.clear();
            police.outline_glyph(glyphe, &mut lettre);
            self.forme(&lettre.traces, Style::Fill(Fill::NonZero), couleur);
            lettre.x += echelle * f32::from(police.glyph_hor_advance(glyphe).unwrap_or(0));
        }
    }

    /// A line through these points, with round ends: a lone one is a dot.
    pub(super) fn ligne(&mut self, points: &[(f32, f32)], epaisseur: f32, couleur: Couleur) {
        let mut trait_ = Stroke::new(epaisseur);
        trait_.cap(Cap::Round);
        if let [seul] = *points {
            self.disque(seul, epaisseur / 2.0, couleur);
        }
        // One at a time too: apart, they go over less paper.
        for bouts in points.windows(2) {
            let traces = [Command::MoveTo(bouts[0].into()), Command::LineTo(bouts[1].into())];
            self.forme(&traces, Style::Stroke(trait_), couleur);
        }
    }

    /// A disc.
    pub(super) fn disque(&mut self, (x, y): (f32, f32), rayon: f32, couleur: Couleur) {
        let mut traces = Vec::new();
        traces.add_circle((x, y), rayon);
        self.forme(&traces, Style::Fill(Fill::NonZero), couleur);
    }

    fn forme(&mut self, traces: &[Command], style: Style, couleur: Couleur) {
        let (couverture, place) = Mask::new(traces).style(style).render();
        let (large, haut) = (i64::from(self.large), i64::from(self.haut));
        for (y, rangee) in
            (i64::from(place.top)..).zip(couverture.chunks(place.width.max(1) as usize))
        {
            for (x, &part) in (i64::from(place.left)..).zip(rangee).filter(|(_, part)| **part > 0) {
                if !(0..large).contains(&x) || !(0..haut).contains(&y) {
                    continue;
                }
                let degre = (u16::from(part) * u16::from(DEGRES)).div_ceil(255) as u8;
                let pixel = &mut self.pixels[(y * large + x) as usize];
                let (avant, apres) = (*pixel, couleur.0 * DEGRES + degre);
                // The edge of a shape lets what is below it be seen, its inside does not.
                let la_meme = avant > 0 && (avant - 1) / DEGRES == couleur.0;
                if avant == 0 || if la_meme { apres > avant } else { degre > DEGRES / 2 } {
                    *pixel = apres;
                }
            }
        }
    }
}

/// How wide a text is, set in so large letters.
pub(super) fn largeur(texte: &str, corps: f32) -> f32 {
    let Some(police) = police() else { return 0.0 };
    let avance = |lettre| police.glyph_hor_advance(police.glyph_index(lettre)?);
    let tout: f32 = texte.chars().filter_map(avance).map(f32::from).sum();
    tout * corps / f32::from(police.units_per_em())
}

/// Whether a letter can be drawn.
#[cfg(test)]
pub(super) fn existe(lettre: char) -> bool {
    police().is_some_and(|police| police.glyph_index(lettre).is_some())
}

fn police() -> Option<Face<'static>> {
    Face::parse(POLICE, 0).ok()
}

/// The outline of a letter, where it stands.
struct Lettre {
    traces: Vec<Command>,
    echelle: f32,
    x: f32,
    y: f32,
}

impl Lettre {
    /// The page goes down, letters go up.
    fn point(&self, x: f32, y: f32) -> zeno::Point {
        (self.x + self.echelle * x, self.y - self.echelle * y).into()
    }
}

impl OutlineBuilder for Lettre {
    fn move_to(&mut self, x: f32, y: f32) {
        self.traces.push(Command::MoveTo(self.point(x, y)));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.traces.push(Command::LineTo(self.point(x, y)));
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.traces.push(Command::QuadTo(self.point(x1, y1), self.point(x, y)));
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let [un, deux] = [self.point(x1, y1), self.point(x2, y2)];
        self.traces.push(Command::CurveTo(un, deux, self.point(x, y)));
    }
    fn close(&mut self) {
        self.traces.push(Command::Close);
    }
}

type Rvb = [u8; 3];

impl Toile {
    /// The image, on paper of this colour, as a PNG. Writing in memory does not fail.
    pub(super) fn png(&self, papier: Rvb, couleurs: &[Rvb]) -> Vec<u8> {
        self.ecrire(palette(papier, couleurs)).unwrap_or_default()
    }

    fn ecrire(&self, palette: Vec<u8>) -> Result<Vec<u8>, png::EncodingError> {
        let mut octets = Vec::new();
        let mut png = png::Encoder::new(&mut octets, self.large, self.haut);
        png.set_color(png::ColorType::Indexed);
        png.set_palette(palette);
        png.set_deflate_compression(png::DeflateCompression::Level(EFFORT));
        png.set_filter(png::Filter::NoFilter);
        png.write_header()?.write_image_data(&self.pixels)?;
        Ok(octets)
    }
}

/// The colours of the pixels: paper, then each colour, the more of it the further.
fn palette(papier: Rvb, couleurs: &[Rvb]) -> Vec<u8> {
    let mut palette = papier.to_vec();
    for couleur in couleurs {
        for degre in 1..=DEGRES {
            let part = |rang: usize| {
                let [papier, encre] = [papier[rang], couleur[rang]].map(u32::from);
                let [degre, tous] = [degre, DEGRES].map(u32::from);
                ((papier * (tous - degre) + encre * degre + tous / 2) / tous) as u8
            };
            palette.extend([part(0), part(1), part(2)]);
        }
    }
    palette
}

//! The reference datasets: the organisations, their networks, the certifications, the employment
//! zones. An operator drops them as files; each may be missing, and what it would have told is then
//! *non renseigné*, never a guess.
//!
//! Not here: how a file is read and judged (`crate::validate::reference`).

use std::collections::BTreeMap;

use super::commune::city_of;
use super::{Cfd, Organisation, Reference, Rncp, Siret};

/// INSEE code of a commune.
pub type Commune = [u8; 5];

/// Everything that is known beside the records. Empty: nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// The organisations.
    pub organisations: Reference,
    /// The networks of each organisation.
    pub networks: Networks,
    /// What is known of certifications.
    pub certifications: Certifications,
    /// The employment zone of each commune.
    pub zones: Zones,
}

impl References {
    /// The national networks of an organisation, in order of their codes. Empty when the list of
    /// networks does not name it, or is not there: [`Networks::is_empty`] tells.
    pub fn networks_of(&self, organisation: &Organisation) -> &[&'static Network] {
        self.networks.of(organisation)
    }

    /// What is known of what a learner prepares: by its RNCP code, else by its CFD code.
    pub fn certification(&self, rncp: Option<Rncp>, cfd: Option<Cfd>) -> Option<&Certification> {
        let by = |code| self.certifications.by_code.get(&code);
        rncp.map(Code::Rncp).and_then(by).or_else(|| cfd.map(Code::Cfd).and_then(by))
    }

    /// The employment zone of a commune.
    pub fn zone_of_commune(&self, commune: Commune) -> Option<&Zone> {
        self.zones.of_commune(commune)
    }

    /// The employment zone where an organisation is, when its commune is known.
    pub fn zone_of(&self, organisation: &Organisation) -> Option<&Zone> {
        self.zones.of_commune(self.organisations.get(organisation)?.commune_code?)
    }
}

/// A national network of training centres, or an occupational body that holds some.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    /// Its key: `CFA_EC`.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// An operator of skills (OPCO).
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opco {
    /// Its key: `2I`.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// The national networks (`domain.md` §5), by code.
pub const NETWORKS: &[Network] = &[
    Network { code: "ADEN", name: "Aden Formations" },
    Network { code: "AFPA", name: "Afpa" },
    Network { code: "AFTRAL", name: "Aftral" },
    Network { code: "AGRI", name: "Enseignement agricole public" },
    Network { code: "AGRI_CNEAP", name: "Enseignement agricole privé (CNEAP)" },
    Network { code: "AGRI_UNMFREO", name: "Maisons familiales rurales (UNMFREO)" },
    Network { code: "AGRI_UNREP", name: "Enseignement agricole rural privé (UNREP)" },
    Network { code: "AMUE", name: "Universités (AMUE)" },
    Network { code: "CCI", name: "Chambres de commerce et d'industrie" },
    Network { code: "CFA_EC", name: "CFA de l'enseignement catholique" },
    Network { code: "CFA_SAT", name: "CFA sport, animation, tourisme" },
    Network { code: "CMA", name: "Chambres de métiers et de l'artisanat" },
    Network { code: "COMP_DU_DEVOIR", name: "Compagnons du Devoir" },
    Network { code: "COMP_DU_TOUR_DE_FRANCE", name: "Compagnons du Tour de France" },
    Network { code: "EDUSERVICES", name: "Eduservices" },
    Network { code: "EN_CFA_ACADEMIQUE", name: "Éducation nationale : CFA académiques" },
    Network { code: "EN_EPLE", name: "Éducation nationale : lycées" },
    Network { code: "EN_HORS_MURS", name: "Éducation nationale : CFA hors les murs" },
    Network { code: "GRETA", name: "Greta" },
    Network { code: "MFR", name: "Maisons familiales rurales" },
    Network { code: "UIMM", name: "UIMM" },
];

/// The eleven OPCO, by code.
pub const OPCOS: &[Opco] = &[
    Opco { code: "2I", name: "OPCO 2i" },
    Opco { code: "AFDAS", name: "Afdas" },
    Opco { code: "AKTO", name: "Akto" },
    Opco { code: "ATLAS", name: "Atlas" },
    Opco { code: "CONSTRUCTYS", name: "Constructys" },
    Opco { code: "EP", name: "OPCO EP" },
    Opco { code: "MOBILITE", name: "OPCO Mobilités" },
    Opco { code: "OCAPIAT", name: "Ocapiat" },
    Opco { code: "OPCOMMERCE", name: "L'Opcommerce" },
    Opco { code: "SANTE", name: "OPCO Santé" },
    Opco { code: "UNIFORMATION", name: "Uniformation" },
];

/// The network of this key, whatever its case.
pub fn network(code: &str) -> Option<&'static Network> {
    let code = code.trim();
    NETWORKS.iter().find(|known| known.code.eq_ignore_ascii_case(code))
}

/// The OPCO of this key, whatever its case.
pub fn opco(code: &str) -> Option<&'static Opco> {
    let code = code.trim();
    OPCOS.iter().find(|known| known.code.eq_ignore_ascii_case(code))
}

/// The networks of each organisation. They are those of its SIRET: the lists of the networks often
/// lack the UAI, or give one of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks {
    by_siret: BTreeMap<Siret, Vec<&'static Network>>,
}

impl Networks {
    /// Members, in any order; one said twice is one.
    pub fn new(members: impl IntoIterator<Item = (Siret, &'static Network)>) -> Self {
        let mut by_siret = BTreeMap::<Siret, Vec<&'static Network>>::new();
        for (siret, network) in members {
            let networks = by_siret.entry(siret).or_default();
            if let Err(place) = networks.binary_search(&network) {
                networks.insert(place, network);
            }
        }
        Self { by_siret }
    }

    /// Whether no member is known: the dataset is not there.
    pub fn is_empty(&self) -> bool {
        self.by_siret.is_empty()
    }

    fn of(&self, organisation: &Organisation) -> &[&'static Network] {
        self.by_siret.get(&organisation.siret).map_or(&[], Vec::as_slice)
    }
}

/// What names a certification: one of its two codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// In the national directory.
    Rncp(Rncp),
    /// Of the diploma.
    Cfd(Cfd),
}

impl Code {
    /// `RNCP35316`, prefix and all, or the eight characters of a CFD.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("RNCP") {
            Some(_) => Rncp::parse(text).map(Self::Rncp),
            None => Cfd::parse(text).map(Self::Cfd),
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rncp(rncp) => rncp.fmt(f),
            Self::Cfd(cfd) => cfd.fmt(f),
        }
    }
}

/// What is known of a certification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    /// Its code.
    pub code: Code,
    /// Its name; empty when the dataset does not say.
    pub label: String,
    /// Its European level, 3 to 8.
    pub level: Option<u8>,
    /// Its professional domain; empty when the dataset does not say.
    pub domain: String,
    /// The OPCO that may pay for it, in order of their codes.
    pub opcos: Vec<&'static Opco>,
}

/// What is known of certifications, by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certifications {
    by_code: BTreeMap<Code, Certification>,
}

impl Certifications {
    /// A list; a code given twice keeps its first line.
    pub fn new(list: impl IntoIterator<Item = Certification>) -> Self {
        let mut by_code = BTreeMap::new();
        for certification in list {
            by_code.entry(certification.code).or_insert(certification);
        }
        Self { by_code }
    }

    /// Whether nothing is known: the dataset is not there.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }
}

/// An employment zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zone {
    /// Four digits.
    pub code: String,
    /// Its name; the code when the dataset does not say.
    pub label: String,
}

/// A line of the dataset of zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneLine {
    /// INSEE code.
    pub commune: Commune,
    /// Its name; empty when the dataset does not say.
    pub commune_name: String,
    /// Code of the zone.
    pub zone: String,
    /// Name of the zone; empty when the dataset does not say.
    pub label: String,
}

/// The employment zone of each commune.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Zones {
    /// By code, in order.
    all: Vec<Zone>,
    by_commune: BTreeMap<Commune, u16>,
}

impl Zones {
    /// A list; a commune given twice keeps its first line.
    pub fn new(list: impl IntoIterator<Item = ZoneLine>) -> Self {
        let mut labels = BTreeMap::<String, String>::new();
        let mut of = BTreeMap::<Commune, String>::new();
        for ZoneLine { commune, zone, label, .. } in list {
            if of.contains_key(&commune) {
                continue;
            }
            let known = labels.entry(zone.clone()).or_default();
            if known.is_empty() {
                *known = label;
            }
            of.insert(commune, zone);
        }
        let all: Vec<Zone> = labels
            .into_iter()
            .map(|(code, label)| Zone {
                label: if label.is_empty() { code.clone() } else { label },
                code,
            })
            .collect();
        let place = |code: &String| all.partition_point(|zone| zone.code < *code) as u16;
        let by_commune = of.iter().map(|(commune, code)| (*commune, place(code))).collect();
        Self { all, by_commune }
    }

    /// Every zone, in order of its code.
    pub fn iter(&self) -> impl Iterator<Item = &Zone> {
        self.all.iter()
    }

    /// Whether no zone is known: the dataset is not there.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The zone of a commune; that of its city, for an arrondissement that is not listed.
    fn of_commune(&self, commune: Commune) -> Option<&Zone> {
        let of = |commune| self.by_commune.get(&commune);
        let place = of(commune).or_else(|| of(city_of(commune)))?;
        self.all.get(usize::from(*place))
    }
}

/// The five characters of the INSEE code of a commune: `01053`, `2A004`.
pub fn commune(text: &str) -> Option<Commune> {
    let code: Commune = text.as_bytes().try_into().ok()?;
    let rest = if matches!(&code[..2], b"2A" | b"2B") { &code[2..] } else { &code[..] };
    rest.iter().all(u8::is_ascii_digit).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::super::organisation::Listed;
    use super::*;

    fn organisation() -> Organisation {
        "0350001L-19035000100011".parse().unwrap()
    }

    fn listed(commune: &str, commune_code: Option<Commune>) -> Reference {
        Reference::new([Listed {
            organisation: organisation(),
            name: String::new(),
            nature: String::new(),
            department: "35".to_owned(),
            commune: commune.to_owned(),
            commune_code,
        }])
    }

    fn line(commune: [u8; 5], name: &str, zone: &str, label: &str) -> ZoneLine {
        let [commune_name, zone, label] = [name, zone, label].map(str::to_owned);
        ZoneLine { commune, commune_name, zone, label }
    }

    #[test]
    fn with_no_dataset_nothing_is_known() {
        let nothing = References::default();
        assert!(nothing.networks_of(&organisation()).is_empty());
        assert_eq!(nothing.certification(Rncp::parse("RNCP35316"), Cfd::parse("50022145")), None);
        assert_eq!(nothing.zone_of_commune(*b"35238"), None);
        assert_eq!(nothing.zone_of(&organisation()), None);
    }

    #[test]
    fn networks_are_those_of_the_siret_each_once_and_in_order() {
        let siret = organisation().siret;
        let members = ["mfr", "AGRI", "mfr"].map(|code| (siret, network(code).unwrap()));
        let references = References { networks: Networks::new(members), ..References::default() };
        let codes: Vec<_> =
            references.networks_of(&organisation()).iter().map(|network| network.code).collect();
        assert_eq!(codes, ["AGRI", "MFR"]);
    }

    #[test]
    fn a_certification_is_found_by_its_rncp_first_then_by_its_cfd() {
        let named = |code: &str| Certification {
            code: Code::parse(code).unwrap(),
            label: code.to_owned(),
            level: None,
            domain: String::new(),
            opcos: Vec::new(),
        };
        let certifications = Certifications::new(["RNCP35316", "50022145"].map(named));
        let references = References { certifications, ..References::default() };
        let found = |rncp, cfd| {
            references
                .certification(Rncp::parse(rncp), Cfd::parse(cfd))
                .map(|found| found.label.as_str())
        };
        assert_eq!(found("RNCP35316", "50022145"), Some("RNCP35316"));
        assert_eq!(found("RNCP1234", "50022145"), Some("50022145"));
        assert_eq!(found("RNCP1234", "32022145"), None);
    }

    #[test]
    fn an_organisation_is_in_the_zone_of_its_commune() {
        let zones = || {
            Zones::new([
                line(*b"35238", "Rennes", "5315", ""),
                line(*b"35001", "Acigné", "5315", "Rennes"),
                line(*b"75056", "Paris", "1109", "Paris"),
                line(*b"22001", "", "5301", ""),
            ])
        };
        let zone = |organisations| {
            let references = References { organisations, zones: zones(), ..References::default() };
            references.zone_of(&organisation()).map(|zone| format!("{} {}", zone.code, zone.label))
        };
        assert_eq!(zone(listed("", Some(*b"35238"))).as_deref(), Some("5315 Rennes"));
        assert_eq!(zone(listed("", Some(*b"75112"))).as_deref(), Some("1109 Paris"));
        assert_eq!(zone(listed("Rennes", Some(*b"99999"))), None, "the code is what counts");
        assert_eq!(zone(listed("Rennes", None)), None);
        // A zone without a name is called by its code.
        assert_eq!(zones().of_commune(*b"22001").unwrap().label, "5301");
    }

    #[test]
    fn tables_are_in_order_and_codes_are_read_whatever_their_case() {
        assert!(NETWORKS.is_sorted_by(|one, next| one.code < next.code));
        assert!(OPCOS.is_sorted_by(|one, next| one.code < next.code));
        assert_eq!((NETWORKS.len(), OPCOS.len()), (21, 11));
        assert_eq!(network(" cfa_ec ").unwrap().code, "CFA_EC");
        assert_eq!(network("elsewhere"), None);
        assert_eq!(commune("2A004"), Some(*b"2A004"));
        assert_eq!([commune("2C004"), commune("3523"), commune("A5238")], [None; 3]);
    }
}

//! `tableau why`: how many learners of which deposits make a figure.
//!
//! The records that a run counted are read again from the state folder and counted again by the
//! same code, deposit by deposit; what they sum to is held against the figure that the run left.
//! For the operator: the counts are exact, however small. Codes and counts only, never a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::aggregate::why::{Explanation, Figure, Share};
use domain::aggregate::{Aggregator, Cell, Counts, Dimension, Indicators, Level};
use domain::merge::merge;
use domain::publish::indicators;
use domain::upload::{Dataset, Deposit};
use domain::vocabulary::{Day, Organisation, References, SchoolYear};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use open_data::v1;
use publish::revisions::{First, manifest};
use serde::Serialize;
use store::{Key, Lot, Run, Store};

use crate::line;
use crate::state::State;

/// Dit de quels dépôts vient un chiffre (exact, réservé à l'exploitant).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Date du chiffre : une fin de mois, ou le jour du calcul (AAAA-MM-JJ).
    date: Day,
    /// Maille du lieu.
    #[arg(value_parser = words(v1::Maille::ALL, v1::Maille::as_str))]
    maille: v1::Maille,
    /// Code du lieu : FR, 53, 14, 35, 0350001L…
    code: String,
    /// Ce qui est compté.
    #[arg(value_parser = words(v1::Indicateur::ALL, v1::Indicateur::as_str))]
    indicateur: v1::Indicateur,
    /// Dimension de la ventilation.
    #[arg(long, value_parser = words(v1::Dimension::ALL, v1::Dimension::as_str), default_value = "ensemble")]
    dimension: v1::Dimension,
    /// Modalité de la ventilation.
    #[arg(long, default_value = "")]
    modalite: String,
    /// Calcul à expliquer ; par défaut, celui que le public lit.
    #[arg(long)]
    run: Option<String>,
    /// Pour un programme.
    #[arg(long)]
    json: bool,
    /// Dossier d'état de la ligne.
    #[arg(long, default_value = ".tableau")]
    state: PathBuf,
}

/// Takes one of these words, and names them all when given another.
fn words<W>(all: &[W], as_str: fn(W) -> &'static str) -> impl TypedValueParser<Value = W>
where
    W: FromStr<Err = ()> + Copy + Send + Sync + 'static,
{
    let words = all.iter().map(|word| as_str(*word));
    PossibleValuesParser::new(words).try_map(|text| text.parse().map_err(|()| "mot inconnu"))
}

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    if !args.state.is_dir() {
        bail!("le dossier d'état {} n'existe pas", args.state.display());
    }
    let state = State::open(&args.state)?;
    let (_held, store) = line::reach(&state)?;
    let run = run_of(&store, args.run.as_deref()).await?;
    let question = Question {
        date: args.date,
        level: store::level(args.maille),
        code: args.code,
        dimension: store::breakdown(args.dimension),
        modality: args.modalite,
        indicateur: args.indicateur,
    };
    let answer = why(&store, &run, &question).await?;
    let text = if args.json { answer.json()? } else { answer.french() };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if answer.agrees() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A run: the one asked for, else the one the public reads.
async fn run_of(store: &Store, asked: Option<&str>) -> anyhow::Result<Run> {
    let shown = if let Some(run) = asked {
        run.to_owned()
    } else {
        let latest = store.objects.find(&Key::Latest).await?;
        let latest = latest.context("aucun chiffre n'est encore publié")?;
        serde_json::from_slice::<publish::Latest>(&latest)?.run
    };
    let run = store.objects.find(&Key::Run { run: shown.clone() }).await?;
    Ok(Run::read(&run.with_context(|| format!("aucun calcul ne porte le nom {shown}"))?)?)
}

/// A figure that is asked about.
#[derive(Debug, Clone)]
pub struct Question {
    /// One of the dates of the run.
    pub date: Day,
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: String,
    /// How it is broken down.
    pub dimension: Dimension,
    /// The value of the breakdown; empty for `ensemble`.
    pub modality: String,
    /// What is counted.
    pub indicateur: v1::Indicateur,
}

/// Answers from what a run has seen.
pub async fn why(store: &Store, run: &Run, question: &Question) -> anyhow::Result<Answer> {
    let key = Key::Indicators { run: run.id.clone() };
    let figures = store::read_indicators(&key.path(), store.objects.get(&key).await?)?;
    let (cell, counts) = find(&figures, question)?;
    let references = store.references(&run.versions()?).await?;
    let deposits = deposits(store, run).await?;
    let figure = Figure {
        date: question.date,
        level: question.level,
        code: &question.code,
        dimension: question.dimension,
        modality: &question.modality,
    };
    let explained = explain(store, run, &deposits, &references).await?;
    let shares = explained.why(&figure).context("le calcul ne compte pas cette date")?;
    let place = v1::Indicateur::ALL.iter().position(|one| *one == question.indicateur);
    let value = |counts: Counts| indicators(counts)[place.unwrap_or_default()];
    let name = |organisation: &Organisation| Organisme {
        organisme: organisation.to_string(),
        nom: references.organisations.get(organisation).map(|listed| listed.name.clone()),
    };
    let others = |others: &BTreeMap<Organisation, Counts>| -> Vec<Other> {
        let others = others.iter().filter(|(_, counts)| value(**counts) > 0);
        others.map(|(one, counts)| Other { organisme: name(one), valeur: value(*counts) }).collect()
    };
    let part = |share: &Share| {
        let deposit = &deposits[share.rank as usize];
        Part {
            depot: deposit.id.clone(),
            recu_le: deposit.judged.as_ref().map(|judged| judged.day.to_string()),
            organisme: name(&share.organisation),
            valeur: value(share.counts),
            gardes_par: others(&share.kept_by),
            aussi_declares_par: others(&share.also_told_by),
        }
    };
    let told = |part: &Part| part.valeur > 0 || !part.gardes_par.is_empty();
    Ok(Answer {
        why: "v1",
        date: question.date.to_string(),
        maille: store::maille(question.level),
        code: question.code.clone(),
        libelle: cell.label.clone(),
        dimension: store::dimension(question.dimension),
        modalite: question.modality.clone(),
        indicateur: question.indicateur,
        valeur: value(counts),
        premiere: first(store, question).await?.map(|(first, counts)| Premiere {
            publie_le: first.publie_le,
            version: first.version,
            valeur: value(counts),
        }),
        calcul: Calcul {
            run: run.id.clone(),
            regles: run.rules.clone(),
            code: run.code.clone(),
            referentiels: run.references.clone(),
        },
        parts: shares.iter().map(part).filter(told).collect(),
    })
}

/// The same figure in the run that was first published with its date, exact; none while the date is
/// not past.
async fn first(store: &Store, question: &Question) -> anyhow::Result<Option<(First, Counts)>> {
    let Some(latest) = store.objects.find(&Key::Latest).await? else { return Ok(None) };
    let latest: publish::Latest = serde_json::from_slice(&latest)?;
    let premieres = manifest(store, &latest.version).await?.premieres;
    let date = question.date.to_string();
    let Some(first) = premieres.into_iter().find(|first| first.date == date) else {
        return Ok(None);
    };
    let run = manifest(store, &first.version).await?.calcul.run;
    let key = Key::Indicators { run };
    let figures = store::read_indicators(&key.path(), store.objects.get(&key).await?)?;
    // Where nobody was counted at any date there is no cell.
    let counts = find(&figures, question).map(|(_, counts)| counts).unwrap_or_default();
    Ok(Some((first, counts)))
}

/// The figure as the run left it.
fn find<'f>(figures: &'f Indicators, question: &Question) -> anyhow::Result<(&'f Cell, Counts)> {
    let Question { date, level, code, dimension, modality, .. } = question;
    let Some(place) = figures.dates.iter().position(|known| known == date) else {
        let dates: Vec<String> = figures.dates.iter().map(ToString::to_string).collect();
        bail!("ce calcul ne compte pas le {date} ; ses dates : {}", dates.join(", "));
    };
    let of_place = || figures.cells.iter().filter(|it| it.level == *level && it.code == *code);
    let of_breakdown = || of_place().filter(|it| it.dimension == *dimension);
    if let Some(cell) = of_breakdown().find(|cell| cell.modality == *modality) {
        return Ok((cell, cell.counts[place]));
    }
    if of_place().next().is_none() {
        bail!("ce calcul ne compte personne au code {code} de cette maille");
    }
    let known: Vec<&str> = of_breakdown().map(|cell| cell.modality.as_str()).collect();
    bail!("ce calcul ne compte personne dans cette modalité ; il connaît : {}", known.join(", "));
}

/// What the index says of the deposits of a run, in their order.
pub async fn deposits(store: &Store, run: &Run) -> anyhow::Result<Vec<Deposit>> {
    let found = run.deposits.iter().map(|id| async move {
        let found = store.index.deposit(id).await?;
        found.with_context(|| format!("le dépôt {id} n'est plus connu"))
    });
    stream::iter(found).buffered(AT_ONCE).try_collect().await
}

/// How many things are asked of the store at once.
const AT_ONCE: usize = 16;

/// Reads again every record that a run counted.
pub async fn explain(
    store: &Store,
    run: &Run,
    deposits: &[Deposit],
    references: &References,
) -> anyhow::Result<Explanation> {
    let mut aggregator = Aggregator::new(run.day()?, references);
    let mut lists: BTreeMap<(SchoolYear, Organisation), Vec<&Deposit>> = BTreeMap::new();
    for deposit in deposits {
        let of = (deposit.declaration.school_year, deposit.declaration.organisation);
        lists.entry(of).or_default().push(deposit);
    }
    let records = lists.into_iter().map(|((school_year, organisation), deposits)| async move {
        let mut together = Vec::with_capacity(deposits.len());
        for deposit in deposits {
            let id = deposit.id.clone();
            let rank = run.rank(&id);
            let dataset = Dataset::Effectifs;
            let key = Key::Records(Lot { dataset, school_year, organisation, deposit: id });
            let bytes = store.objects.find(&key).await?;
            let bytes = bytes.with_context(|| {
                format!("les enregistrements du dépôt {} ne sont plus là", deposit.id)
            })?;
            let mut records = Vec::new();
            store::read_records(&key.path(), bytes, |record| records.push(record))?;
            together.push((rank, records));
        }
        anyhow::Ok(merge(together))
    });
    let mut records = stream::iter(records).buffered(AT_ONCE);
    while let Some(records) = records.try_next().await? {
        for (rank, record) in &records {
            aggregator.add(*rank, record);
        }
    }
    Ok(aggregator.explain())
}

/// What makes a figure. Private.
#[derive(Debug, Serialize)]
pub struct Answer {
    why: &'static str,
    date: String,
    maille: v1::Maille,
    code: String,
    libelle: String,
    dimension: v1::Dimension,
    modalite: String,
    indicateur: v1::Indicateur,
    /// As the run left it.
    pub valeur: u32,
    premiere: Option<Premiere>,
    calcul: Calcul,
    /// By deposit, then organisation.
    pub parts: Vec<Part>,
}

/// What it was when it was first published, before anything was withheld.
#[derive(Debug, Serialize)]
struct Premiere {
    publie_le: String,
    version: String,
    valeur: u32,
}

#[derive(Debug, Serialize)]
struct Calcul {
    run: String,
    regles: String,
    code: String,
    referentiels: BTreeMap<String, String>,
}

/// What one deposit makes of it, for one organisation.
#[derive(Debug, Serialize)]
pub struct Part {
    /// Its number.
    pub depot: String,
    /// The day it was judged as of.
    recu_le: Option<String>,
    /// Where the learners are trained.
    pub organisme: Organisme,
    /// How many of them the figure counts.
    pub valeur: u32,
    /// How many the totals above count in another organisation, that tells them too.
    pub gardes_par: Vec<Other>,
    /// How many of those counted are told by another organisation too.
    pub aussi_declares_par: Vec<Other>,
}

/// Another organisation that tells the same learners.
#[derive(Debug, Serialize)]
pub struct Other {
    #[serde(flatten)]
    organisme: Organisme,
    valeur: u32,
}

/// An organisation, with its name when the list has it.
#[derive(Debug, Serialize)]
pub struct Organisme {
    organisme: String,
    nom: Option<String>,
}

impl std::fmt::Display for Organisme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.nom {
            Some(name) => write!(f, "{name} ({})", self.organisme),
            None => write!(f, "{} (hors du référentiel)", self.organisme),
        }
    }
}

impl Answer {
    /// Whether counting again gives what the run counted.
    pub fn agrees(&self) -> bool {
        self.sum() == self.valeur
    }

    fn sum(&self) -> u32 {
        self.parts.iter().map(|part| part.valeur).sum()
    }

    /// For a program.
    pub fn json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// For a person.
    pub fn french(&self) -> String {
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = self.say(&mut text);
        text
    }

    fn say(&self, to: &mut String) -> std::fmt::Result {
        let Self { date, maille, code, libelle, dimension, modalite, indicateur, valeur, .. } =
            self;
        write!(to, "{valeur} {indicateur} au {date}, {maille} {code} ({libelle})")?;
        if !modalite.is_empty() {
            write!(to, ", {dimension} « {modalite} »")?;
        }
        writeln!(to, "\nChiffre exact, pour l'exploitant seul : à ne pas diffuser.\n")?;
        for part in &self.parts {
            let received = part.recu_le.as_deref().unwrap_or("un jour inconnu");
            let Part { valeur, depot, organisme, .. } = part;
            writeln!(to, "{valeur:>8}  {organisme}")?;
            writeln!(to, "          dépôt {depot}, reçu le {received}")?;
            for Other { organisme, valeur } in &part.aussi_declares_par {
                let told = if *valeur > 1 { "aussi déclarés" } else { "aussi déclaré" };
                writeln!(to, "          dont {valeur} {told} par {organisme}")?;
            }
            // On the line of an organisation they are among those counted; above it, beside them.
            let own = *maille == v1::Maille::Organisme;
            for Other { organisme, valeur } in &part.gardes_par {
                let kept = match (own, *valeur > 1) {
                    (true, _) => format!("dont {valeur} que les totaux comptent chez"),
                    (false, false) => format!("et {valeur} autre, compté chez"),
                    (false, true) => format!("et {valeur} autres, comptés chez"),
                };
                writeln!(to, "          {kept} {organisme}")?;
            }
        }
        let sum = self.sum();
        if self.agrees() {
            writeln!(to, "{sum:>8}  en tout : le compte refait donne le chiffre du calcul.\n")?;
        } else {
            writeln!(
                to,
                "{sum:>8}  en tout : le compte refait ne donne PAS le chiffre du calcul ({valeur}).\n"
            )?;
        }
        if let Some(Premiere { publie_le, version, valeur }) = &self.premiere {
            writeln!(to, "À la première publication, le {publie_le} ({version}) : {valeur}")?;
        }
        let Calcul { run, regles, code, referentiels } = &self.calcul;
        writeln!(to, "Calcul {run}, règles {regles}, code {code}")?;
        for (dataset, sha256) in referentiels {
            writeln!(to, "référentiel {dataset} {sha256}")?;
        }
        Ok(())
    }
}

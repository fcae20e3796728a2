//! What withholding and its audit cost, and how much is withheld, over what `tableau build` left:
//! `… --bin figures secrets OUT ORGANISMES.csv TODAY [REFERENCES [FORMER]]`, as the first publication of
//! a month after the one of what it left in `FORMER`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use domain::aggregate::{Cell, Dimension, Indicators, Level};
use domain::publish::{
    Held, LARGEST_SECRET, Published, Reason, Shown, Value, hold, indicators, keep_given,
    leave_whole, protect,
};
use domain::upload::Dataset;
use domain::vocabulary::References;
use local::effort::Step;
use publish::{Beside, Movements, Proved, prove, prove_movements};
use store::{Counted, Run};

use crate::say;

pub(crate) fn measure(arguments: &[String]) -> anyhow::Result<()> {
    let [out, organismes, today, rest @ ..] = arguments else {
        anyhow::bail!("OUT ORGANISMES TODAY [REFERENCES]")
    };
    let listed = local::references::read(Dataset::Organismes, Path::new(organismes))?;
    let mut references = References::default().with(listed);
    if let Some(folder) = rest.first() {
        for (dataset, lines) in local::references::folder(Path::new(folder))? {
            if dataset != Dataset::Organismes {
                references = references.with(lines);
            }
        }
    }
    let exact = given(out)?;
    anyhow::ensure!(exact.dates.last().is_some_and(|day| day.to_string() == *today), "not the day");
    let all = exact.cells.len();
    let mut held = match rest.get(1) {
        Some(former) => after(former, exact, &references)?,
        None => Held::from(exact),
    };
    leave_whole(&mut held);

    let step = Step::start();
    let first = protect(&held, &references);
    say("withhold", &step.effort().to_string());
    let hidden = |published: &Published| {
        let values = published.cells.iter().flat_map(|cell| cell.values.iter().flatten());
        values.filter(|value| **value == Value::Withheld(Reason::Secret)).count()
    };
    say("withheld", &hidden(&first).to_string());
    drop(first);
    let step = Step::start();
    let Proved { published, data, masquees } = prove(&held, &references, &run(today))?;
    say("withhold, audit, withhold more", &step.effort().to_string());
    say("withheld, each proved", &masquees.to_string());
    say(
        "cells",
        &format!("{} public of {all}, {} dates", published.cells.len(), published.dates.len()),
    );
    let (mut figures, mut secrets, mut others) = (0, 0, 0);
    let mut by_dimension = BTreeMap::<_, [usize; 3]>::new();
    let mut every = held.counted.cells.iter();
    for shown in &published.cells {
        let exact = every.find(|one| one.key() == shown.key()).context("a cell is not counted")?;
        let counted = by_dimension.entry((shown.level, shown.dimension)).or_default();
        for (values, counts) in shown.values.iter().zip(&exact.counts) {
            for (value, count) in values.iter().zip(indicators(*counts)) {
                figures += 1;
                counted[0] += 1;
                if *value == Value::Withheld(Reason::Secret) {
                    let secret = count <= LARGEST_SECRET;
                    secrets += usize::from(secret);
                    others += usize::from(!secret);
                    counted[if secret { 1 } else { 2 }] += 1;
                }
            }
        }
    }
    say("figures", &format!("{figures}, {secrets} secrets and {others} others withheld"));
    for ((level, dimension), [all, secrets, others]) in by_dimension {
        let (maille, dimension) = (store::maille(level), store::dimension(dimension));
        say(&format!("  {maille} {dimension}"), &format!("{all}: {secrets} + {others}"));
    }
    movements(out, today, Beside { references: &references, stocks: &published, data: &data })
}

/// The same of the months that are over and of the classes that are whole.
fn movements(out: &str, today: &str, beside: Beside<'_>) -> anyhow::Result<()> {
    let read = |name: &str| std::fs::read(Path::new(out).join("private").join(name));
    let flows = store::read_flows("flux.parquet", read("flux.parquet")?.into())?;
    let cohorts = store::read_cohorts("cohortes.parquet", read("cohortes.parquet")?.into())?;
    let mut flows: Held = domain::publish::movements::flows(&flows).into();
    let (classes, points) = domain::publish::movements::classes(&cohorts, today.parse()?);
    let mut classes: Held = classes.into();
    let step = Step::start();
    let Movements { flows: months, classes: told, masquees } =
        prove_movements(&mut flows, (&mut classes, &points), beside)?;
    say("months and classes", &step.effort().to_string());
    say("withheld, each proved", &masquees.to_string());
    // Sums of entries, signatures and breaks are not told.
    for (name, published, figures) in
        [("months", &months, &[0, 2, 3, 4][..]), ("classes", &told, &[1, 2])]
    {
        let mut by_level = BTreeMap::<Level, [usize; 2]>::new();
        for cell in &published.cells {
            let [all, withheld] = by_level.entry(cell.level).or_default();
            for value in cell.values.iter().flat_map(|values| figures.iter().map(|it| values[*it]))
            {
                *all += 1;
                *withheld += usize::from(value.known().is_none());
            }
        }
        say(name, &format!("{} dates", published.dates.len()));
        for (level, [all, withheld]) in by_level {
            say(&format!("  {}", store::maille(level)), &format!("{all}: {withheld} withheld"));
        }
    }
    Ok(())
}

/// What may be given of the figures that `tableau build` left.
fn given(out: &str) -> anyhow::Result<Indicators> {
    let bytes = std::fs::read(Path::new(out).join("private/indicateurs.parquet"))?;
    let mut exact = store::read_indicators("indicateurs.parquet", bytes.into())?;
    keep_given(&mut exact);
    Ok(exact)
}

/// These figures, held against what was shown of the former ones.
fn after(former: &str, exact: Indicators, references: &References) -> anyhow::Result<Held> {
    let mut before = Held::from(given(former)?);
    let counted = before.counted.clone();
    leave_whole(&mut before);
    let told = before.then_told(&protect(&before, references));
    let (dates, whole) = (exact.dates.clone(), |cell: &&Cell| {
        cell.level == Level::Departement && cell.dimension == Dimension::Ensemble
    });
    let now: Vec<Cell> = exact.cells.iter().filter(whole).cloned().collect();
    let step = Step::start();
    let held = hold(exact, Shown { counted: counted.clone(), told }, references, true);
    say("hold", &step.effort().to_string());
    let at = |cells: &[Cell], code: &str, date: usize| {
        let cell = cells.iter().filter(whole).find(|cell| cell.code == code);
        cell.map(|cell| cell.counts[date])
    };
    for (date, day) in dates.iter().enumerate() {
        let Some(then) = counted.dates.iter().position(|known| known == day) else { continue };
        let (mut moved, mut kept) = (0, 0);
        for cell in &now {
            let is_moved = at(&counted.cells, &cell.code, then) != Some(cell.counts[date]);
            moved += usize::from(is_moved);
            let is_kept = at(&held.counted.cells, &cell.code, date) != Some(cell.counts[date]);
            kept += usize::from(is_moved && is_kept);
        }
        if moved > 0 {
            say(&day.to_string(), &format!("{moved} departments moved, {kept} wait"));
        }
    }
    Ok(held)
}

/// A run of that day to which nobody transmitted anything.
fn run(today: &str) -> Run {
    Run {
        id: String::new(),
        today: today.to_owned(),
        rules: String::new(),
        revision: 0,
        code: String::new(),
        references: BTreeMap::new(),
        notes: BTreeMap::default(),
        deposits: Vec::new(),
        counted: Counted::default(),
        transmissions: Vec::new(),
    }
}

//! Counters by row (an organisation, a home or a territory), breakdown and date.

use std::collections::HashMap;

use super::Counts;
use super::breakdown::{self, Breakdown, FIXED};
use super::trajectory::{Standing, Standings, Trajectory};

/// No counter yet.
const NONE: u32 = u32::MAX;

/// One line of counters for each row and breakdown that someone was counted in.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Number of the month of each date.
    months: Vec<i16>,
    counts: Vec<Counts>,
    /// The row and the breakdown of each line.
    lines: Vec<(u32, Breakdown)>,
    fixed: Vec<[u32; FIXED]>,
    catalogued: HashMap<(u32, Breakdown), u32>,
    /// Where the lines of one record start.
    lasting: Vec<usize>,
}

impl Tally {
    pub(super) fn new(months: Vec<i16>) -> Self {
        Self { months, ..Self::default() }
    }

    /// Forgets every line, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.counts.clear();
        self.lines.clear();
        self.fixed.clear();
        self.catalogued.clear();
    }

    /// Counts a record in a row, at the dates of these standings, under every breakdown. Those that
    /// its training and its organisation give are given.
    pub(super) fn count(
        &mut self,
        row: u32,
        one: &Trajectory,
        standings: Standings,
        given: impl Iterator<Item = Breakdown>,
    ) {
        if standings.is_empty() {
            return;
        }
        let own = [
            breakdown::ENSEMBLE,
            breakdown::sex(one.sex),
            breakdown::rqth(one.rqth),
            breakdown::training_year(one.training_year),
        ];
        let mut lasting = std::mem::take(&mut self.lasting);
        lasting.clear();
        lasting.extend(given.chain(own).map(|breakdown| self.line(row, breakdown)));
        let mut age = (usize::MAX, 0);
        for (date, standing) in standings.iter() {
            for line in &lasting {
                self.counts[line + date].add(standing);
            }
            let of_age = breakdown::age(i32::from(self.months[date] - one.birth_month));
            if age.0 != of_age {
                age = (of_age, self.line(row, of_age));
            }
            self.counts[age.1 + date].add(standing);
            if let Standing::Rupturant(band) = standing {
                let line = self.line(row, breakdown::since_contract(band));
                self.counts[line + date].add(standing);
            }
        }
        self.lasting = lasting;
    }

    /// Every line someone was counted in: its row, its breakdown, its counts.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u32, Breakdown, &[Counts])> {
        let counts = self.counts.chunks_exact(self.months.len().max(1));
        self.lines.iter().zip(counts).map(|(&(row, breakdown), counts)| (row, breakdown, counts))
    }

    /// Adds a line of counts to that of each of these rows.
    pub(super) fn plus(&mut self, rows: &[u32], breakdown: Breakdown, counts: &[Counts]) {
        for row in rows {
            for (sum, more) in self.counts_mut(*row, breakdown).iter_mut().zip(counts) {
                *sum += *more;
            }
        }
    }

    /// Takes away a line of counts that was added to those of these rows.
    pub(super) fn minus(&mut self, rows: &[u32], breakdown: Breakdown, counts: &[Counts]) {
        for row in rows {
            for (sum, less) in self.counts_mut(*row, breakdown).iter_mut().zip(counts) {
                *sum -= *less;
            }
        }
    }

    fn counts_mut(&mut self, row: u32, breakdown: Breakdown) -> &mut [Counts] {
        let line = self.line(row, breakdown);
        &mut self.counts[line..line + self.months.len()]
    }

    /// Where the counts of a line start.
    fn line(&mut self, row: u32, breakdown: Breakdown) -> usize {
        let place = row as usize;
        let slot = if breakdown < FIXED {
            if self.fixed.len() <= place {
                self.fixed.resize(place + 1, [NONE; FIXED]);
            }
            &mut self.fixed[place][breakdown]
        } else {
            self.catalogued.entry((row, breakdown)).or_insert(NONE)
        };
        if *slot == NONE {
            *slot = self.lines.len() as u32;
            self.lines.push((row, breakdown));
            self.counts.resize(self.lines.len() * self.months.len(), Counts::default());
        }
        *slot as usize * self.months.len()
    }
}

impl Counts {
    fn add(&mut self, standing: Standing) {
        match standing {
            Standing::Absent => {}
            Standing::Inscrit => self.inscrits += 1,
            Standing::Apprenti | Standing::FinDeFormation => self.apprentis += 1,
            Standing::Abandon => self.abandons += 1,
            Standing::Rupturant(_) => self.rupturants += 1,
        }
    }
}

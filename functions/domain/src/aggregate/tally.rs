//! Counters by row (an organisation or a territory), breakdown and date.

use std::collections::HashMap;

use super::Counts;
use super::breakdown::{self, Breakdown, CERTIFICATIONS};
use super::trajectory::{Standing, Trajectory};

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
    fixed: Vec<[u32; CERTIFICATIONS]>,
    certifications: HashMap<(u32, Breakdown), u32>,
}

impl Tally {
    pub(super) fn new(months: Vec<i16>) -> Self {
        Self { months, ..Self::default() }
    }

    /// Counts a record in the row of its organisation, under every breakdown. Those of its training
    /// are given.
    pub(super) fn count(&mut self, one: &Trajectory, of_training: [Breakdown; 2]) {
        if one.standings.is_empty() {
            return;
        }
        let row = one.organisation;
        let [level, certification] = of_training;
        let lasting = [
            breakdown::ENSEMBLE,
            level,
            breakdown::sex(one.sex),
            breakdown::rqth(one.rqth),
            breakdown::training_year(one.training_year),
            certification,
        ]
        .map(|breakdown| self.line(row, breakdown));
        for date in 0..self.months.len() {
            let standing = one.standings.at(date);
            if standing == Standing::Absent {
                continue;
            }
            for line in lasting {
                self.counts[line + date].add(standing);
            }
            let months_lived = i32::from(self.months[date] - one.birth_month);
            let line = self.line(row, breakdown::age(months_lived));
            self.counts[line + date].add(standing);
            if let Standing::Rupturant(band) = standing {
                let line = self.line(row, breakdown::since_contract(band));
                self.counts[line + date].add(standing);
            }
        }
    }

    /// Every line someone was counted in: its row, its breakdown, its counts.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u32, Breakdown, &[Counts])> {
        let counts = self.counts.chunks_exact(self.months.len().max(1));
        self.lines.iter().zip(counts).map(|(&(row, breakdown), counts)| (row, breakdown, counts))
    }

    /// Adds a line of counts to that of a row.
    pub(super) fn plus(&mut self, row: u32, breakdown: Breakdown, counts: &[Counts]) {
        for (sum, more) in self.counts_mut(row, breakdown).iter_mut().zip(counts) {
            sum.apprentis += more.apprentis;
            sum.inscrits += more.inscrits;
            sum.rupturants += more.rupturants;
            sum.abandons += more.abandons;
        }
    }

    /// Takes away a line of counts that was added to that of a row.
    pub(super) fn minus(&mut self, row: u32, breakdown: Breakdown, counts: &[Counts]) {
        for (sum, less) in self.counts_mut(row, breakdown).iter_mut().zip(counts) {
            sum.apprentis -= less.apprentis;
            sum.inscrits -= less.inscrits;
            sum.rupturants -= less.rupturants;
            sum.abandons -= less.abandons;
        }
    }

    fn counts_mut(&mut self, row: u32, breakdown: Breakdown) -> &mut [Counts] {
        let line = self.line(row, breakdown);
        &mut self.counts[line..line + self.months.len()]
    }

    /// Where the counts of a line start.
    fn line(&mut self, row: u32, breakdown: Breakdown) -> usize {
        let place = row as usize;
        let slot = if breakdown < CERTIFICATIONS {
            if self.fixed.len() <= place {
                self.fixed.resize(place + 1, [NONE; CERTIFICATIONS]);
            }
            &mut self.fixed[place][breakdown]
        } else {
            self.certifications.entry((row, breakdown)).or_insert(NONE)
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

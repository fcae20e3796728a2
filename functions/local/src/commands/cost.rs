//! `tableau cost`: what the line costs on AWS in a month, and with which prices.

use std::io::Write as _;
use std::process::ExitCode;

use crate::cost::{self, Country, PRICES, PRICES_OF};

/// Dit ce que la ligne coûte sur AWS en un mois, aux prix publics.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Nombre d’organismes qui envoient des listes.
    #[arg(long, default_value_t = 3_000)]
    organismes: u32,
    /// Nombre d’apprenants, en tout.
    #[arg(long, default_value_t = 1_000_000)]
    learners: u32,
    /// Nombre de listes que chacun envoie en un mois ; trente : une par nuit.
    #[arg(long, default_value_t = 30)]
    depots: u32,
    /// Au bout de combien de mois : ce qui est gardé s’ajoute.
    #[arg(long, default_value_t = 1)]
    mois: u32,
    /// Donne aussi les prix, et d’où ils viennent.
    #[arg(long)]
    prix: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let country = Country {
        organisations: args.organismes,
        learners: args.learners,
        deposits_a_month: args.depots,
    };
    let entries = cost::month(&country, args.mois.max(1));
    for one in &entries {
        writeln!(out, "{:40} {:8.2} $", one.what, one.usd)?;
    }
    let (moving, standing) = cost::sums(&entries);
    writeln!(out, "{:40} {moving:8.2} $", "ce qui dépend de ce qui vient")?;
    writeln!(out, "{:40} {standing:8.2} $", "ce qui est payé de toute façon")?;
    writeln!(out, "{:40} {:8.2} $", "en tout, par mois", moving + standing)?;
    writeln!(out, "Prix publics connus en {PRICES_OF}, sans l’offre gratuite ; à vérifier.")?;
    if args.prix {
        for price in PRICES {
            writeln!(out, "{:40} {:>12.9} $  {}", price.what, price.usd, price.source)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

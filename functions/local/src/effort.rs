//! What a step cost this process: CPU seconds and peak memory, as Linux counts them.

use std::fs;

/// Clock ticks in a second, on every Linux that runs Rust.
const TICKS: f64 = 100.0;

/// What a step cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Time on the processors, all threads together.
    pub cpu_seconds: f64,
    /// Most memory held at once since the step began, in megabytes.
    pub peak_megabytes: f64,
}

/// A step under way.
#[derive(Debug)]
pub struct Step {
    began: f64,
}

impl Step {
    /// Starts to measure. The peak of memory is forgotten.
    pub fn start() -> Self {
        // Where the kernel does not let it be forgotten, the peak is that of the whole process.
        let _ = fs::write("/proc/self/clear_refs", "5");
        Self { began: cpu_seconds() }
    }

    /// What it cost until now.
    pub fn effort(&self) -> Effort {
        Effort { cpu_seconds: cpu_seconds() - self.began, peak_megabytes: peak_megabytes() }
    }
}

impl std::fmt::Display for Effort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} s de calcul, {:.0} Mo au plus", self.cpu_seconds, self.peak_megabytes)
    }
}

fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in parentheses, may hold spaces.
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS
}

fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_seen() {
        let step = Step::start();
        let block = vec![1_u8; 64 << 20];
        let mut sum = 0_u64;
        loop {
            sum += block.iter().map(|byte| u64::from(*byte)).sum::<u64>();
            if step.effort().cpu_seconds >= 0.05 {
                break;
            }
        }
        assert!(sum >= block.len() as u64);
        assert!(step.effort().peak_megabytes > 60.0, "{}", step.effort());
    }
}

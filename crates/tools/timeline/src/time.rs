//! Formats durations: in which unit, with how many digits.

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) nanoseconds: u64,
    /// `ms`
    pub(crate) short: &'static str,
    /// `milliseconds`
    pub(crate) name: &'static str,
    /// The number of digits after the decimal point, down to a nanosecond.
    digits: usize,
}

impl Unit {
    const NANOSECONDS: Self = Self::new(1, "ns", "nanoseconds", 0);
    pub(crate) const MICROSECONDS: Self = Self::new(1_000, "µs", "microseconds", 3);
    const MILLISECONDS: Self = Self::new(1_000_000, "ms", "milliseconds", 6);
    const SECONDS: Self = Self::new(1_000_000_000, "s", "seconds", 9);

    const fn new(nanoseconds: u64, short: &'static str, name: &'static str, digits: usize) -> Self {
        Self {
            nanoseconds,
            short,
            name,
            digits,
        }
    }

    /// The largest unit that is not greater than `nanoseconds`.
    pub(crate) fn of(nanoseconds: u64) -> Self {
        match nanoseconds {
            0..1_000 => Self::NANOSECONDS,
            1_000..1_000_000 => Self::MICROSECONDS,
            1_000_000..1_000_000_000 => Self::MILLISECONDS,
            _ => Self::SECONDS,
        }
    }

    /// Formats it with three digits after the point and without the unit: `1.250`.
    pub(crate) fn thousandths(self, nanoseconds: u64) -> String {
        let (whole, part) = (
            nanoseconds / self.nanoseconds,
            nanoseconds % self.nanoseconds,
        );
        match self.nanoseconds {
            1 => whole.to_string(),
            unit => format!("{whole}.{:03}", part * 1000 / unit),
        }
    }
}

/// Formats it with three digits: `1.42 s`, `280 ms`, `35 µs`.
#[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
pub(crate) fn duration(nanoseconds: u64) -> String {
    let unit = match nanoseconds {
        // Rounded to three digits, this is 1 of the next unit.
        999_500..1_000_000 => Unit::MILLISECONDS,
        999_500_000..1_000_000_000 => Unit::SECONDS,
        _ => Unit::of(nanoseconds),
    };
    let value = nanoseconds as f64 / unit.nanoseconds as f64;
    let digits = match value {
        _ if unit == Unit::NANOSECONDS => 0,
        value if value < 9.995 => 2,
        value if value < 99.95 => 1,
        _ => 0,
    };
    with_unit(&format!("{value:.digits$}"), unit)
}

/// Formats it with all its digits: `1.250001 ms`.
pub(crate) fn exact(nanoseconds: u64) -> String {
    let unit = Unit::of(nanoseconds);
    let (whole, part) = (
        nanoseconds / unit.nanoseconds,
        nanoseconds % unit.nanoseconds,
    );
    match unit.digits {
        0 => with_unit(&whole.to_string(), unit),
        digits => with_unit(&format!("{whole}.{part:0digits$}"), unit),
    }
}

fn with_unit(number: &str, unit: Unit) -> String {
    let number = match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    };
    format!("{number} {}", unit.short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_a_unit() {
        let shown = [
            7,
            35_000,
            1_250_000,
            280_000_000,
            999_999_999,
            12_345_678_901,
        ]
        .map(duration);
        assert_eq!(
            shown,
            ["7 ns", "35 µs", "1.25 ms", "280 ms", "1 s", "12.3 s"]
        );
    }

    #[test]
    fn an_exact_time_has_all_its_digits() {
        assert_eq!(exact(1_250_000), "1.25 ms");
        assert_eq!(exact(20_000_000_000), "20 s");
        assert_eq!(exact(999), "999 ns");
        assert_eq!(exact(3_000_000_001), "3.000000001 s");
    }
}

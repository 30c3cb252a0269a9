//! Numbers as Prometheus reads them: its text format, version 0.0.4.

use std::fmt::Write as _;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows, until the dashboard starts anew.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How many were at most so large: samples that end in `_bucket`, `_sum` and `_count`.
    Histogram,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One number.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What stands behind the family's name; empty but in a histogram.
    pub suffix: &'static str,
    /// Its labels with their values.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: f64,
}

impl Sample {
    /// A number without labels.
    pub fn plain(value: f64) -> Self {
        Self { suffix: "", labels: Vec::new(), value }
    }

    /// A number with one label.
    pub fn of(label: &'static str, is: impl Into<String>, value: f64) -> Self {
        Self { suffix: "", labels: vec![(label, is.into())], value }
    }
}

/// Numbers of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// The name.
    pub name: &'static str,
    /// What they mean.
    pub help: &'static str,
    /// What they are.
    pub kind: Kind,
    /// The numbers; a family without any is left out.
    pub samples: Vec<Sample>,
}

/// The text of all families.
pub fn render(families: &[Family]) -> String {
    let mut text = String::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        let Family { name, help, kind, samples } = family;
        // Writing to a string does not fail.
        let _written = writeln!(text, "# HELP {name} {}\n# TYPE {name} {}", escaped(help, false), kind.word());
        for sample in samples {
            let labels: Vec<String> =
                sample.labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value, true))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _written = writeln!(text, "{name}{}{labels} {}", sample.suffix, sample.value);
        }
    }
    text
}

/// A text in which nothing ends a line or a value.
fn escaped(text: &str, quoted: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if quoted { text.replace('"', "\\\"") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_written_as_prometheus_reads_them() {
        let families = [
            Family {
                name: "tenken_hosts",
                help: "Hosts\nby \\ standing",
                kind: Kind::Gauge,
                samples: vec![Sample::of("standing", "a\"b\\c\n", 2.0), Sample::plain(0.5)],
            },
            Family { name: "tenken_none", help: "None", kind: Kind::Counter, samples: Vec::new() },
        ];
        let text = "# HELP tenken_hosts Hosts\\nby \\\\ standing\n# TYPE tenken_hosts gauge\n\
                    tenken_hosts{standing=\"a\\\"b\\\\c\\n\"} 2\ntenken_hosts 0.5\n";
        assert_eq!(render(&families), text);
    }
}

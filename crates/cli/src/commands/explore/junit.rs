//! The outcome as JUnit's XML, which CI systems read.

use std::fmt::Write as _;

use edgeemu::explore::{TestOutcome, Verdict};

/// One suite with a case for each test.
pub(super) fn render(outcomes: &[TestOutcome]) -> String {
    let is_error = |outcome: &&TestOutcome| matches!(outcome.verdict, Verdict::Broken | Verdict::NotDeterministic);
    let is_failure = |outcome: &&TestOutcome| matches!(outcome.verdict, Verdict::Violated | Verdict::Vacuous);
    let errors = outcomes.iter().filter(is_error).count();
    let failures = outcomes.iter().filter(is_failure).count();
    let seconds: f64 = outcomes.iter().map(|outcome| outcome.elapsed.as_secs_f64()).sum();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuite name=\"edgeemu explore\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" \
         time=\"{seconds:.3}\">",
        outcomes.len()
    );
    for outcome in outcomes {
        case(&mut text, outcome);
    }
    text.push_str("</testsuite>\n");
    text
}

fn case(text: &mut String, outcome: &TestOutcome) {
    let _ = writeln!(
        text,
        "  <testcase name=\"{}\" time=\"{:.3}\">\n    <properties><property name=\"runs\" value=\"{}\"/></properties>",
        escaped(&outcome.name),
        outcome.elapsed.as_secs_f64(),
        outcome.runs
    );
    let element = match outcome.verdict {
        Verdict::Clean | Verdict::Stopped => None,
        Verdict::Violated => Some(("failure", "violation")),
        Verdict::Vacuous => Some(("failure", "vacuous")),
        Verdict::Broken => Some(("error", "broken")),
        Verdict::NotDeterministic => Some(("error", "not deterministic")),
    };
    if let Some((element, kind)) = element {
        let _ = writeln!(text, "    <{element} type=\"{kind}\">{}</{element}>", escaped(&outcome.text));
    }
    text.push_str("  </testcase>\n");
}

/// Text as XML takes it: control characters cannot be written at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

//! Compatibility date and flags: which behaviour of the platform a Worker asked for.

mod effects;
mod table;

use std::collections::BTreeSet;

use crate::notes::Severity;
use crate::suggest::did_you_mean;
pub use effects::EFFECTS;
use table::{FLAGS, IMPLIED};

/// The newest compatibility date this version of edgeemu knows.
pub const NEWEST_DATE: &str = "2026-11-20";

/// One compatibility flag.
struct Flag {
    /// The name that turns it on.
    on: &'static str,
    /// The name that turns it off; empty when it cannot be turned off.
    off: &'static str,
    /// When it is on without being named.
    default: Default,
}

/// When a flag is on without being named.
#[derive(PartialEq, Eq)]
enum Default {
    /// On whatever the date.
    Always,
    /// On from this date.
    Since(&'static str),
    /// Never by itself.
    OptIn,
    /// Never by itself, and only allowed with `--experimental`.
    Experimental,
}

const fn always(on: &'static str, off: &'static str) -> Flag {
    Flag { on, off, default: Default::Always }
}

const fn since(date: &'static str, on: &'static str, off: &'static str) -> Flag {
    Flag { on, off, default: Default::Since(date) }
}

const fn opt_in(on: &'static str, off: &'static str) -> Flag {
    Flag { on, off, default: Default::OptIn }
}

const fn experimental(on: &'static str, off: &'static str) -> Flag {
    Flag { on, off, default: Default::Experimental }
}

/// What flags are resolved against.
#[derive(Debug, Clone, Copy)]
pub struct CompatOptions<'a> {
    /// The newest supported compatibility date.
    pub newest_date: &'a str,
    /// Whether experimental flags are allowed.
    pub experimental: bool,
}

impl std::default::Default for CompatOptions<'_> {
    fn default() -> Self {
        CompatOptions { newest_date: NEWEST_DATE, experimental: false }
    }
}

/// The flags that are in effect.
#[derive(Debug, Clone, PartialEq, Eq, std::default::Default)]
pub struct CompatFlags {
    date: String,
    enabled: BTreeSet<&'static str>,
    warnings: Vec<String>,
}

/// A complaint about one flag of the list, or about the date.
pub(crate) struct Complaint {
    /// Position in the list of flags; `None` for the date.
    pub(crate) flag: Option<usize>,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl CompatFlags {
    /// Works out what is in effect for a date (`YYYY-MM-DD`) and a list of flags. The errors are the runtime's.
    pub fn resolve(date: &str, flags: &[String], options: &CompatOptions) -> Result<CompatFlags, Vec<String>> {
        let (resolved, complaints) = CompatFlags::examine(date, flags, options);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            complaints.into_iter().partition(|complaint| complaint.severity == Severity::Error);
        if errors.is_empty() {
            let warnings = warnings.into_iter().map(|complaint| complaint.message).collect();
            return Ok(CompatFlags { warnings, ..resolved });
        }
        Err(errors.into_iter().map(|complaint| complaint.message).collect())
    }

    /// The same with the place of every complaint in the list.
    pub(crate) fn examine(date: &str, flags: &[String], options: &CompatOptions) -> (CompatFlags, Vec<Complaint>) {
        let mut complaints = Vec::new();
        if date > options.newest_date {
            complaints.push(Complaint {
                flag: None,
                severity: Severity::Error,
                message: format!(
                    "This Worker requires compatibility date \"{date}\", but the newest date supported by this server \
                     binary is \"{}\".",
                    options.newest_date
                ),
                hint: Some(format!("the newest date edgeemu knows is {}", options.newest_date)),
            });
        }
        for (at, flag) in flags.iter().enumerate() {
            complaints.extend(
                examine_flag(date, (at, flag), flags, options).map(|(severity, message, hint)| Complaint {
                    flag: Some(at),
                    severity,
                    message,
                    hint,
                }),
            );
        }
        (CompatFlags { date: date.to_owned(), enabled: enabled(date, flags), warnings: Vec::new() }, complaints)
    }

    /// Whether a flag is in effect. Also answers for the name that turns a flag off; unknown names are not in effect.
    pub fn enabled(&self, name: &str) -> bool {
        match find(name) {
            Some((flag, true)) => self.enabled.contains(flag.on),
            Some((flag, false)) => !self.enabled.contains(flag.on),
            None => false,
        }
    }

    /// The enabling names of all flags in effect, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.enabled.iter().copied()
    }

    /// The names among `named` that ask for something else than edgeemu does: they switch off what it always does, or
    /// switch on what it never does.
    pub fn without_effect(named: &[String]) -> Vec<&str> {
        let asks_in_vain = |name: &&str| {
            find(name).is_some_and(|(flag, on)| {
                let is_always_done = matches!(flag.default, Default::Always | Default::Since(_));
                effect(flag.on).is_none() && on != is_always_done
            })
        };
        named.iter().map(String::as_str).filter(asks_in_vain).collect()
    }

    /// The compatibility date.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Flags that need not be named any more, in the runtime's words.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether the platform knows a flag of that name, on or off.
    pub fn exists(name: &str) -> bool {
        find(name).is_some()
    }
}

/// What a flag decides here, if it decides anything.
fn effect(name: &str) -> Option<&'static str> {
    EFFECTS.iter().find(|(flag, _)| *flag == name).map(|(_, effect)| *effect)
}

/// The page about flags: every flag of the platform, since when it is on, and what it decides here.
pub fn page() -> String {
    let mut page = PAGE.to_owned();
    for flag in FLAGS {
        let since = match flag.default {
            Default::Always => "always".to_owned(),
            Default::Since(date) => date.to_owned(),
            Default::OptIn => "when named".to_owned(),
            Default::Experimental => "when named, with `--experimental`".to_owned(),
        };
        let off = if flag.off.is_empty() { "\u{2013}".to_owned() } else { format!("`{}`", flag.off) };
        let effect = effect(flag.on).unwrap_or("\u{2013}");
        page.push_str(&format!("| `{}` | {off} | {since} | {effect} |\n", flag.on));
    }
    page
}

/// How the page begins.
const PAGE: &str = "\
# Compatibility dates and flags

A Worker says with `compatibility_date` and `compatibility_flags` which behaviour of the platform it was written for. This
is every flag that the runtime knows. Where the last column is empty, edgeemu does what the newest date asks for, whatever
the Worker says, and a flag that asks for something else is named in a warning. Unknown flags, contradictions and flags
that stand twice are errors, in the words of the runtime; [configuration](config.md) has more.

This page is written by `cargo run -p edgeemu-config --example compatibility`.

| Flag | Turned off by | On | Decides here |
|---|---|---|---|
";

/// The flag with that name, and whether the name turns it on.
fn find(name: &str) -> Option<(&'static Flag, bool)> {
    FLAGS.iter().find_map(|flag| {
        if flag.on == name {
            Some((flag, true))
        } else {
            (flag.off == name && !name.is_empty()).then_some((flag, false))
        }
    })
}

type Judgement = (Severity, String, Option<String>);

fn examine_flag(
    date: &str,
    (at, name): (usize, &String),
    all: &[String],
    options: &CompatOptions,
) -> Option<Judgement> {
    let Some((flag, on)) = find(name) else {
        let known = FLAGS.iter().flat_map(|flag| [flag.on, flag.off]).filter(|name| !name.is_empty());
        return Some((Severity::Error, format!("No such compatibility flag: {name}"), did_you_mean(name, known)));
    };
    let earlier = &all[..at];
    if earlier.contains(name) {
        return Some((Severity::Error, format!("Compatibility flag specified multiple times: {name}"), None));
    }
    let opposite = if on { flag.off } else { flag.on };
    if earlier.iter().any(|other| other == opposite) {
        let message = format!("Compatibility flags are mutually contradictory: {} vs {}", flag.on, flag.off);
        return Some((Severity::Error, message, None));
    }
    if on && flag.default == Default::Experimental && !options.experimental {
        return Some((
            Severity::Error,
            format!(
                "The compatibility flag {name} is experimental and may break or be removed in a future version of workerd. \
                 To use this flag, you must pass --experimental on the command line."
            ),
            None,
        ));
    }
    redundant(date, flag, on)
}

/// `nodejs_compat` and `nodejs_compat_v2` may always be named, because so many projects do.
fn redundant(date: &str, flag: &Flag, on: bool) -> Option<Judgement> {
    match flag.default {
        Default::Since(since) if on && since <= date && !flag.on.starts_with("nodejs_compat") => Some((
            Severity::Warning,
            format!(
                "The compatibility flag {} became the default as of {since} so does not need to be specified anymore.",
                flag.on
            ),
            None,
        )),
        _ => None,
    }
}

fn enabled(date: &str, named: &[String]) -> BTreeSet<&'static str> {
    let is_named = |name: &str| named.iter().any(|other| other == name);
    let mut on: BTreeSet<&'static str> = FLAGS
        .iter()
        .filter(|flag| !is_named(flag.off))
        .filter(|flag| match flag.default {
            Default::Always => true,
            Default::Since(since) => since <= date || is_named(flag.on),
            Default::OptIn | Default::Experimental => is_named(flag.on),
        })
        .map(|flag| flag.on)
        .collect();
    let turned_off = |name: &str| find(name).is_some_and(|(flag, _)| is_named(flag.off));
    // A flag that is brought along may bring others along.
    loop {
        let brought: Vec<&'static str> = IMPLIED
            .iter()
            .filter(|(flag, by, from)| on.contains(by) && *from <= date && !on.contains(flag) && !turned_off(flag))
            .map(|(flag, _, _)| *flag)
            .collect();
        if brought.is_empty() {
            return on;
        }
        on.extend(brought);
    }
}

#[cfg(test)]
mod tests;

//! Conditions of `get` and `put`: what they say and whether they hold.

use crate::error::R2Error;

/// An etag to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Etag {
    /// `"…"`.
    Strong(String),
    /// `W/"…"`.
    Weak(String),
    /// `*`: any object.
    Any,
}

/// What has to be true of the object that is there. Times are in milliseconds since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// It has one of these etags.
    pub etag_matches: Option<Vec<Etag>>,
    /// It has none of these.
    pub etag_does_not_match: Option<Vec<Etag>>,
    /// It was uploaded before this.
    pub uploaded_before: Option<i64>,
    /// It was uploaded after this.
    pub uploaded_after: Option<i64>,
    /// Times are compared in whole seconds.
    pub seconds_granularity: bool,
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked<'a> {
    pub(crate) etag: &'a str,
    pub(crate) uploaded: i64,
}

impl Condition {
    /// Whether it holds for the object that is there.
    pub(crate) fn holds(&self, object: Option<Looked<'_>>) -> bool {
        let Some(object) = object else { return self.etag_matches.is_none() && self.uploaded_after.is_none() };
        let matches = self.etag_matches.as_ref().is_none_or(|etags| includes(etags, object.etag, false));
        let differs = self.etag_does_not_match.as_ref().is_none_or(|etags| !includes(etags, object.etag, true));
        let round = |millis: i64| if self.seconds_granularity { millis.div_euclid(1000) * 1000 } else { millis };
        let uploaded = round(object.uploaded);
        let after = self.uploaded_after.is_none_or(|time| round(time) < uploaded)
            || (self.etag_does_not_match.is_some() && differs);
        let before =
            self.uploaded_before.is_none_or(|time| uploaded < round(time)) || (self.etag_matches.is_some() && matches);
        matches && differs && after && before
    }
}

fn includes(etags: &[Etag], etag: &str, weak_counts: bool) -> bool {
    etags.iter().any(|wanted| match wanted {
        Etag::Any => true,
        Etag::Strong(value) => value == etag,
        Etag::Weak(value) => weak_counts && value == etag,
    })
}

impl Etag {
    /// The etag of an option: bare, or `*`.
    ///
    /// # Errors
    /// When it is in quotes.
    pub fn from_option(text: &str) -> Result<Vec<Etag>, R2Error> {
        if text.starts_with('"') && text.ends_with('"') {
            return Err(R2Error::QuotedEtag(text.to_owned()));
        }
        Ok(vec![if text == "*" { Etag::Any } else { Etag::Strong(text.to_owned()) }])
    }

    /// The etags of a header: in quotes, separated by commas.
    ///
    /// # Errors
    /// When there is none, or the list is malformed.
    pub fn from_header(name: &'static str, text: &str) -> Result<Vec<Etag>, R2Error> {
        let etags = list(text)?;
        if etags.is_empty() { Err(R2Error::NoEtag(name)) } else { Ok(etags) }
    }
}

/// Reads etag by etag. What stands between them is passed over, as production does it.
fn list(text: &str) -> Result<Vec<Etag>, R2Error> {
    let mut etags = Vec::new();
    let mut rest = text;
    let mut comma_needed = false;
    while let Some(at) = rest.find(['*', '"']) {
        let comma = rest.find(',');
        let weak = rest.find('W').filter(|weak| *weak < at);
        if comma.is_some_and(|comma| comma < weak.unwrap_or(at)) {
            rest = &rest[comma.unwrap_or_default() + 1..];
            comma_needed = false;
            continue;
        }
        let is_wildcard = rest[at..].starts_with('*');
        if comma_needed {
            return Err(R2Error::EtagsNotSeparated(match (weak, is_wildcard) {
                (Some(_), _) => {
                    "weak quotation character 'W' instead. This would otherwise indicate the start of a new weak etag."
                }
                (None, true) => "wildcard character '*' instead.",
                (None, false) => {
                    "double quote character '\"' instead. This would otherwise indicate the start of a new strong etag."
                }
            }));
        }
        if is_wildcard {
            return Ok(vec![Etag::Any]);
        }
        let value = &rest[at + 1..];
        let end = value.find('"').ok_or(R2Error::EtagUnclosed)?;
        let tag = value[..end].to_owned();
        etags.push(match weak {
            None => Etag::Strong(tag),
            Some(weak) if &rest[weak..at] == "W/" => Etag::Weak(tag),
            Some(_) => return Err(R2Error::WeakEtag),
        });
        rest = &value[end + 1..];
        comma_needed = true;
    }
    Ok(etags)
}

//! What pages of other origins may ask of a bucket, by the rules it was given.

use crate::body::Body;
use crate::call::Call;
use crate::error::{Result, S3Error};
use crate::objects::insert;
use crate::xml::{Document, Element};
use edgeemu_r2::Bucket;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, VARY,
};
use http::{HeaderMap, Response, StatusCode};

/// Under this name the bucket keeps its rules.
const SETTING: &str = "cors";
const RULES_MAX: usize = 100;
const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/// A rule: what is listed in it may be asked for.
#[derive(Debug, Default)]
struct Rule {
    id: Option<String>,
    origins: Vec<String>,
    methods: Vec<String>,
    headers: Vec<String>,
    exposed: Vec<String>,
    max_age_secs: Option<u64>,
}

/// `GetBucketCors`.
pub(crate) fn get(bucket: &Bucket) -> Result<Response<Body>> {
    let missing = || {
        let message = "The CORS configuration does not exist.";
        S3Error::new(StatusCode::NOT_FOUND, "NoSuchCORSConfiguration", message)
    };
    let kept = bucket.setting(SETTING)?.ok_or_else(missing)?;
    let rules = parse(kept.as_bytes())?;
    Ok(Document::response("CORSConfiguration", |document| write(document, &rules)))
}

/// `PutBucketCors`.
pub(crate) fn put(bucket: &Bucket, document: &[u8]) -> Result<Response<Body>> {
    let rules = parse(document)?;
    let mut kept = Document::default();
    kept.inside("CORSConfiguration", |document| write(document, &rules));
    bucket.set_setting(SETTING, Some(&kept.into_text()))?;
    Ok(Response::new(Body::empty()))
}

/// `DeleteBucketCors`.
pub(crate) fn delete(bucket: &Bucket) -> Result<Response<Body>> {
    bucket.set_setting(SETTING, None)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

fn parse(document: &[u8]) -> Result<Vec<Rule>> {
    let root = Element::parse(document, "CORSConfiguration")?;
    let mut rules = Vec::new();
    for element in root.all("CORSRule") {
        let texts = |name| element.all(name).map(|child| child.text.trim().to_owned()).collect::<Vec<_>>();
        let age = element.child("MaxAgeSeconds").map(|text| text.trim().parse().map_err(|_| S3Error::malformed_xml()));
        let rule = Rule {
            id: element.child("ID").map(str::to_owned),
            origins: texts("AllowedOrigin"),
            methods: texts("AllowedMethod"),
            headers: texts("AllowedHeader"),
            exposed: texts("ExposeHeader"),
            max_age_secs: age.transpose()?,
        };
        if rule.origins.is_empty() || rule.methods.is_empty() {
            return Err(S3Error::malformed_xml());
        }
        if let Some(method) = rule.methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
            let message = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
            return Err(S3Error::invalid_request(message));
        }
        rules.push(rule);
    }
    if (1..=RULES_MAX).contains(&rules.len()) { Ok(rules) } else { Err(S3Error::malformed_xml()) }
}

fn write(document: &mut Document, rules: &[Rule]) {
    for rule in rules {
        document.inside("CORSRule", |document| {
            document.maybe("ID", rule.id.as_ref());
            let lists = [
                ("AllowedOrigin", &rule.origins),
                ("AllowedMethod", &rule.methods),
                ("AllowedHeader", &rule.headers),
                ("ExposeHeader", &rule.exposed),
            ];
            for (name, texts) in lists {
                texts.iter().for_each(|text| document.text(name, text));
            }
            document.maybe("MaxAgeSeconds", rule.max_age_secs);
        });
    }
}

/// The answer to a browser that asks before it sends a request. Nobody signs such a question.
pub(crate) fn preflight(bucket: &Bucket, call: &Call) -> Result<Response<Body>> {
    let (origin, method) = (call.header("origin"), call.header("access-control-request-method"));
    let (Some(origin), Some(method)) = (origin, method) else {
        let message = "Insufficient information. Origin request header needed.";
        return Err(S3Error::new(StatusCode::BAD_REQUEST, "BadRequest", message));
    };
    let asked = call.header("access-control-request-headers").unwrap_or_default();
    let asked: Vec<_> = asked.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let rules = rules(bucket)?;
    let found = rules.iter().find(|rule| rule.allows(&origin, &method) && rule.allows_headers(&asked));
    let Some(rule) = found else {
        let message = "CORSResponse: This CORS request is not allowed: no rule of the bucket has its origin, its method \
                       and its headers.";
        return Err(S3Error::new(StatusCode::FORBIDDEN, "AccessForbidden", message));
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    rule.show(headers, &origin);
    insert(headers, ACCESS_CONTROL_ALLOW_METHODS, &rule.methods.join(", "));
    if !asked.is_empty() {
        insert(headers, ACCESS_CONTROL_ALLOW_HEADERS, &asked.join(", "));
    }
    if let Some(secs) = rule.max_age_secs {
        headers.insert(ACCESS_CONTROL_MAX_AGE, secs.into());
    }
    Ok(response)
}

/// Lets the page that asked see the answer, if a rule says so.
pub(crate) fn allow(bucket: &Bucket, call: &Call, headers: &mut HeaderMap) {
    let Some(origin) = call.header("origin") else { return };
    let rules = rules(bucket).unwrap_or_default();
    if let Some(rule) = rules.iter().find(|rule| rule.allows(&origin, call.method.as_str())) {
        rule.show(headers, &origin);
    }
}

fn rules(bucket: &Bucket) -> Result<Vec<Rule>> {
    bucket.setting(SETTING)?.map_or_else(|| Ok(Vec::new()), |kept| parse(kept.as_bytes()))
}

impl Rule {
    fn allows(&self, origin: &str, method: &str) -> bool {
        self.methods.iter().any(|allowed| allowed == method)
            && self.origins.iter().any(|pattern| matches(pattern, origin))
    }

    fn allows_headers(&self, names: &[&str]) -> bool {
        let is_allowed = |name: &str| {
            let name = name.to_ascii_lowercase();
            self.headers.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), &name))
        };
        names.iter().all(|name| is_allowed(name))
    }

    fn show(&self, headers: &mut HeaderMap, origin: &str) {
        let is_for_all = self.origins.iter().any(|origin| origin == "*");
        insert(headers, ACCESS_CONTROL_ALLOW_ORIGIN, if is_for_all { "*" } else { origin });
        if !is_for_all {
            insert(headers, VARY, "Origin");
        }
        if !self.exposed.is_empty() {
            insert(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed.join(", "));
        }
    }
}

/// A pattern with at most one `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}

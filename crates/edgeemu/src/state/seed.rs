//! Data to begin with, from a JSON file with comments: pairs of KV, SQL and rows of D1, objects of R2.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use edgeemu_config::{RawConfig, Source};
use edgeemu_d1::{Statement, Value as D1Value, prepare_file};
use edgeemu_kv::{BulkEntry, PutOptions};
use edgeemu_r2::{HttpMetadata, PutOptions as R2PutOptions};
use edgeemu_world::Disk;
use serde_json::{Map, Value};

use super::archive::{CarriedPart, StateKind, StatePart};
use super::{StateAccess, StateError, refused};

/// A file of data that was read and understood.
#[derive(Debug)]
pub struct Seed {
    path: PathBuf,
    parts: Vec<(StateKind, String, Content)>,
}

#[derive(Debug)]
enum Content {
    Pairs(Vec<BulkEntry>),
    Statements(Vec<Statement>),
    Objects(Vec<(String, Bytes, R2PutOptions)>),
}

/// What is wrong, without the place.
type Wrong = String;

impl Seed {
    /// Reads a file and everything it names.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(disk: &Disk, path: &Path) -> Result<Seed, StateError> {
        let text = refused(disk.read_to_string(path))?;
        // Whatever its name is, it is JSON with comments.
        let source = Source::new(path.with_extension("jsonc"), text).shown_as(path.display().to_string());
        let raw =
            RawConfig::parse(source).map_err(|report| StateError::Refused(report.render().trim_end().to_owned()))?;
        let files = Files { disk, dir: path.parent().unwrap_or(Path::new("")) };
        let parts = parts(&raw.to_json(), &files).map_err(|wrong| StateError::file(path, wrong))?;
        Ok(Seed { path: path.to_path_buf(), parts })
    }

    /// What it names: bindings, or ids.
    pub fn names(&self) -> impl Iterator<Item = (StateKind, &str)> {
        self.parts.iter().map(|(kind, name, _)| (*kind, name.as_str()))
    }
}

impl StateAccess {
    /// Puts the data of a seed; `id_of` leads from the names in it to ids. What is there and not in the seed stays.
    ///
    /// # Errors
    /// Names the part that was refused.
    pub async fn seed(
        &self,
        seed: Seed,
        id_of: impl Fn(StateKind, &str) -> String,
    ) -> Result<Vec<CarriedPart>, StateError> {
        let mut carried = Vec::new();
        for (kind, name, content) in seed.parts {
            let part = StatePart { kind, id: id_of(kind, &name) };
            let count = self.put(&part.id, content).await;
            let count =
                count.map_err(|error| StateError::file(&seed.path, format!("{}.{name}: {error}", kind.name())))?;
            carried.push(CarriedPart { part, count });
        }
        Ok(carried)
    }

    async fn put(&self, id: &str, content: Content) -> Result<u64, StateError> {
        match content {
            Content::Pairs(pairs) => {
                let count = pairs.len() as u64;
                self.kv_bulk_put(id, pairs).await.map(|()| count)
            }
            Content::Statements(statements) => {
                let count = statements.len() as u64;
                if count > 0 {
                    self.d1_run(id, statements).await?;
                }
                Ok(count)
            }
            Content::Objects(objects) => {
                let count = objects.len() as u64;
                for (key, bytes, options) in objects {
                    let size = bytes.len() as u64;
                    self.r2_put((id, &key), std::io::Cursor::new(bytes), size, options).await?;
                }
                Ok(count)
            }
        }
    }
}

/// Files that are named beside the seed.
struct Files<'a> {
    disk: &'a Disk,
    dir: &'a Path,
}

impl Files<'_> {
    fn bytes(&self, name: &Value) -> Result<Bytes, Wrong> {
        let name = name.as_str().ok_or("`file` must be the name of a file")?;
        self.disk.read(&self.dir.join(name)).map_err(|error| error.to_string())
    }

    fn text(&self, name: &Value) -> Result<String, Wrong> {
        Ok(String::from_utf8_lossy(&self.bytes(name)?).trim_start_matches('\u{feff}').to_owned())
    }
}

fn parts(root: &Map<String, Value>, files: &Files<'_>) -> Result<Vec<(StateKind, String, Content)>, Wrong> {
    let mut parts = Vec::new();
    for (name, value) in root.iter().filter(|(name, _)| *name != "$schema") {
        let kind = StateKind::ALL.into_iter().find(|kind| kind.name() == name);
        let kind = kind.ok_or_else(|| format!("`{name}` is neither `kv`, `d1` nor `r2`"))?;
        for (binding, content) in object(value, name)? {
            let place = format!("{name}.{binding}");
            let content = match kind {
                StateKind::Kv => object(content, &place)?
                    .iter()
                    .map(|pair| pair_of(pair, files))
                    .collect::<Result<_, _>>()
                    .map(Content::Pairs),
                StateKind::D1 => statements(content, files).map(Content::Statements),
                StateKind::R2 => object(content, &place)?
                    .iter()
                    .map(|named| object_of(named, files))
                    .collect::<Result<_, _>>()
                    .map(Content::Objects),
            };
            parts.push((kind, binding.clone(), content.map_err(|wrong| format!("{place}: {wrong}"))?));
        }
    }
    Ok(parts)
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, Wrong> {
    value.as_object().ok_or_else(|| format!("`{place}` must be an object"))
}

/// Refuses members that mean nothing, so that a misspelt one is noticed.
fn check_members(members: &Map<String, Value>, known: &[&str]) -> Result<(), Wrong> {
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => Err(format!("`{unknown}` is not known here; known are: {}", known.join(", "))),
        None => Ok(()),
    }
}

/// Bytes: a string, or an object with one of `value`, `json`, `base64` and `file`.
fn bytes_of(members: &Map<String, Value>, files: &Files<'_>) -> Result<Bytes, Wrong> {
    let given: Vec<_> =
        ["value", "json", "base64", "file"].into_iter().filter(|name| members.contains_key(*name)).collect();
    let [name] = given.as_slice() else {
        return Err("give exactly one of `value`, `json`, `base64` and `file`".to_owned());
    };
    let value = &members[*name];
    match *name {
        "file" => files.bytes(value),
        "json" => Ok(value.to_string().into()),
        "base64" => {
            let text = value.as_str().ok_or("`base64` must be a string")?;
            BASE64.decode(text).map(Bytes::from).map_err(|error| format!("`base64` is not that: {error}"))
        }
        _ => value
            .as_str()
            .map(|text| Bytes::copy_from_slice(text.as_bytes()))
            .ok_or_else(|| "`value` must be a string".to_owned()),
    }
}

fn whole(members: &Map<String, Value>, name: &str) -> Result<Option<i64>, Wrong> {
    let number = |value: &Value| value.as_i64().ok_or_else(|| format!("`{name}` must be a whole number of seconds"));
    members.get(name).map(number).transpose()
}

fn pair_of((key, value): (&String, &Value), files: &Files<'_>) -> Result<BulkEntry, Wrong> {
    let at = |wrong: Wrong| format!("`{key}`: {wrong}");
    if let Value::String(text) = value {
        let value = Bytes::copy_from_slice(text.as_bytes());
        return Ok(BulkEntry { key: key.clone(), value, options: PutOptions::default() });
    }
    let members = value.as_object().ok_or_else(|| at("a value is a string or an object".to_owned()))?;
    let read = || -> Result<BulkEntry, Wrong> {
        check_members(members, &["value", "json", "base64", "file", "metadata", "expiration", "expirationTtl"])?;
        let options = PutOptions {
            expiration: whole(members, "expiration")?,
            expiration_ttl: whole(members, "expirationTtl")?,
            metadata: members.get("metadata").map(Value::to_string),
        };
        Ok(BulkEntry { key: key.clone(), value: bytes_of(members, files)?, options })
    };
    read().map_err(at)
}

fn object_of((key, value): (&String, &Value), files: &Files<'_>) -> Result<(String, Bytes, R2PutOptions), Wrong> {
    let at = |wrong: Wrong| format!("`{key}`: {wrong}");
    if let Value::String(text) = value {
        return Ok((key.clone(), Bytes::copy_from_slice(text.as_bytes()), R2PutOptions::default()));
    }
    let members = value.as_object().ok_or_else(|| at("an object is a string or an object".to_owned()))?;
    let read = || -> Result<_, Wrong> {
        check_members(members, &["value", "json", "base64", "file", "httpMetadata", "customMetadata", "storageClass"])?;
        let http = members.get("httpMetadata").cloned().unwrap_or_else(|| Value::Object(Map::new()));
        let http_metadata: HttpMetadata =
            serde_json::from_value(http).map_err(|error| format!("`httpMetadata`: {error}"))?;
        let custom = members.get("customMetadata").map(|value| object(value, "customMetadata")).transpose()?;
        let text = |(name, value): (&String, &Value)| {
            let text = value.as_str().ok_or_else(|| format!("`customMetadata.{name}` must be a string"))?;
            Ok((name.clone(), text.to_owned()))
        };
        let options = R2PutOptions {
            http_metadata,
            custom_metadata: custom.into_iter().flatten().map(text).collect::<Result<_, Wrong>>()?,
            storage_class: members.get("storageClass").and_then(Value::as_str).map(str::to_owned),
            ..R2PutOptions::default()
        };
        Ok((key.clone(), bytes_of(members, files)?, options))
    };
    read().map_err(at)
}

/// SQL as text, `{ "file" }`, `{ "rows": { "table": [{ "column": value }] } }`, or a list of these.
fn statements(content: &Value, files: &Files<'_>) -> Result<Vec<Statement>, Wrong> {
    let sql = |text: &str| prepare_file(text).map_err(|error| error.to_string());
    match content {
        Value::String(text) => sql(text),
        Value::Array(items) => {
            let lists: Vec<_> = items.iter().map(|item| statements(item, files)).collect::<Result<_, _>>()?;
            Ok(lists.concat())
        }
        Value::Object(members) => {
            check_members(members, &["file", "sql", "rows"])?;
            let mut all = members.get("file").map_or(Ok(Vec::new()), |name| sql(&files.text(name)?))?;
            if let Some(text) = members.get("sql") {
                all.extend(sql(text.as_str().ok_or("`sql` must be a string")?)?);
            }
            if let Some(tables) = members.get("rows") {
                for (table, rows) in object(tables, "rows")? {
                    let rows = rows.as_array().ok_or_else(|| format!("`rows.{table}` must be a list of objects"))?;
                    for row in rows {
                        all.push(row_of(table, object(row, &format!("rows.{table}"))?));
                    }
                }
            }
            Ok(all)
        }
        _ => Err("SQL is a string, an object with `file`, `sql` or `rows`, or a list of these".to_owned()),
    }
}

/// Rows that are there already under the same key are replaced, so that a seed may be used again.
fn row_of(table: &str, row: &Map<String, Value>) -> Statement {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let columns: Vec<_> = row.keys().map(|name| quoted(name)).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    // Whole numbers stay whole here. Lists and objects are stored as their JSON.
    let value = |value: &Value| match value {
        Value::Null => D1Value::Null,
        Value::Bool(is_true) => D1Value::Integer(i64::from(*is_true)),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| D1Value::Real(number.as_f64().unwrap_or_default()), D1Value::Integer)
        }
        Value::String(text) => D1Value::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => D1Value::Text(value.to_string()),
    };
    let params = row.values().map(value).collect();
    if columns.is_empty() {
        return Statement::new(format!("INSERT INTO {} DEFAULT VALUES", quoted(table)));
    }
    let sql = format!("INSERT OR REPLACE INTO {} ({}) VALUES ({marks})", quoted(table), columns.join(", "));
    Statement { sql, params }
}

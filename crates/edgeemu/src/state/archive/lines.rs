//! The lines of an archive: a JSON object for each key of KV and each object of R2.

use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use edgeemu_kv::{BulkEntry, Entry};
use edgeemu_r2::Object;
use edgeemu_world::{AppendFile, Disk, DiskReader};
use serde_json::{Value, json};

use crate::state::{StateError, refused};

/// How many bytes are gathered before they are written.
const PIECE: usize = 64 * 1024;
/// The longest line: a value at its limit as base64, with metadata.
const LINE_BYTES: u64 = 64 * 1024 * 1024;

/// A file that is being written.
pub(crate) struct Writer {
    file: AppendFile,
    waiting: Vec<u8>,
}

impl Writer {
    pub(crate) fn create(disk: &Disk, path: &Path) -> Result<Writer, StateError> {
        if let Some(dir) = path.parent() {
            refused(disk.create_dir_all(dir))?;
        }
        Ok(Writer { file: refused(disk.open_append(path))?, waiting: Vec::new() })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() < PIECE { Ok(()) } else { self.flush() }
    }

    pub(crate) fn line(&mut self, value: &Value) -> Result<(), StateError> {
        refused(self.write(format!("{value}\n").as_bytes()))
    }

    /// Nothing waits any more when this returns.
    pub(crate) fn flush(&mut self) -> std::io::Result<()> {
        self.file.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Everything is in the file when this returns.
    pub(crate) fn finish(mut self) -> Result<(), StateError> {
        refused(self.flush())
    }
}

/// The lines of a file, each a JSON value.
pub(crate) struct Lines {
    path: PathBuf,
    number: u64,
    reader: BufReader<DiskReader>,
}

impl Lines {
    pub(crate) fn open(disk: &Disk, path: &Path) -> Result<Lines, StateError> {
        let reader = BufReader::with_capacity(PIECE, refused(disk.open_read(path))?);
        Ok(Lines { path: path.to_path_buf(), number: 0, reader })
    }

    /// The next line; `None` at the end.
    pub(crate) fn next_line(&mut self) -> Result<Option<Value>, StateError> {
        loop {
            let mut line = Vec::new();
            self.number += 1;
            refused(self.reader.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line))?;
            if line.is_empty() {
                return Ok(None);
            }
            if !line.trim_ascii().is_empty() {
                return serde_json::from_slice(&line).map(Some).map_err(|error| self.wrong(error));
            }
        }
    }

    /// An error that says which line is meant.
    pub(crate) fn wrong(&self, reason: impl std::fmt::Display) -> StateError {
        StateError::file(&self.path, format!("line {}: {reason}", self.number))
    }

    pub(crate) fn next_pair(&mut self) -> Result<Option<BulkEntry>, StateError> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        // The form of a bulk file, one entry of it.
        let text = Value::Array(vec![line]).to_string();
        let mut entries = BulkEntry::parse_file(&text).map_err(|error| self.wrong(error))?;
        Ok(entries.pop())
    }

    pub(crate) fn next_object(&mut self) -> Result<Option<(Object, String)>, StateError> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        let file = line["file"].as_str().unwrap_or_default().to_owned();
        let is_plain = !file.is_empty() && !file.contains(['/', '\\']) && file != "..";
        let object = serde_json::from_value(line).map_err(|error| self.wrong(error))?;
        if is_plain { Ok(Some((object, file))) } else { Err(self.wrong("`file` is not the name of a file")) }
    }
}

/// A pair as a line: text as it is, other bytes as base64.
pub(crate) fn pair(key: &str, entry: &Entry) -> Value {
    let mut line = json!({ "key": key });
    match std::str::from_utf8(&entry.value) {
        Ok(text) => line["value"] = text.into(),
        Err(_) => {
            line["value"] = BASE64.encode(&entry.value).into();
            line["base64"] = true.into();
        }
    }
    if let Some(expiration) = entry.expiration {
        line["expiration"] = expiration.into();
    }
    // It was checked to be JSON when it was put.
    if let Some(metadata) = entry.metadata.as_deref().and_then(|metadata| serde_json::from_str(metadata).ok()) {
        line["metadata"] = metadata;
    }
    line
}

/// An object as a line.
pub(crate) fn object(described: &Value, file: &str) -> Value {
    let mut line = json!({ "key": described["key"], "file": file });
    for (name, value) in described.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    line
}

/// Names for the files of objects: readable where that is possible, and never the same for two of a bucket, also where
/// small and capital letters are not told apart.
#[derive(Default)]
pub(crate) struct FileNames {
    taken: std::collections::BTreeSet<String>,
}

impl FileNames {
    const LONGEST: usize = 150;

    pub(crate) fn name(&mut self, key: &str) -> String {
        let mut name = super::file_name(key);
        name.truncate(FileNames::LONGEST);
        let mut found = name.clone();
        let mut number = 1;
        while found.is_empty() || !self.taken.insert(found.to_ascii_lowercase()) {
            number += 1;
            found = format!("{name}~{number}");
        }
        found
    }
}

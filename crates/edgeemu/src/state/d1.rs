//! The databases of D1 without a Worker.

use std::io::{self, Read};

use edgeemu_d1::{ExportError, ExportOptions, LineSink, Request, Statement, Value as D1Value};
use edgeemu_runtime::Body;
use http::Method;
use serde_json::{Value, json};

use super::r2::FileBody;
use super::{RequestRest, StateAccess, StateError, Way, refused, segment};
use crate::control;

/// What SQL gave: a list of `{ success, meta, results }`, one for each statement.
pub type D1Run = Vec<Value>;

impl StateAccess {
    /// Runs statements in one transaction; the rows are objects.
    ///
    /// # Errors
    /// What D1 says, or when the data cannot be reached.
    pub async fn d1_run(&self, database: &str, statements: Vec<Statement>) -> Result<D1Run, StateError> {
        match &self.way {
            Way::Direct(data) => {
                let request = Request { statements, ..Request::default() };
                let (text, _) = refused(data.d1.database(database)?.run(request).await)?;
                refused(serde_json::from_str(&text))
            }
            Way::Remote(remote) => {
                let batch: Vec<_> = statements.iter().map(statement_json).collect();
                let answer = remote.d1(database, "query", json!({ "batch": batch })).await?;
                Ok(answer.as_array().cloned().unwrap_or_default())
            }
        }
    }

    /// The database as SQL that makes it again, piece by piece.
    ///
    /// # Errors
    /// For a database that cannot be exported, when the data cannot be reached, and those of `sink`.
    pub async fn d1_export(
        &self,
        database: &str,
        options: &ExportOptions,
        sink: ByteSink<'_>,
    ) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => {
                let database = data.d1.database(database)?;
                in_pieces(sink, |lines| database.export_lines(options, lines))
            }
            Way::Remote(remote) => {
                let ExportOptions { tables, no_schema, no_data } = options;
                let body = json!({ "tables": tables, "no_schema": no_schema, "no_data": no_data });
                let rest = RequestRest { body: body.to_string().into(), headers: http::HeaderMap::new() };
                remote.d1_text((Method::POST, database, "export"), rest, sink).await
            }
        }
    }

    /// Runs the SQL in `source`, of `size` bytes, in one transaction. Gives `{ statements, rows_read, rows_written,
    /// size_after, duration_ms }`.
    ///
    /// # Errors
    /// Names the statement that was refused; nothing was done then.
    pub async fn d1_import(
        &self,
        database: &str,
        source: impl Read + Send + Unpin + 'static,
        size: u64,
    ) -> Result<Value, StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.d1.database(database)?.import(source, None)).map(control::imported_json),
            Way::Remote(remote) => remote.d1_send((database, "import"), FileBody { source, left: size }).await,
        }
    }

    /// The ids of the databases that there are.
    ///
    /// # Errors
    /// When the data cannot be reached.
    pub async fn d1_databases(&self) -> Result<Vec<String>, StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.d1.ids()),
            Way::Remote(remote) => {
                let response = remote.request(Method::GET, "d1/database", RequestRest::empty()).await?;
                let list: Value = refused(serde_json::from_slice(remote.collect(response).await?.body()))?;
                let databases = list["result"].as_array().into_iter().flatten();
                Ok(databases.filter_map(|database| database["uuid"].as_str()).map(str::to_owned).collect())
            }
        }
    }

    /// The whole database as SQL, virtual tables included, for [`d1_restore`](StateAccess::d1_restore).
    ///
    /// # Errors
    /// When it cannot be read, and those of `sink`.
    pub async fn d1_dump(&self, database: &str, sink: ByteSink<'_>) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => {
                let database = data.d1.database(database)?;
                in_pieces(sink, |lines| database.dump(lines))
            }
            Way::Remote(remote) => remote.d1_text((Method::GET, database, "dump"), RequestRest::empty(), sink).await,
        }
    }

    /// Puts the database that `source`, of `size` bytes, describes in place of this one.
    ///
    /// # Errors
    /// What is wrong with the SQL; the database is as before then.
    pub async fn d1_restore(
        &self,
        database: &str,
        source: impl Read + Send + Unpin + 'static,
        size: u64,
    ) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.d1.database(database)?.restore(source)).map(drop),
            Way::Remote(remote) => {
                remote.d1_send((database, "restore"), FileBody { source, left: size }).await.map(drop)
            }
        }
    }
}

/// Takes text in pieces.
pub type ByteSink<'a> = &'a mut dyn FnMut(&[u8]) -> io::Result<()>;

/// How much is gathered before it is passed on.
const PIECE: usize = 64 * 1024;

/// Passes on lines in pieces.
fn in_pieces(
    sink: ByteSink<'_>,
    write: impl FnOnce(LineSink<'_>) -> Result<(), ExportError>,
) -> Result<(), StateError> {
    let mut piece = Vec::with_capacity(PIECE);
    let written = write(&mut |line| {
        piece.extend_from_slice(line.as_bytes());
        piece.push(b'\n');
        if piece.len() >= PIECE {
            sink(&piece)?;
            piece.clear();
        }
        Ok(())
    });
    refused(written)?;
    refused(sink(&piece))
}

impl super::Remote {
    async fn d1(&self, database: &str, action: &str, body: Value) -> Result<Value, StateError> {
        let path = format!("d1/database/{}/{action}", segment(database));
        let rest = RequestRest { body: body.to_string().into(), headers: http::HeaderMap::new() };
        let response = self.request(Method::POST, &path, rest).await?;
        let response = self.collect(response).await?;
        let mut answer: Value = refused(serde_json::from_slice(response.body()))?;
        Ok(answer["result"].take())
    }

    /// Sends SQL in pieces.
    async fn d1_send<R: Read + Send + Unpin + 'static>(
        &self,
        (database, action): (&str, &str),
        source: FileBody<R>,
    ) -> Result<Value, StateError> {
        let path = format!("d1/database/{}/{action}", segment(database));
        let rest = RequestRest { body: Body::stream(source), headers: http::HeaderMap::new() };
        let response = self.request(Method::POST, &path, rest).await?;
        let response = self.collect(response).await?;
        let mut answer: Value = refused(serde_json::from_slice(response.body()))?;
        Ok(answer["result"].take())
    }

    /// Receives SQL in pieces.
    async fn d1_text(
        &self,
        (method, database, action): (Method, &str, &str),
        rest: RequestRest,
        sink: ByteSink<'_>,
    ) -> Result<(), StateError> {
        let path = format!("d1/database/{}/{action}", segment(database));
        let response = self.request(method, &path, rest).await?;
        if !response.status().is_success() {
            return self.collect(response).await.map(drop);
        }
        let mut body = response.into_body();
        while let Some(piece) = body.chunk().await.map_err(|error| self.unreachable(&error))? {
            refused(sink(&piece))?;
        }
        Ok(())
    }
}

fn statement_json(statement: &Statement) -> Value {
    let params: Vec<_> = statement.params.iter().map(value_json).collect();
    json!({ "sql": statement.sql, "params": params })
}

fn value_json(value: &D1Value) -> Value {
    match value {
        D1Value::Null => Value::Null,
        // A bare number is a real one, as everywhere else.
        D1Value::Integer(number) => json!({ "integer": number }),
        D1Value::Real(number) => json!(number),
        D1Value::Text(text) => json!(text),
        D1Value::Blob(bytes) => json!(bytes),
    }
}

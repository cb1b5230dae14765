//! The databases of D1 without a Worker.

use edgeemu_d1::{ExportOptions, Request, Shape, Statement, Value as D1Value};
use http::Method;
use serde_json::{Value, json};

use super::{RequestRest, StateAccess, StateError, Way, refused, segment};

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
                let request = Request { statements, shape: Shape::Objects };
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

    /// The database as SQL that makes it again.
    ///
    /// # Errors
    /// For a database that cannot be exported, or when the data cannot be reached.
    pub async fn d1_export(&self, database: &str, options: &ExportOptions) -> Result<String, StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.d1.database(database)?.export(options)),
            Way::Remote(remote) => {
                let ExportOptions { tables, no_schema, no_data } = options;
                let body = json!({ "tables": tables, "no_schema": no_schema, "no_data": no_data });
                let answer = remote.d1(database, "export", body).await?;
                Ok(answer["sql"].as_str().unwrap_or_default().to_owned())
            }
        }
    }
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
}

fn statement_json(statement: &Statement) -> Value {
    let params: Vec<_> = statement.params.iter().map(value_json).collect();
    json!({ "sql": statement.sql, "params": params })
}

fn value_json(value: &D1Value) -> Value {
    match value {
        D1Value::Null => Value::Null,
        D1Value::Integer(number) => json!(number),
        D1Value::Real(number) => json!(number),
        D1Value::Text(text) => json!(text),
        D1Value::Blob(bytes) => json!(bytes),
    }
}

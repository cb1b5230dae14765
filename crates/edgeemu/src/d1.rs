//! A D1 database in the hands of a test.

use edgeemu_d1::{Bookmark, D1Error, Database, Migration, QueryResult, Request, Statement, Value};

/// One database, as `emulator.d1("DB")` gives it. Sees what the Worker sees.
#[derive(Clone)]
pub struct D1Handle {
    database: Database,
}

impl D1Handle {
    pub(crate) fn new(database: Database) -> D1Handle {
        D1Handle { database }
    }

    /// Runs SQL, several statements if need be, in one transaction, and gives the result of each.
    ///
    /// # Errors
    /// What production says; nothing was done then.
    pub fn exec(&self, sql: &str) -> Result<Vec<QueryResult>, D1Error> {
        let statements = edgeemu_d1::split_statements(sql).into_iter().map(Statement::new).collect();
        self.batch(statements)
    }

    /// Runs one statement with the values of its parameters.
    ///
    /// # Errors
    /// What production says.
    pub fn query(&self, sql: &str, params: &[Value]) -> Result<QueryResult, D1Error> {
        let mut results = self.batch(vec![Statement { sql: sql.to_owned(), params: params.to_vec() }])?;
        Ok(results.pop().unwrap_or_default())
    }

    /// Runs statements in one transaction.
    ///
    /// # Errors
    /// What production says; nothing was done then.
    pub fn batch(&self, statements: Vec<Statement>) -> Result<Vec<QueryResult>, D1Error> {
        self.database.query(Request { statements, ..Request::default() })
    }

    /// Applies those of `migrations` that were not applied yet, in the order of their numbers, and gives their names.
    ///
    /// # Errors
    /// The name of the migration that failed, and why. Those before it stay.
    pub fn migrate(&self, table: &str, migrations: &[Migration]) -> Result<Vec<String>, (String, D1Error)> {
        self.database.migrate(table, migrations)
    }

    /// The latest point in the history of the database.
    #[must_use]
    pub fn bookmark(&self) -> Bookmark {
        self.database.bookmark()
    }

    /// The database itself, for everything else.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}

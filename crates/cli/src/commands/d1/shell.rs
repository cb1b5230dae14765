//! `edgeemu d1 shell`: SQL typed line by line.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use clap::Args;
use edgeemu::StateAccess;
use edgeemu::d1_data::{Statement, is_complete, split_statements};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use serde_json::{Value, json};

use super::execute::table;
use super::target::{Database, Target};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

const PROMPT: &str = "d1> ";
const MORE: &str = "..> ";
/// The file beside the data that remembers what was typed.
const HISTORY: &str = "d1-history";

const HELP: &str = "\
.tables           the tables and views
.schema [TABLE]   the SQL that made them
.mode table|json  how rows are shown
.help             this
.quit             ends the shell, as Ctrl-D does
Anything else is SQL; it may take several lines, and runs when a line ends with a semicolon. What stands in one go is one
transaction. Ctrl-C forgets what was not run yet.
";

/// Type SQL line by line; with a pipe for stdin, run what comes
#[derive(Args)]
pub(crate) struct Shell {
    #[command(flatten)]
    target: Target,
}

struct Session<'a> {
    database: &'a Database,
    data: StateAccess,
    /// SQL that does not end yet.
    waiting: String,
    as_json: bool,
    /// Whether something was refused.
    failed: bool,
}

/// What comes after a line.
#[derive(PartialEq, Eq)]
enum Next {
    Go,
    Quit,
}

pub(super) async fn run(args: &Shell, context: &Context) -> Result<(), CliError> {
    let database = args.target.locate(context)?;
    let data = database.open(context)?;
    let mut session = Session { database: &database, data, waiting: String::new(), as_json: false, failed: false };
    let is_typed = std::io::stdin().is_terminal();
    if is_typed {
        print(format!("{}\n`.help` says what there is.\n", database.described()).as_bytes())?;
        session.converse(database.data_dir().with_file_name(HISTORY)).await?;
    } else {
        session.read_all().await?;
    }
    session.data.close()?;
    // Somebody who types has seen it.
    if session.failed && !is_typed { Err(CliError::answer("some of the SQL was refused")) } else { Ok(()) }
}

impl Session<'_> {
    async fn converse(&mut self, history: PathBuf) -> Result<(), CliError> {
        let failed = |error: ReadlineError| CliError::user("the terminal cannot be read").cause(error);
        let mut editor = DefaultEditor::new().map_err(failed)?;
        // There may be none yet.
        let _none = editor.load_history(&history);
        let mut typed = String::new();
        loop {
            match editor.readline(if self.waiting.is_empty() { PROMPT } else { MORE }) {
                Ok(line) => {
                    typed.push_str(&line);
                    let next = self.take(&line).await?;
                    if !self.waiting.is_empty() {
                        typed.push('\n');
                        continue;
                    }
                    // SQL of several lines comes back as a whole.
                    editor.add_history_entry(std::mem::take(&mut typed).trim()).map_err(failed)?;
                    // A history that cannot be kept is no reason to fail. It is kept now, since terminals are closed.
                    let _lost = editor.append_history(&history);
                    if next == Next::Quit {
                        return Ok(());
                    }
                }
                Err(ReadlineError::Interrupted) => {
                    self.waiting.clear();
                    typed.clear();
                }
                Err(ReadlineError::Eof) => return Ok(()),
                Err(error) => return Err(failed(error)),
            }
        }
    }

    async fn read_all(&mut self) -> Result<(), CliError> {
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(|error| CliError::user("stdin cannot be read").cause(error))?;
            if self.take(&line).await? == Next::Quit {
                return Ok(());
            }
        }
        let rest = std::mem::take(&mut self.waiting);
        if rest.trim().is_empty() { Ok(()) } else { self.execute(&rest).await }
    }

    async fn take(&mut self, line: &str) -> Result<Next, CliError> {
        if self.waiting.is_empty() && line.trim_start().starts_with('.') {
            return self.command(line.trim()).await;
        }
        if !self.waiting.is_empty() {
            self.waiting.push('\n');
        }
        self.waiting.push_str(line);
        if self.waiting.trim().is_empty() {
            self.waiting.clear();
        } else if is_complete(&self.waiting) {
            let sql = std::mem::take(&mut self.waiting);
            self.execute(&sql).await?;
        }
        Ok(Next::Go)
    }

    async fn command(&mut self, line: &str) -> Result<Next, CliError> {
        const TABLES: &str = "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') \
            AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name";
        const SCHEMA: &str = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '\\_cf\\_%' \
            ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (name, argument.trim()) {
            (".quit" | ".exit", _) => return Ok(Next::Quit),
            (".help", _) => print(HELP.as_bytes())?,
            (".tables", _) => self.execute(TABLES).await?,
            (".schema", "") => self.schema(&format!("{SCHEMA} ORDER BY rowid")).await?,
            (".schema", table) => {
                let table = table.trim_end_matches(';').trim_matches(['"', '\'', '`']).replace('\'', "''");
                self.schema(&format!("{SCHEMA} AND tbl_name = '{table}' ORDER BY rowid")).await?;
            }
            (".mode", mode @ ("json" | "table")) => self.as_json = mode == "json",
            _ => self.refuse(&format!("`{line}` is not known; `.help` says what there is"))?,
        }
        Ok(Next::Go)
    }

    async fn execute(&mut self, sql: &str) -> Result<(), CliError> {
        let statements: Vec<_> = split_statements(sql).into_iter().map(Statement::new).collect();
        if statements.is_empty() {
            return Ok(());
        }
        match self.data.d1_run(self.database.id(), statements).await {
            Ok(results) => results.iter().try_for_each(|result| self.show(result)),
            Err(error) => self.refuse(&error.to_string()),
        }
    }

    fn show(&self, result: &Value) -> Result<(), CliError> {
        let rows = result["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        if self.as_json {
            let meta = &result["meta"];
            let line = json!({ "results": rows, "changes": meta["changes"], "duration": meta["duration"] });
            return print(format!("{line}\n").as_bytes());
        }
        let text = match (table(rows), result["meta"]["changes"].as_u64().unwrap_or_default()) {
            (Some(grid), _) if rows.len() == 1 => format!("{grid}1 row\n"),
            (Some(grid), _) => format!("{grid}{} rows\n", rows.len()),
            (None, 0) => "no rows\n".to_owned(),
            (None, 1) => "1 row changed\n".to_owned(),
            (None, changes) => format!("{changes} rows changed\n"),
        };
        print(text.as_bytes())
    }

    async fn schema(&mut self, sql: &str) -> Result<(), CliError> {
        match self.data.d1_run(self.database.id(), vec![Statement::new(sql)]).await {
            Ok(results) => {
                let rows = results.first().and_then(|result| result["results"].as_array()).cloned().unwrap_or_default();
                let lines = rows.iter().filter_map(|row| row["sql"].as_str()).map(|sql| format!("{sql};\n"));
                print(lines.collect::<String>().as_bytes())
            }
            Err(error) => self.refuse(&error.to_string()),
        }
    }

    /// Says what is wrong and goes on.
    fn refuse(&mut self, reason: &str) -> Result<(), CliError> {
        self.failed = true;
        print(format!("✘ {reason}\n").as_bytes())
    }
}

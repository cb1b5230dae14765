//! What a Worker's SQL may do: the limits and the rules that D1 and Durable Objects have in common.

use super::functions::is_allowed_function;
use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The longest statement, in bytes.
pub const SQL_BYTES: i32 = 100_000;
/// The longest text, blob or row, in bytes.
pub const VALUE_BYTES: i32 = 2_000_000;
/// The most columns of a table, an index or a result.
pub const COLUMNS: i32 = 100;
/// The most parameters of a statement.
pub const PARAMETERS: i32 = 100;
/// The longest pattern of `LIKE` and `GLOB`, in bytes.
pub const PATTERN_BYTES: i32 = 50;
/// The most terms of a compound `SELECT`.
pub const COMPOUND_TERMS: i32 = 5;
/// The most arguments of a function.
pub const FUNCTION_ARGUMENTS: i32 = 127;
/// How deep an expression may nest.
pub const EXPRESSION_DEPTH: i32 = 100;
/// How deep triggers may call each other.
pub const TRIGGER_DEPTH: i32 = 10;
/// The most instructions of a compiled statement.
pub const INSTRUCTIONS: i32 = 25_000;

const LIMITS: [(Limit, i32); 12] = [
    (Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES),
    (Limit::SQLITE_LIMIT_COLUMN, COLUMNS),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, COMPOUND_TERMS),
    (Limit::SQLITE_LIMIT_VDBE_OP, INSTRUCTIONS),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, FUNCTION_ARGUMENTS),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_BYTES),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, TRIGGER_DEPTH),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Names that begin so belong to the runtime.
const RESERVED: &str = "_cf_";

/// The virtual tables that may be made.
const MODULES: [&str; 4] = ["fts5", "fts5vocab", "rtree", "rtree_i32"];

/// What an allowed `PRAGMA` may be given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Switch,
    Name,
    OptionalName,
    OptionalNumber,
    Anything,
}

const PRAGMAS: [(&str, Takes); 19] = [
    ("data_version", Takes::Nothing),
    ("page_size", Takes::Nothing),
    ("table_list", Takes::Anything),
    ("case_sensitive_like", Takes::Switch),
    ("foreign_keys", Takes::Switch),
    ("defer_foreign_keys", Takes::Switch),
    ("ignore_check_constraints", Takes::Switch),
    ("legacy_alter_table", Takes::Switch),
    ("recursive_triggers", Takes::Switch),
    ("reverse_unordered_selects", Takes::Switch),
    ("foreign_key_check", Takes::OptionalName),
    ("foreign_key_list", Takes::Name),
    ("index_info", Takes::Name),
    ("index_list", Takes::Name),
    ("index_xinfo", Takes::Name),
    ("table_info", Takes::Name),
    ("table_xinfo", Takes::Name),
    ("quick_check", Takes::Anything),
    ("optimize", Takes::OptionalNumber),
];

/// What the rules noticed while a statement was compiled, and whether they hold at all.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Our own statements are under way.
    trusted: AtomicBool,
    /// `BEGIN`, `SAVEPOINT` and the like were refused.
    transaction_refused: AtomicBool,
    /// A setting of the connection was changed.
    setting_changed: AtomicBool,
}

impl Gate {
    /// Puts the limits and the rules onto a connection.
    pub(super) fn install(connection: &mut Connection) -> rusqlite::Result<Arc<Gate>> {
        Gate::limit(connection, true)?;
        let gate = Arc::new(Gate::default());
        let rules = Arc::clone(&gate);
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            if rules.trusted.load(Ordering::Relaxed) || rules.allows(&context) {
                Authorization::Allow
            } else {
                Authorization::Deny
            }
        }))?;
        Ok(gate)
    }

    /// Lifts the limits, or puts them back.
    pub(super) fn limit(connection: &Connection, on: bool) -> rusqlite::Result<()> {
        // What is zero is off for all. SQLite takes less than the highest number where it was built for less.
        let lifted = |value: i32| if on || value == 0 { value } else { i32::MAX };
        LIMITS.iter().try_for_each(|(limit, value)| connection.set_limit(*limit, lifted(*value)).map(drop))
    }

    /// Whether the rules are off: while they are, SQL must be ours.
    pub(super) fn trust(&self, on: bool) {
        self.trusted.store(on, Ordering::Relaxed);
    }

    /// Whether a statement was refused because it is one of transactions, since the last call.
    pub(super) fn take_transaction_refused(&self) -> bool {
        self.transaction_refused.swap(false, Ordering::Relaxed)
    }

    /// Whether a setting of the connection was changed since the last call.
    pub(super) fn take_setting_changed(&self) -> bool {
        self.setting_changed.swap(false, Ordering::Relaxed)
    }

    fn allows(&self, context: &AuthContext<'_>) -> bool {
        if context.accessor.is_some_and(is_reserved) {
            return false;
        }
        // Here the database stands in the action; `DROP COLUMN` puts the column where it is otherwise.
        if let AuthAction::AlterTable { database_name, table_name } = context.action {
            return database_name == "main" && !is_reserved(table_name);
        }
        match context.database_name {
            Some("temp") => return is_allowed_in_temp(&context.action),
            Some("main") | None => {}
            Some(_) => return false,
        }
        match context.action {
            AuthAction::Select | AuthAction::Recursive => true,
            AuthAction::Read { table_name, .. }
            | AuthAction::Update { table_name, .. }
            | AuthAction::Insert { table_name }
            | AuthAction::Delete { table_name }
            | AuthAction::CreateTable { table_name }
            | AuthAction::DropTable { table_name } => !is_reserved(table_name),
            AuthAction::CreateIndex { index_name: name, table_name }
            | AuthAction::DropIndex { index_name: name, table_name }
            | AuthAction::CreateTrigger { trigger_name: name, table_name }
            | AuthAction::DropTrigger { trigger_name: name, table_name } => {
                !is_reserved(name) && !is_reserved(table_name)
            }
            AuthAction::CreateView { view_name } | AuthAction::DropView { view_name } => !is_reserved(view_name),
            AuthAction::CreateVtable { table_name, module_name }
            | AuthAction::DropVtable { table_name, module_name } => {
                !is_reserved(table_name) && MODULES.iter().any(|module| module.eq_ignore_ascii_case(module_name))
            }
            // They touch every table, the reserved ones too.
            AuthAction::Analyze { .. } | AuthAction::Reindex { .. } => true,
            AuthAction::Function { function_name } => is_allowed_function(function_name),
            AuthAction::Pragma { pragma_name, pragma_value } => self.allows_pragma(pragma_name, pragma_value),
            AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => {
                self.transaction_refused.store(true, Ordering::Relaxed);
                false
            }
            // Other databases, everything temporary, and what a newer SQLite may bring.
            _ => false,
        }
    }

    fn allows_pragma(&self, name: &str, value: Option<&str>) -> bool {
        let Some((_, takes)) = PRAGMAS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
            return false;
        };
        let is_number = |value: &str| value.parse::<i64>().is_ok();
        let allowed = match (takes, value) {
            (Takes::Nothing, value) => value.is_none(),
            (Takes::Switch, value) => value.is_none_or(is_switch),
            (Takes::Name, value) => value.is_some_and(|name| !is_reserved(name)),
            (Takes::OptionalName, value) => value.is_none_or(|name| !is_reserved(name)),
            (Takes::OptionalNumber, value) => value.is_none_or(|value| is_number(value) || value.starts_with("0x")),
            (Takes::Anything, value) => value.is_none_or(|name| !is_reserved(name)),
        };
        if allowed && *takes == Takes::Switch && value.is_some() {
            self.setting_changed.store(true, Ordering::Relaxed);
        }
        allowed
    }
}

/// SQLite looks into the catalogue of temporary tables on its own account.
fn is_allowed_in_temp(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Read { table_name, .. } => !is_reserved(table_name),
        AuthAction::Update { table_name, .. } => {
            matches!(*table_name, "sqlite_temp_master" | "sqlite_temp_schema")
        }
        AuthAction::Function { function_name } => is_allowed_function(function_name),
        AuthAction::Select => true,
        _ => false,
    }
}

/// Whether a name belongs to the runtime.
pub(super) fn is_reserved(name: &str) -> bool {
    name.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED))
}

fn is_switch(value: &str) -> bool {
    const SWITCHES: [&str; 8] = ["0", "1", "on", "off", "true", "false", "yes", "no"];
    SWITCHES.iter().any(|switch| switch.eq_ignore_ascii_case(value))
}

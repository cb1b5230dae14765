//! The migrations of an example, applied as `edgeemu d1 migrations apply` does.

use edgeemu::d1_data::Migration;

use crate::case::Outcome;
use crate::folders::Folder;
use crate::stage::Stage;

/// The table that remembers them, and the only binding that examples have.
const TABLE: &str = "d1_migrations";
const BINDING: &str = "DB";

/// Applies the files in `migrations`, if there are any.
pub(crate) async fn apply(folder: &Folder, stage: &Stage) -> Outcome {
    let Ok(entries) = std::fs::read_dir(folder.dir.join("migrations")) else { return Ok(()) };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "sql"));
    let migrations: Vec<_> = files
        .map(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            std::fs::read_to_string(&path).map(|sql| Migration { name, sql }).map_err(|error| error.to_string())
        })
        .collect::<Result<_, _>>()?;
    let database = stage.emulator.d1(BINDING).await.map_err(|error| error.to_string())?;
    let database = database.ok_or_else(|| format!("there are migrations, and no D1 binding `{BINDING}`"))?;
    database.migrate(TABLE, &migrations).map(drop).map_err(|(name, error)| format!("{name}: {error}"))
}

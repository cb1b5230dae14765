//! Bundles a project and says how long it took: first, again after an edit, and from the cache.
//!
//! `cargo run --release -p edgeemu-bundle --example measure -- ENTRY ROOT [OUTPUT_FOLDER]`

use std::io::Write;
use std::path::{Path, PathBuf};

use edgeemu_bundle::{Bundle, BundleOptions, Bundler, NodejsCompat};
use edgeemu_world::World;

const ROUNDS: usize = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(entry), Some(root)) = (arguments.next(), arguments.next()) else {
        return Err("usage: measure ENTRY ROOT [OUTPUT_FOLDER]".into());
    };
    let world = World::real();
    let mut options = BundleOptions::new(entry, world.disk().canonicalize(Path::new(&root))?);
    options.nodejs_compat = NodejsCompat::Full;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut out = std::io::stdout().lock();

    let bundle = runtime.block_on(first(&world, &options, &mut out))?;
    if let Some(folder) = arguments.next() {
        write(&world, Path::new(&folder), &bundle)?;
    }
    runtime.block_on(after_edits(&world, &options, &mut out))?;
    runtime.block_on(from_cache(&world, options, &mut out))
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

async fn first(world: &World, options: &BundleOptions, out: &mut impl Write) -> Outcome<Bundle> {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        let watch = world.stopwatch();
        last = Some(Bundler::new(options.clone()).bundle().await?);
        times.push(watch.elapsed());
    }
    let bundle = last.ok_or("no rounds")?;
    writeln!(out, "first bundle: {times:.1?}")?;
    writeln!(out, "main module: {} bytes, {} inputs", bundle.modules[0].source.len(), bundle.inputs.len())?;
    for warning in &bundle.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    Ok(bundle)
}

async fn after_edits(world: &World, options: &BundleOptions, out: &mut impl Write) -> Outcome<()> {
    let entry = options.root.join(&options.entry);
    let original = world.disk().read_to_string(&entry)?;
    let mut bundler = Bundler::new(options.clone());
    bundler.bundle().await?;
    let (mut times, mut unchanged) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        world.disk().write_replacing(&entry, format!("{original}\nglobalThis.round = {round};\n").as_bytes())?;
        let watch = world.stopwatch();
        let bundle = bundler.bundle().await;
        times.push(watch.elapsed());
        bundle?;
        let watch = world.stopwatch();
        bundler.bundle().await?;
        unchanged.push(watch.elapsed());
    }
    world.disk().write_replacing(&entry, original.as_bytes())?;
    writeln!(out, "after an edit: {times:.1?}")?;
    writeln!(out, "nothing changed: {unchanged:.1?}")?;
    Ok(())
}

async fn from_cache(world: &World, options: BundleOptions, out: &mut impl Write) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let options = BundleOptions { cache_dir: Some(folder.path().to_path_buf()), ..options };
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let watch = world.stopwatch();
        Bundler::new(options.clone()).bundle().await?;
        times.push(watch.elapsed());
    }
    writeln!(out, "with a cache (the first one fills it): {times:.1?}")?;
    Ok(())
}

fn write(world: &World, folder: &Path, bundle: &Bundle) -> Outcome<()> {
    for module in &bundle.modules {
        let path: PathBuf = folder.join(&module.name);
        world.disk().create_dir_all(path.parent().unwrap_or(folder))?;
        world.disk().write_replacing(&path, &module.source)?;
    }
    Ok(())
}

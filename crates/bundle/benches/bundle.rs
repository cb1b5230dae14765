//! Says how long it takes to bundle a project: in a new process, in one that has bundled before, after edits, and from
//! the cache. Best and median of each.
//!
//! `cargo bench -p edgeemu-bundle --bench bundle -- ENTRY ROOT [OUTPUT_FOLDER]`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use edgeemu_bundle::{Bundle, BundleOptions, Bundler, NodejsCompat};
use edgeemu_world::World;

const ROUNDS: usize = 15;

/// What the program is started with when it is to bundle once.
const ONCE: &str = "--once";

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let once = arguments.first().is_some_and(|first| first == ONCE);
    if once {
        arguments.remove(0);
    }
    let [entry, root, rest @ ..] = arguments.as_slice() else {
        return Err("what to bundle is missing: ENTRY ROOT [OUTPUT_FOLDER]".into());
    };
    let mut out = std::io::stdout().lock();
    let bench = Bench::new(entry, root)?;
    if once {
        write!(out, "{}", bench.once()?.0.as_micros())?;
        return Ok(());
    }
    let bundle = bench.once()?.1;
    writeln!(out, "main module: {} bytes, {} inputs", bundle.modules[0].source.len(), bundle.inputs.len())?;
    for warning in &bundle.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    report(&mut out, "first bundle of a process", cold(entry, root)?)?;
    report(&mut out, "first bundle, process warm", bench.warm()?)?;
    bench.edited(&mut out)?;
    report(&mut out, "from the cache", bench.cached()?)?;
    match rest.first() {
        Some(folder) => bench.write(Path::new(folder), &bundle),
        None => Ok(()),
    }
}

/// The project and what bundles it.
struct Bench {
    world: World,
    options: BundleOptions,
    runtime: tokio::runtime::Runtime,
}

impl Bench {
    fn new(entry: &str, root: &str) -> Outcome<Bench> {
        let world = World::real();
        let mut options = BundleOptions::new(entry, world.disk().canonicalize(Path::new(root))?);
        options.nodejs_compat = NodejsCompat::Full;
        Ok(Bench { world, options, runtime: tokio::runtime::Builder::new_current_thread().build()? })
    }

    fn timed(&self, bundler: &mut Bundler) -> Outcome<(Duration, Bundle)> {
        let watch = self.world.stopwatch();
        let bundle = self.runtime.block_on(bundler.bundle())?;
        Ok((watch.elapsed(), bundle))
    }

    fn once(&self) -> Outcome<(Duration, Bundle)> {
        self.timed(&mut Bundler::new(self.options.clone()))
    }

    fn warm(&self) -> Outcome<Vec<Duration>> {
        (0..ROUNDS).map(|_| Ok(self.once()?.0)).collect()
    }

    fn edited(&self, out: &mut impl Write) -> Outcome<()> {
        let entry = self.options.root.join(&self.options.entry);
        let original = self.world.disk().read_to_string(&entry)?;
        let timings = self.edits(&entry, &original);
        self.world.disk().write_replacing(&entry, original.as_bytes())?;
        let [first, later, unchanged] = timings?;
        report(out, "after the first edit", first)?;
        report(out, "after a later edit", later)?;
        report(out, "nothing changed", unchanged)
    }

    fn edits(&self, entry: &Path, original: &str) -> Outcome<[Vec<Duration>; 3]> {
        let [mut first, mut later, mut unchanged] = [(); 3].map(|()| Vec::new());
        for round in 0..ROUNDS {
            let mut bundler = Bundler::new(self.options.clone());
            self.timed(&mut bundler)?;
            for (which, times) in [&mut first, &mut later].into_iter().enumerate() {
                let edited = format!("{original}\nglobalThis.round = [{round}, {which}];\n");
                self.world.disk().write_replacing(entry, edited.as_bytes())?;
                times.push(self.timed(&mut bundler)?.0);
            }
            unchanged.push(self.timed(&mut bundler)?.0);
        }
        Ok([first, later, unchanged])
    }

    fn cached(&self) -> Outcome<Vec<Duration>> {
        let folder = tempfile::tempdir()?;
        let options = BundleOptions { cache_dir: Some(folder.path().to_path_buf()), ..self.options.clone() };
        let once = || self.timed(&mut Bundler::new(options.clone()));
        once()?;
        (0..ROUNDS).map(|_| Ok(once()?.0)).collect()
    }

    fn write(&self, folder: &Path, bundle: &Bundle) -> Outcome<()> {
        for module in &bundle.modules {
            let path: PathBuf = folder.join(&module.name);
            self.world.disk().create_dir_all(path.parent().unwrap_or(folder))?;
            self.world.disk().write_replacing(&path, &module.source)?;
        }
        Ok(())
    }
}

/// Each time in a process of its own: what starting `edgeemu dev` for the first time costs.
fn cold(entry: &str, root: &str) -> Outcome<Vec<Duration>> {
    let once = || {
        let output = Command::new(std::env::current_exe()?).args([ONCE, entry, root]).output()?;
        let micros: u64 = String::from_utf8(output.stdout)?.parse()?;
        Ok(Duration::from_micros(micros))
    };
    (0..ROUNDS).map(|_| once()).collect()
}

fn report(out: &mut impl Write, what: &str, mut times: Vec<Duration>) -> Outcome<()> {
    times.sort();
    Ok(writeln!(out, "{what}: best {:.1?}, median {:.1?}", times[0], times[times.len() / 2])?)
}

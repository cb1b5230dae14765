//! A running server: from the start to the last byte on disk.

use std::sync::Arc;
use std::time::Duration;

use edgeemu::config::DevSettings;
use edgeemu::{BuildError, Clock, Emulator, InspectorOptions, ListenOptions, Outside};

use super::announce::announce;
use super::options::Plan;
use super::signals::Signals;
use crate::context::Context;
use crate::error::CliError;
use crate::ui::keys::{Key, Keys};
use crate::ui::{Message, Screen, ScreenOptions};

/// How long the end may take. What a Worker was told is written does not depend on it.
const SHUTDOWN: Duration = Duration::from_millis(750);

/// Exit code of a program that a signal ended.
const INTERRUPTED: i32 = 130;

pub(super) async fn run(plan: Plan, context: &Context) -> Result<(), CliError> {
    let mut signals = Signals::listen()?;
    let screen = Screen::start(ScreenOptions {
        world: context.world.clone(),
        json: plan.json,
        level: plan.level,
        cwd: context.cwd.clone(),
        names_workers: !plan.others.is_empty(),
    })?;
    announce(&screen, &plan, context);
    let wants_keys = plan.keys.unwrap_or(true) && !plan.json && !context.environment.ci;
    let started = tokio::select! {
        started = start(plan, &screen, context) => started,
        () = signals.next() => {
            screen.finish();
            return Ok(());
        }
    };
    let served = match started {
        Ok(emulator) => serve(emulator, &screen, &mut signals, wants_keys).await,
        Err(error) => Err(error),
    };
    screen.finish();
    served
}

async fn start(plan: Plan, screen: &Screen, context: &Context) -> Result<Emulator, CliError> {
    let sink = screen.clone();
    let (project, dev, s3_port) = (plan.project.clone(), plan.project.config().dev.clone(), plan.s3_port);
    let mut builder = Emulator::builder().network(plan.network);
    if let Some(port) = plan.s3_port {
        builder = builder.s3_port(port);
    }
    if let Some(key) = plan.s3_key {
        builder = builder.s3_key(key);
    }
    if plan.offline {
        builder = builder.outside(Outside::ThisMachine);
    }
    let builder = builder
        .world(context.world.clone())
        .persist(plan.state_dir)
        .bundle_cache(plan.bundles_dir)
        .events(Arc::new(move |event| sink.show(Message::Event(event))))
        .listen(ListenOptions { colo_ports: plan.colo_ports, ..ListenOptions::default() })
        .inspector(InspectorOptions { waits: plan.inspect_brk, ..InspectorOptions::default() })
        .watch(true)
        .test_scheduled(plan.test_scheduled)
        .project(plan.project);
    let builder = plan.others.into_iter().fold(builder, edgeemu::EmulatorBuilder::and_project);
    let emulator = builder.build().await.map_err(|error| refused(error, &dev, s3_port))?;
    // Not before the start: a server that cannot listen leaves nothing behind.
    if plan.in_project {
        context.keep_unversioned(&project)?;
    }
    Ok(emulator)
}

/// A busy port is by far the most frequent reason, so it gets production's words.
fn refused(error: BuildError, dev: &DevSettings, s3_port: Option<u16>) -> CliError {
    let BuildError::Listen(listen) = &error else { return error.into() };
    let asked = listen.port.filter(|port| listen.in_use && [dev.port, s3_port].contains(&Some(*port)));
    let Some(port) = asked else { return error.into() };
    let ip = match dev.ip.as_deref() {
        None | Some("localhost") => "127.0.0.1",
        Some(ip) => ip,
    };
    let flag = if dev.port == Some(port) { "--port" } else { "--r2-s3-port" };
    CliError::user(format!("Address already in use ({ip}:{port})")).hint(format!(
        "check that you are not already running a server on this address, or choose another port with `{flag}` (`{flag} 0` \
         takes any free one)"
    ))
}

async fn serve(emulator: Emulator, screen: &Screen, signals: &mut Signals, wants_keys: bool) -> Result<(), CliError> {
    let url = emulator.url().unwrap_or_default().to_owned();
    if let Some(url) = emulator.s3_url() {
        screen.show(Message::S3Ready { url: url.to_owned(), key: emulator.s3_key().clone() });
    }
    let (more_urls, colos) = (emulator.more_urls().to_vec(), emulator.colo_urls().to_vec());
    screen.show(Message::Ready { url: url.clone(), more_urls, colos });
    let devtools = emulator.devtools_url().unwrap_or_default();
    let mut keys = if wants_keys { Keys::open(screen) } else { Keys::none() };
    loop {
        tokio::select! {
            () = signals.next() => break,
            key = keys.next() => match key {
                Key::Browser => open_browser(&url, screen),
                Key::DevTools => open_browser(&devtools, screen),
                Key::Clear => screen.show(Message::Clear),
                Key::Exit => break,
            },
        }
    }
    screen.show(Message::ShuttingDown);
    end(emulator, screen, signals, keys).await
}

/// Opens the browser that `BROWSER` names, or else the system's.
fn open_browser(url: &str, screen: &Screen) {
    let chosen = screen.world().env().var("BROWSER").filter(|browser| !browser.is_empty());
    let opened = match chosen {
        Some(browser) => open::with_detached(url, browser),
        None => open::that_detached(url),
    };
    if opened.is_err() {
        screen.show(Message::Warning(format!("no browser could be opened; open {url} yourself")));
    }
}

/// Ends the emulator. A second Ctrl-C does not wait for it.
async fn end(emulator: Emulator, screen: &Screen, signals: &mut Signals, mut keys: Keys) -> Result<(), CliError> {
    // The clock of the world may stand still.
    let clock = Clock::real();
    // Writing everything down keeps a thread busy, and must not be this one: it has to see a second Ctrl-C.
    let handle = tokio::runtime::Handle::current();
    let flushed = tokio::task::spawn_blocking(move || handle.block_on(emulator.shutdown()));
    tokio::select! {
        flushed = flushed => match flushed {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(error) => Err(CliError::internal("the end was cut short").cause(error)),
        },
        () = clock.sleep(SHUTDOWN) => Ok(()),
        () = signals.next() => at_once(screen),
        () = keys.exit() => at_once(screen),
    }
}

fn at_once(screen: &Screen) -> Result<(), CliError> {
    screen.finish();
    std::process::exit(INTERRUPTED)
}

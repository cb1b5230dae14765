//! From the flags of `dev` to a project and how it is run.

use std::path::PathBuf;

use edgeemu::config::Overrides;
use edgeemu::{AccessKey, KvConsistency, Layout, NetworkSettings, Project};

use super::Dev;
use crate::context::{Context, Wanted};
use crate::error::CliError;
use crate::ui::LogLevel;

/// A project, and how it is run.
pub(super) struct Plan {
    pub(super) project: Project,
    /// The Workers beside it.
    pub(super) others: Vec<Project>,
    pub(super) state_dir: PathBuf,
    /// Where finished bundles are kept.
    pub(super) bundles_dir: PathBuf,
    /// Whether data lives in the project's own folder.
    pub(super) in_project: bool,
    pub(super) test_scheduled: bool,
    /// `--r2-s3-port`, or what `edgeemu.toml` says.
    pub(super) s3_port: Option<u16>,
    /// `--r2-s3-key`.
    pub(super) s3_key: Option<AccessKey>,
    pub(super) network: NetworkSettings,
    pub(super) colo_ports: bool,
    pub(super) json: bool,
    pub(super) level: LogLevel,
    /// `--show-interactive-dev-session`.
    pub(super) keys: Option<bool>,
    /// `--inspect-brk`.
    pub(super) inspect_brk: bool,
    /// `--offline`.
    pub(super) offline: bool,
}

/// What the flags say, over what `edgeemu.toml` says.
fn network(args: &super::Network, project: &Project) -> Result<NetworkSettings, CliError> {
    let beside = NetworkSettings::beside(project);
    let colos = if args.colos.is_empty() { beside.colos } else { args.colos.clone() };
    let home = args.colo.or(beside.home.filter(|home| colos.is_empty() || colos.contains(home)));
    if let Some(colo) = home.filter(|colo| !colos.is_empty() && !colos.contains(colo)) {
        return Err(CliError::usage(format!("`--colo {colo}` is not one of the colos")));
    }
    if args.colo_ports && colos.is_empty() {
        return Err(
            CliError::usage("`--colo-ports` needs `--colos`").hint("for example `--colos FRA,SFO --colo-ports`")
        );
    }
    Ok(NetworkSettings {
        colos: if colos.is_empty() { home.into_iter().collect() } else { colos },
        home,
        kv_consistency: args.kv_consistency.or(beside.kv_consistency).or(Some(KvConsistency::Dev)),
        time: args.time.or(beside.time),
    })
}

pub(super) fn plan(args: Dev, context: &Context) -> Result<Plan, CliError> {
    let (offline, inspect_brk) = (args.server.offline, args.server.inspect_brk);
    let persist_to = args.server.persist_to.clone();
    let (json, test_scheduled) = (args.json, args.server.test_scheduled.unwrap_or(false));
    let (s3_port, s3_key) = (args.server.r2_s3_port, args.server.r2_s3_key.clone());
    let s3_key = s3_key.map(|(id, secret)| AccessKey { id, secret });
    let level = args.output.log_level.or(context.environment.log_level).unwrap_or(LogLevel::Log);
    let keys = args.output.show_interactive_dev_session;
    let (script, flags) = (args.script.clone(), args.network.clone());
    let wanted = Wanted { script, overrides: overrides(args), entry_point_needed: true };
    let mut projects = context.projects(wanted)?.into_iter();
    let project = projects.next().ok_or_else(|| CliError::user("there is no Worker to run"))?;
    let network = network(&flags, &project)?;
    let s3_port = s3_port.or(project.settings().r2.s3_port);
    let state_dir = context.state_dir(&project, persist_to.as_deref());
    // With `--persist-to` nothing is written into the project at all.
    let in_project = persist_to.is_none();
    let beside = if in_project { Layout::of_project(project.dir()).base().to_owned() } else { state_dir.clone() };
    Ok(Plan {
        state_dir,
        bundles_dir: beside.join("bundles"),
        in_project,
        project,
        others: projects.collect(),
        test_scheduled,
        s3_port,
        s3_key,
        network,
        colo_ports: flags.colo_ports,
        json,
        level,
        keys,
        inspect_brk,
        offline,
    })
}

fn overrides(args: Dev) -> Overrides {
    let Dev { server, worker, build, .. } = args;
    Overrides {
        name: worker.name,
        assets: server.assets,
        compatibility_date: worker.compatibility_date,
        compatibility_flags: worker.compatibility_flag,
        vars: worker.var,
        define: build.define,
        alias: build.alias,
        ip: server.ip,
        port: server.port,
        inspector_port: server.inspector_port,
        inspector_ip: server.inspector_ip,
        local_protocol: server.local_protocol.map(Into::into),
        upstream_protocol: server.upstream_protocol.map(Into::into),
        host: server.host,
        routes: server.route,
        no_bundle: build.no_bundle,
        minify: build.minify,
        tsconfig: build.tsconfig,
        jsx_factory: build.jsx_factory,
        jsx_fragment: build.jsx_fragment,
        ..Overrides::default()
    }
}

/// `NAME:VALUE`; the value may contain further colons.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a name, a colon and a value, for example `LOG:verbose`".to_owned()),
    }
}

//! From a project to what the runtime runs: the build command, the bundle, the bindings.

use std::path::PathBuf;
use std::sync::Arc;

use edgeemu_bundle::{BuildPlatform, Bundle, BundleOptions, Bundler, ModuleKind, NodejsCompat, ScriptFormat};
use edgeemu_config::{BindingKind, Config, Service};
use edgeemu_runtime::{Address, Binding, BindingValue, Entry, Limits, Module, Props, Script, Syntax};
use edgeemu_storage::StorageError;
use edgeemu_world::World;
use serde_json::Value;

use crate::build_command;
use crate::data::Data;
use crate::error::BuildError;
use crate::event::EventSink;
use crate::object_classes;
use crate::project::Project;

/// Builds one project again and again.
pub(crate) struct Builder {
    bundler: Bundler,
}

/// A finished build.
pub(crate) struct Built {
    pub(crate) script: Arc<Script>,
    /// Files whose change asks for another build.
    pub(crate) inputs: Vec<PathBuf>,
    /// Ready to print.
    pub(crate) warnings: Vec<String>,
}

impl Builder {
    pub(crate) fn new(project: &Project, cache_dir: Option<PathBuf>) -> Result<Builder, BuildError> {
        let options = bundle_options(project.config(), &project.options().world, cache_dir)?;
        let mut bundler = Bundler::new(options);
        if project.config().build.command.is_none() {
            // The bundle and the engine are made side by side.
            bundler.start()?;
        }
        Ok(Builder { bundler })
    }

    /// Runs the project's build command, bundles, and binds what `env` will hold.
    pub(crate) async fn build(
        &mut self,
        project: &Project,
        data: &Data,
        events: &EventSink,
    ) -> Result<Built, BuildError> {
        let config = project.config();
        build_command::run(config, &project.options().world, events).await?;
        project.check_entry_point()?;
        let bundle = self.bundler.bundle().await?;
        let warnings = bundle.warnings.iter().map(ToString::to_string).collect();
        let inputs = bundle.inputs.clone();
        Ok(Built { script: Arc::new(script(config, bundle, data)?), inputs, warnings })
    }
}

pub(crate) fn bundle_options(
    config: &Config,
    world: &World,
    cache_dir: Option<PathBuf>,
) -> Result<BundleOptions, BuildError> {
    let entry = config.main.clone().ok_or(BuildError::NoMain)?;
    Ok(BundleOptions {
        base_dir: Some(config.base_dir.clone()),
        config_path: Some(config.path.clone()),
        rules: config.rules.clone(),
        settings: config.bundle.clone(),
        nodejs_compat: nodejs_compat(config),
        global_navigator: config.compat.enabled("global_navigator"),
        node_env: world.env().var("NODE_ENV"),
        conditions: world
            .env()
            .var("WRANGLER_BUILD_CONDITIONS")
            .map(|list| list.split(',').map(str::to_owned).collect()),
        platform: platform(world)?,
        cache_dir,
        disk: world.disk().clone(),
        ..BundleOptions::new(entry, config.config_dir.clone())
    })
}

/// `WRANGLER_BUILD_PLATFORM`.
fn platform(world: &World) -> Result<BuildPlatform, BuildError> {
    match world.env().var("WRANGLER_BUILD_PLATFORM").as_deref() {
        None => Ok(BuildPlatform::default()),
        Some("browser") => Ok(BuildPlatform::Browser),
        Some("node") => Ok(BuildPlatform::Node),
        Some("neutral") => Ok(BuildPlatform::Neutral),
        Some(_) => Err(BuildError::Platform),
    }
}

fn nodejs_compat(config: &Config) -> NodejsCompat {
    let on = |flag| config.compat.enabled(flag);
    if on("nodejs_compat") && (on("nodejs_compat_v2") || config.compatibility_date.as_str() >= "2024-09-23") {
        NodejsCompat::Full
    } else if on("nodejs_compat") {
        NodejsCompat::PrefixOnly
    } else if on("nodejs_als") {
        NodejsCompat::AsyncLocalStorage
    } else {
        NodejsCompat::Off
    }
}

fn script(config: &Config, bundle: Bundle, data: &Data) -> Result<Script, BuildError> {
    let modules = bundle.modules.into_iter().map(module).collect::<Result<_, _>>()?;
    let cpu_ms = config.limits.cpu_ms.map_or(Limits::default().cpu_ms, whole_millis);
    Ok(Script {
        name: config.worker_name().to_owned(),
        syntax: match bundle.format {
            ScriptFormat::Modules => Syntax::Modules,
            ScriptFormat::ServiceWorker => Syntax::ServiceWorker,
        },
        main: bundle.main,
        modules,
        source_map: bundle.source_map,
        bindings: bindings(config, data)?,
        caches: data.caches.clone(),
        outside: data.network.outside.clone(),
        flags: config.compat.names().map(str::to_owned).collect(),
        limits: Limits { cpu_ms, ..Limits::default() },
        classes: object_classes::classes(config, &data.durable),
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "negative and huge limits saturate")]
fn whole_millis(millis: f64) -> u64 {
    millis.ceil() as u64
}

pub(crate) fn module(module: edgeemu_bundle::Module) -> Result<Module, BuildError> {
    let kind = match module.kind {
        ModuleKind::EsModule => edgeemu_runtime::ModuleKind::EsModule,
        ModuleKind::Text => edgeemu_runtime::ModuleKind::Text,
        ModuleKind::Data => edgeemu_runtime::ModuleKind::Data,
        ModuleKind::CompiledWasm => edgeemu_runtime::ModuleKind::CompiledWasm,
        ModuleKind::Json => edgeemu_runtime::ModuleKind::Json,
        ModuleKind::CommonJs => return Err(BuildError::CommonJs(module.name)),
    };
    Ok(Module { name: module.name, kind, source: module.source })
}

/// Whom a service binding leads to.
fn address(service: &Service) -> Address {
    let name = service.entrypoint.clone().filter(|name| name != "default");
    let props = service.props.as_ref().map_or(Props::None, |props| Props::Json(props.to_string()));
    Address { worker: service.service.clone(), entry: Entry { name, props } }
}

/// What `env` holds: variables, secrets and resources. What edgeemu does not run is there too, and says so when used.
fn bindings(config: &Config, data: &Data) -> Result<Vec<Binding>, StorageError> {
    let (namespaces, databases) = (&config.bindings.kv_namespaces, &config.bindings.d1_databases);
    let (buckets, services) = (&config.bindings.r2_buckets, &config.bindings.services);
    object_classes::remove_deleted(config, &data.durable)?;
    let classes = object_classes::classes(config, &data.durable);
    let resource = |row: &edgeemu_config::Binding| match row.kind {
        BindingKind::Variable => None,
        BindingKind::KvNamespace => {
            let namespace = namespaces.iter().find(|namespace| namespace.binding == row.name)?;
            Some(Ok(BindingValue::Kv(data.network.kv(&data.kv, namespace.local_id()))))
        }
        BindingKind::R2Bucket => {
            let bucket = buckets.iter().find(|bucket| bucket.binding == row.name)?;
            Some(Ok(BindingValue::R2(data.r2.bucket(bucket.local_id()))))
        }
        BindingKind::D1Database => {
            let database = databases.iter().find(|database| database.binding == row.name)?;
            Some(data.d1.database(database.local_id()).map(BindingValue::D1))
        }
        BindingKind::DurableObject => {
            let binding = config.bindings.durable_objects.iter().find(|binding| binding.name == row.name)?;
            Some(Ok(BindingValue::Durable(object_classes::bound(binding, &classes, &data.durable))))
        }
        BindingKind::Service => {
            let service = services.iter().find(|service| service.binding == row.name)?;
            Some(Ok(BindingValue::Service(address(service))))
        }
        kind => Some(Ok(BindingValue::Unsupported { kind: kind.label().to_owned() })),
    };
    let resources = config.bindings().into_iter().filter_map(|row| Some((resource(&row)?, row.name)));
    let vars = config.vars.iter().map(|(name, value)| (Ok(BindingValue::Json(value.clone())), name.clone()));
    let secret =
        |(name, value): &(String, String)| (Ok(BindingValue::Json(Value::String(value.clone()))), name.clone());
    let all = vars.chain(config.secrets.iter().map(secret)).chain(resources);
    all.map(|(value, name)| Ok(Binding { name, value: value? })).collect()
}

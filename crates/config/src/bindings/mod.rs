//! Every kind of binding a Worker can have: one file each, and the one list that names them.

use serde::Serialize;

use crate::field::{Field, Section};
use crate::scope::Scope;

/// Declares the binding kinds. A line is: kind, the name people read, the field of [`Bindings`], its file and type.
macro_rules! bindings {
    ($($kind:ident $label:literal $field:ident: $container:ident<$module:ident::$item:ident>,)*) => {
        $(mod $module; pub use $module::$item;)*

        /// The kinds of binding, named as production names them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum BindingKind {
            $(#[doc = $label] $kind,)*
            /// Environment Variable
            Variable,
        }

        impl BindingKind {
            /// The name people read, as in `env.CACHE (abc) KV Namespace local`.
            pub fn label(self) -> &'static str {
                match self {
                    $(BindingKind::$kind => $label,)*
                    BindingKind::Variable => "Environment Variable",
                }
            }
        }

        /// The bindings of a Worker by kind, each in file order.
        #[derive(Debug, Clone, Default)]
        pub struct Bindings {
            $(#[doc = $label] pub $field: $container<$item>,)*
        }

        impl Bindings {
            pub(crate) fn read(scope: &Scope) -> Bindings {
                Bindings { $($field: <$container<$item> as Collected>::read(scope),)* }
            }

            /// All bindings but the variables, as rows of the start table.
            pub fn rows(&self) -> Vec<Binding> {
                let mut rows = Vec::new();
                $(rows.extend(self.$field.iter().map(|item| item.row(BindingKind::$kind)));)*
                rows
            }
        }
    };
}

// Sorted by kind.
bindings! {
    Ai "AI" ai: Option<ai::Ai>,
    AnalyticsEngine "Analytics Engine Dataset" analytics_engine_datasets: Vec<analytics::AnalyticsEngineDataset>,
    Assets "Assets" assets: Option<assets::Assets>,
    Browser "Browser Run" browser: Option<browser::Browser>,
    D1Database "D1 Database" d1_databases: Vec<d1::D1Database>,
    DataBlob "Data Blob" data_blobs: Vec<data_blobs::DataBlob>,
    DispatchNamespace "Dispatch Namespace" dispatch_namespaces: Vec<dispatch::DispatchNamespace>,
    DurableObject "Durable Object" durable_objects: Vec<durable::DurableObjectBinding>,
    Hyperdrive "Hyperdrive Config" hyperdrive: Vec<hyperdrive::Hyperdrive>,
    Images "Images" images: Option<images::Images>,
    KvNamespace "KV Namespace" kv_namespaces: Vec<kv::KvNamespace>,
    Media "Media" media: Option<media::Media>,
    MtlsCertificate "mTLS Certificate" mtls_certificates: Vec<mtls::MtlsCertificate>,
    Pipeline "Pipeline" pipelines: Vec<pipelines::Pipeline>,
    Queue "Queue" queue_producers: Vec<queues::QueueProducer>,
    R2Bucket "R2 Bucket" r2_buckets: Vec<r2::R2Bucket>,
    RateLimit "Rate Limit" ratelimits: Vec<ratelimit::RateLimit>,
    RemoteProduct "Remote Product" remote_products: Vec<remote_products::RemoteProduct>,
    SecretsStoreSecret "Secrets Store Secret" secrets_store_secrets: Vec<secrets_store::SecretsStoreSecret>,
    SendEmail "Send Email" send_email: Vec<send_email::SendEmail>,
    Service "Worker" services: Vec<services::Service>,
    Stream "Stream" stream: Option<stream::Stream>,
    TextBlob "Text Blob" text_blobs: Vec<text_blobs::TextBlob>,
    Unsafe "Unsafe Metadata" unsafe_bindings: Vec<unsafe_bindings::UnsafeBinding>,
    Vectorize "Vectorize Index" vectorize: Vec<vectorize::Vectorize>,
    VersionMetadata "Worker Version Metadata" version_metadata: Option<version_metadata::VersionMetadata>,
    WasmModule "Wasm Module" wasm_modules: Vec<wasm_modules::WasmModule>,
    WorkerLoader "Worker Loader" worker_loaders: Vec<worker_loaders::WorkerLoader>,
    Workflow "Workflow" workflows: Vec<workflows::Workflow>,
}

pub use assets::{HtmlHandling, NotFoundHandling, RunWorkerFirst, StaticRouting};
pub use hyperdrive::{ConnectionScheme, ConnectionString, HyperdriveError};

/// One row of the table that is shown at start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The name the Worker sees, as in `env.NAME`.
    pub name: String,
    /// What it is.
    pub kind: BindingKind,
    /// What is shown behind the name, such as a bucket name; empty when there is nothing to show.
    pub resource: String,
    /// The identity of the local data: two bindings of one kind with the same identity share their data.
    pub local_id: String,
    /// Where the data lives.
    pub mode: Mode,
}

/// Where the data behind a binding lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// On this machine.
    Local,
    /// Nowhere: the product has no local emulation.
    NotSupported,
}

impl Mode {
    /// The word in the start table.
    pub fn label(self) -> &'static str {
        match self {
            Mode::Local => "local",
            Mode::NotSupported => "not supported",
        }
    }
}

/// One binding as declared in the configuration.
pub(crate) trait Item: Sized {
    /// The key it stands under.
    const KEY: &'static str;
    /// The key of its name within the table.
    const NAME: &'static str = "binding";
    /// What `remote` means for it.
    const LOCALITY: Locality;

    /// Reads one table. `None` when a required field is missing, which has been complained about.
    fn parse(section: &Section) -> Option<Self>;

    /// The row of the start table.
    fn row(&self, kind: BindingKind) -> Binding;

    /// Where the tables stand. Overridden by kinds that are nested deeper.
    fn sections<'a>(scope: &Scope<'a>, shape: Shape) -> Vec<Section<'a>> {
        match shape {
            Shape::List => scope.repeated_sections(Self::KEY, Self::NAME),
            Shape::Single => scope.repeated(Self::KEY).and_then(|field| field.object()).into_iter().collect(),
        }
    }

    /// Reads all of its kind.
    fn all(scope: &Scope, shape: Shape) -> Vec<Self> {
        Self::sections(scope, shape).into_iter().filter_map(read_one).collect()
    }
}

fn read_one<T: Item>(section: Section) -> Option<T> {
    let item = T::parse(&section);
    let name = section.binding_name(T::NAME);
    if let (Some(name), Some(field)) = (&name, section.get(T::NAME)) {
        section.notes.remember_name(name, field.value.span);
    }
    T::LOCALITY.check(&section, T::KEY, name.as_deref());
    section.finish();
    item
}

/// Whether a key holds a list of tables or one table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    List,
    Single,
}

trait Collected {
    fn read(scope: &Scope) -> Self;
}

impl<T: Item> Collected for Vec<T> {
    fn read(scope: &Scope) -> Vec<T> {
        T::all(scope, Shape::List)
    }
}

impl<T: Item> Collected for Option<T> {
    fn read(scope: &Scope) -> Option<T> {
        T::all(scope, Shape::Single).into_iter().next()
    }
}

/// What a `remote` field means for a kind of binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locality {
    /// Has no remote form; the words name it in the complaint.
    LocalOnly(&'static str),
    /// Production can reach the real resource; edgeemu keeps to local data and says so.
    LocalOrRemote,
    /// No local emulation; the words name it in the complaint.
    RemoteOnly(&'static str),
}

impl Locality {
    fn check(self, section: &Section, key: &str, name: Option<&str>) {
        let remote = section.get("remote");
        let wanted = remote.as_ref().and_then(|_| section.binding_flag("remote")).unwrap_or(false);
        let span = remote.as_ref().map_or(section.span, |field| field.value.span);
        match self {
            Locality::LocalOnly(label) if wanted => {
                section.notes.error(span, format!("{label} bindings do not support accessing remote resources."));
            }
            Locality::LocalOrRemote if wanted => section.notes.warn(
                span,
                format!("Remote resources are out of reach, local data is used instead: `{}`", name.unwrap_or(key)),
            ),
            Locality::RemoteOnly(label) => section.notes.warn(
                section.span,
                format!("{label} bindings do not support local development, and so parts of your Worker may not work correctly."),
            ),
            Locality::LocalOnly(_) | Locality::LocalOrRemote => {}
        }
    }

    pub(crate) fn mode(self) -> Mode {
        match self {
            Locality::RemoteOnly(_) => Mode::NotSupported,
            Locality::LocalOnly(_) | Locality::LocalOrRemote => Mode::Local,
        }
    }
}

/// What is wrong with an entry of a map from names to files.
pub(crate) fn not_a_path(field: &Field) -> String {
    let map = field.path.strip_suffix(&format!(".{}", field.key)).unwrap_or(&field.path);
    format!("Expected \"{map}['{}']\" to be of type string but got {}.", field.key, field.json())
}

/// A row of the start table whose data is identified by what is shown.
pub(crate) fn row<T: Item>(kind: BindingKind, name: &str, resource: &str) -> Binding {
    Binding {
        name: name.to_owned(),
        kind,
        resource: resource.to_owned(),
        local_id: if resource.is_empty() { name.to_owned() } else { resource.to_owned() },
        mode: T::LOCALITY.mode(),
    }
}

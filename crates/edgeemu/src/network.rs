//! The network an emulator stands for: its locations, and which of them a request comes to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use edgeemu_kv::Kv;
use edgeemu_kv::consistency::{Colo, Colos, Drawn, Place, Profile, Settings};
use edgeemu_runtime::Outside;
use edgeemu_world::{Rng, World};
use http::header::{COOKIE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Request};

/// Names the location a request comes to. The Worker does not see it.
pub(crate) const COLO_HEADER: HeaderName = HeaderName::from_static("x-edgeemu-colo");
/// The same for browsers.
pub(crate) const COLO_COOKIE: &str = "edgeemu_colo";
/// The number of a request, and where it came in.
pub(crate) const RAY: HeaderName = HeaderName::from_static("cf-ray");
/// What the Worker saw of KV, a line for each read.
pub(crate) const KV_SEEN: HeaderName = HeaderName::from_static("x-edgeemu-kv");
/// Where everything runs if no location is named. It agrees with what `request.cf` says then.
const HOME: Colo = Colo::new(*b"DFW");

/// Which locations there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NetworkOptions {
    /// The locations; none for one that nobody asked for.
    pub(crate) colos: Vec<Colo>,
    /// Where requests come in that name no location; the first one if absent.
    pub(crate) home: Option<Colo>,
    /// What reads of KV see of writes in other locations; absent: everything.
    pub(crate) consistency: Option<Profile>,
}

/// A request that names a location which does not exist here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchColo {
    /// There are others.
    #[error("there is no colo `{name}` here; there are {}", list(.colos))]
    Unknown {
        /// What was asked for.
        name: String,
        /// Those that there are.
        colos: Vec<Colo>,
    },
    /// Nobody asked for any.
    #[error("there is no colo `{name}` here; start with `--colos {name},…`, or with `colos` of the builder")]
    Single {
        /// What was asked for.
        name: String,
    },
}

fn list(colos: &[Colo]) -> String {
    colos.iter().map(Colo::as_str).collect::<Vec<_>>().join(", ")
}

/// The locations of one emulator. Cloning shares them.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    parts: Arc<Parts>,
    /// What Workers find when they send requests.
    pub(crate) outside: Outside,
}

#[derive(Debug)]
struct Parts {
    colos: Vec<Colo>,
    home: Colo,
    /// Whether somebody asked for locations. Nobody sees any otherwise.
    named: bool,
    rays: Rng,
    chance: Rng,
    consistency: Profile,
    /// Namespaces by their id, with their caches. They outlive reloads.
    namespaces: Mutex<BTreeMap<String, Colos>>,
}

impl Network {
    pub(crate) fn new(world: &World, options: &NetworkOptions) -> Network {
        let named = !options.colos.is_empty();
        let mut colos: Vec<Colo> = Vec::new();
        let home = options.home.or(options.colos.first().copied()).unwrap_or(HOME);
        for colo in options.colos.iter().chain([&home]) {
            if !colos.contains(colo) {
                colos.push(*colo);
            }
        }
        let parts = Parts {
            colos,
            home,
            named,
            rays: world.rng().fork("rays"),
            chance: world.rng().fork("kv"),
            consistency: options.consistency.unwrap_or(Profile::Strong),
            namespaces: Mutex::default(),
        };
        Network { parts: Arc::new(parts), outside: Outside::Network }
    }

    /// The same locations, whose Workers find this outside.
    pub(crate) fn facing(self, outside: &Outside) -> Network {
        Network { outside: outside.clone(), ..self }
    }

    /// A namespace as the locations see it. Its caches are the same for all who ask.
    pub(crate) fn kv(&self, kv: &Kv, id: &str) -> Colos {
        let parts = &self.parts;
        let mut namespaces = parts.namespaces.lock().unwrap_or_else(PoisonError::into_inner);
        let open = || match parts.consistency {
            Profile::Strong => Colos::direct(kv.namespace(id)),
            profile => {
                let choices = Box::new(Drawn(parts.chance.fork(id)));
                Colos::new(kv.namespace(id), Settings::of(profile, &parts.colos), choices)
            }
        };
        namespaces.entry(id.to_owned()).or_insert_with(open).clone()
    }

    /// All locations, in the order in which they were named.
    pub(crate) fn colos(&self) -> &[Colo] {
        &self.parts.colos
    }

    /// Where requests come in that name no location.
    pub(crate) fn home(&self) -> Colo {
        self.parts.home
    }

    /// Tells every location of what was written to KV so far.
    pub(crate) fn tell(&self) {
        self.parts.namespaces.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(Colos::tell);
    }

    /// What reads of KV see of writes in other locations.
    pub(crate) fn consistency(&self) -> Profile {
        self.parts.consistency
    }

    /// Whether somebody asked for locations.
    pub(crate) fn is_named(&self) -> bool {
        self.parts.named
    }

    /// The location with this name.
    pub(crate) fn find(&self, name: &str) -> Result<Colo, NoSuchColo> {
        let colo = name.parse().ok().filter(|colo| self.parts.colos.contains(colo));
        colo.ok_or_else(|| match self.parts.named {
            true => NoSuchColo::Unknown { name: name.to_owned(), colos: self.parts.colos.clone() },
            false => NoSuchColo::Single { name: name.to_owned() },
        })
    }

    /// Where a request comes in: as its header says, or else its cookie, the port, its host name. What was said to
    /// edgeemu alone is taken out.
    pub(crate) fn enter<B>(&self, request: &mut Request<B>, port: Option<Colo>) -> Result<Place, NoSuchColo> {
        let header = request.headers_mut().remove(COLO_HEADER);
        let cookie = if self.parts.named { take_cookie(request.headers_mut()) } else { None };
        let colo = match header {
            Some(name) => self.find(&String::from_utf8_lossy(name.as_bytes()))?,
            // The cookie may have been set for another project on this machine.
            None => cookie
                .and_then(|name| self.find(&name).ok())
                .or(port)
                .or_else(|| self.by_host(request))
                .unwrap_or(self.parts.home),
        };
        Ok(Place::of(colo))
    }

    /// `sfo.localhost`
    fn by_host<B>(&self, request: &Request<B>) -> Option<Colo> {
        if !self.parts.named {
            return None;
        }
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or(request.uri().authority().map(http::uri::Authority::as_str))?;
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        self.find(name.strip_suffix(".localhost")?).ok()
    }

    /// A number for a request, with the place it came to.
    pub(crate) fn ray(&self, place: Place) -> Option<HeaderValue> {
        let number = self.parts.named.then(|| self.parts.rays.u64())?;
        HeaderValue::from_str(&format!("{number:016x}-{}", place.colo)).ok()
    }
}

/// Takes the cookie that names a location out of the others.
fn take_cookie(headers: &mut HeaderMap) -> Option<String> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    let is_ours = |cookie: &&str| cookie.trim().split_once('=').is_some_and(|(name, _)| name == COLO_COOKIE);
    let (ours, others): (Vec<&str>, Vec<&str>) = cookies.split(';').partition(is_ours);
    let name = ours.first()?.split_once('=')?.1.trim().to_owned();
    match HeaderValue::from_str(others.join(";").trim()) {
        Ok(others) if !others.is_empty() => headers.insert(COOKIE, others),
        _ => headers.remove(COOKIE),
    };
    Some(name)
}

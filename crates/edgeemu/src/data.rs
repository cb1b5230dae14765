//! The data of every binding of an emulator, open.

use std::path::{Path, PathBuf};
use std::time::Duration;

use edgeemu_cache::Caches;
use edgeemu_config::D1Settings;
use edgeemu_d1::{D1, REPLICAS_MAX, Replication};
use edgeemu_durable::{Durability, Durable};
use edgeemu_kv::Kv;
use edgeemu_r2::R2;
use edgeemu_storage::{Storage, StorageError};
use edgeemu_world::{DirEntry, World};

use crate::network::{Network, NetworkOptions};

/// The data of every binding. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Data {
    pub(crate) caches: Caches,
    pub(crate) d1: D1,
    pub(crate) durable: Durable,
    pub(crate) kv: Kv,
    pub(crate) r2: R2,
    /// What lies between the data and a Worker, by location.
    pub(crate) network: Network,
    storage: Storage,
}

impl Data {
    /// The data in a state folder, or empty data in memory. The lock on KV stands for all of it.
    pub(crate) fn open(world: &World, state_dir: Option<&Path>) -> Result<Data, StorageError> {
        let storage = match state_dir {
            Some(dir) => Storage::open(world, &kv_dir(dir))?,
            None => Storage::memory(world),
        };
        let d1 = D1::new(world, state_dir.map(d1_dir));
        let r2 = state_dir.map_or_else(|| R2::memory(world), |dir| R2::at(world, &r2_dir(dir)));
        let network = Network::new(world, &NetworkOptions::default());
        let caches = Caches::new(world);
        let durable = Durable::open(world, state_dir.map(durable_dir), Durability::default())?;
        Ok(Data { caches, d1, durable, kv: Kv::open(&storage)?, r2, network, storage })
    }

    /// The same data, seen through the locations of `network`.
    pub(crate) fn within(self, network: &Network) -> Data {
        Data { network: network.clone(), ..self }
    }

    /// Gives databases the replicas that the settings ask for.
    pub(crate) fn replicate(&self, settings: &D1Settings) {
        let replicas = usize::try_from(settings.replicas).unwrap_or(REPLICAS_MAX);
        self.d1.replicate(Replication { replicas, lag: Duration::from_millis(settings.replica_lag_ms) });
    }

    /// Whether there is any data in a state folder.
    pub(crate) fn exists(world: &World, state_dir: &Path) -> bool {
        world.disk().exists(&kv_dir(state_dir))
    }

    /// The classes of Durable Objects that have data in a state folder, by the names of their folders.
    pub(crate) fn durable_classes(world: &World, state_dir: &Path) -> Vec<String> {
        let disk = world.disk();
        // Where there is no folder there are no classes.
        let folders = disk.list(&durable_dir(state_dir)).unwrap_or_default().into_iter().filter(|entry| entry.is_dir);
        let has_objects = |folder: &DirEntry| {
            let files = disk.list(&folder.path).unwrap_or_default();
            files.iter().any(|file| file.name.ends_with(".sqlite"))
        };
        let mut names: Vec<_> = folders.filter(has_objects).map(|folder| folder.name).collect();
        names.sort();
        names
    }

    /// Writes everything down where it survives the loss of power. R2 does so with every write.
    pub(crate) fn flush(&self) -> Result<(), StorageError> {
        self.storage.flush()?;
        self.d1.flush()
    }
}

fn d1_dir(state_dir: &Path) -> PathBuf {
    state_dir.join("d1")
}

fn durable_dir(state_dir: &Path) -> PathBuf {
    state_dir.join("durable")
}

fn kv_dir(state_dir: &Path) -> PathBuf {
    state_dir.join("kv")
}

fn r2_dir(state_dir: &Path) -> PathBuf {
    state_dir.join("r2")
}

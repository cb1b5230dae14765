//! Why the platform may do what a plan has it do: the documented behaviour behind every deviation.

use super::anomaly::Class;
use super::plan::Deviation;

const KV: &str = "https://developers.cloudflare.com/kv/concepts/how-kv-works/";
const KV_LIMITS: &str = "https://developers.cloudflare.com/kv/platform/limits/";
const KV_LIST: &str = "https://developers.cloudflare.com/kv/api/list-keys/";
const CONTEXT: &str = "https://developers.cloudflare.com/workers/runtime-apis/context/";
const QUEUES: &str = "https://developers.cloudflare.com/queues/reference/delivery-guarantees/";
const WORKERS: &str = "https://developers.cloudflare.com/workers/reference/how-workers-works/";

/// A sentence, and where it is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// What the platform says of itself.
    pub sentence: &'static str,
    /// The page.
    pub page: &'static str,
}

impl Ground {
    /// What makes a deviation legal.
    #[must_use]
    pub fn of(deviation: &Deviation) -> Ground {
        let (sentence, page) = match deviation.verb.as_str() {
            "stale" | "refresh" => (
                "KV answers from the cache of the location until the entry is `cacheTtl` old (60 s unless the reader says \
                 otherwise); writes are not pushed to caches, and absent keys are cached too",
                KV,
            ),
            "read" | "commit" => ("which cache or store of KV answers is not fixed; all of them catch up in time", KV),
            "visibility" => {
                ("a write is usually visible at once where it was made, and \"this is not guaranteed\"", KV)
            }
            "list" => ("lists are cached like values, and writes do not remove them from caches", KV_LIST),
            "rate" => ("KV takes one write to the same key in a second; beyond that it answers 429", KV_LIMITS),
            "cut" => (
                "what is neither awaited nor given to `waitUntil` may be cancelled once the response is sent, and \
                 `waitUntil` itself ends 30 s after it",
                CONTEXT,
            ),
            "dup" => ("queues deliver at least once", QUEUES),
            "fail" => ("an operation over a network may fail, also after it has happened", WORKERS),
            "crash" => ("an invocation may end at any time, with the machine it runs on", WORKERS),
            "advance" => ("people take as long as they like", WORKERS),
            _ => ("requests run at the same time, and their operations take as long as they take", WORKERS),
        };
        Ground { sentence, page }
    }

    /// What makes an anomaly legal that needs no deviation at all.
    #[must_use]
    pub fn of_class(class: Class) -> Option<Ground> {
        let verb = match class {
            Class::StaleRead
            | Class::ResurrectedDelete
            | Class::NegativeCache
            | Class::NonMonotonicRead
            | Class::ReadYourWrites
            | Class::TornRead => "stale",
            Class::ListLag => "list",
            Class::SwallowedRefusal => "rate",
            Class::LostAcknowledged => "cut",
            Class::DuplicateEffect => "dup",
            Class::LostUpdate | Class::WrongWinner => "hold",
            Class::Property => return None,
        };
        Some(Ground::of(&Deviation { at: String::new(), verb: verb.to_owned(), to: String::new() }))
    }
}

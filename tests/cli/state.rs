//! `edgeemu state` and `edgeemu seed`: all data at once, whether or not the Worker runs.

use std::path::Path;

use serde_json::{Value, json};

use crate::case::{Outcome, Written, contains, same, written};
use crate::process::{Home, Ran};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    state_is_carried_elsewhere,
    the_same_through_the_worker_that_runs,
    a_tar_file_holds_the_same,
    differences_are_shown,
    data_is_removed_part_by_part,
    a_seed_fills_all_bindings,
    a_seed_with_a_mistake_writes_nothing,
    what_wrangler_left_is_imported,
    an_archive_that_is_damaged_changes_nothing,
    a_second_dev_is_refused_with_the_process_of_the_first,
    a_folder_that_cannot_be_written_is_named,
    a_damaged_database_is_named_and_kept,
    durable_objects_keep_their_data_and_are_named,
];

const CONFIG: &str = r#"{ "name": "shop", "main": "worker.js", "compatibility_date": "2026-08-01",
    "kv_namespaces": [{ "binding": "KV", "id": "kv-id" }],
    "d1_databases": [{ "binding": "DB", "database_name": "shop", "database_id": "db-id" }],
    "r2_buckets": [{ "binding": "FILES", "bucket_name": "my-bucket" }] }"#;

/// Shows all that it can see.
const WORKER: &str = r#"export default { async fetch(request, { KV, DB, FILES }) {
    const pairs = [];
    for (const { name, expiration, metadata } of (await KV.list()).keys) {
        pairs.push([name, [...new Uint8Array(await KV.get(name, "arrayBuffer"))].length, expiration, metadata]);
    }
    const objects = [];
    for (const { key } of (await FILES.list()).objects) {
        const object = await FILES.get(key);
        const { etag, uploaded, version, httpMetadata, customMetadata, checksums } = object;
        const bytes = await object.arrayBuffer();
        objects.push([key, bytes.byteLength, etag, uploaded, version, httpMetadata, customMetadata, checksums.toJSON()]);
    }
    const tables = {};
    const listed = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE '\\_cf%' ESCAPE '\\' " +
        "AND name NOT LIKE 'docs\\_%' ESCAPE '\\' ORDER BY name";
    for (const { name } of (await DB.prepare(listed).all()).results) {
        tables[name] = await DB.prepare(`SELECT * FROM "${name}"`).raw();
    }
    const found = tables.docs ? await DB.prepare("SELECT title FROM docs WHERE docs MATCH 'fox'").raw() : null;
    return Response.json({ pairs, objects, tables, found });
} };"#;

const SEED: &str = r#"{
    // Sessions of two people.
    "kv": { "KV": {
        "user:1": "Ada",
        "user:2": { "json": { "name": "Bob" }, "metadata": { "role": "admin" }, "expirationTtl": 86400 },
        "bytes": { "base64": "AP8B" },
    } },
    "d1": { "shop": [
        { "file": "schema.sql" },
        "INSERT INTO notes VALUES ('a; b')",
        { "rows": { "users": [{ "id": 1, "name": "Ada", "tags": ["x"] }, { "id": 2, "name": "Bob", "tags": null }] } },
    ] },
    "r2": { "my-bucket": {
        "a.txt": "hello",
        "A.txt": { "file": "logo.svg", "httpMetadata": { "contentType": "image/svg+xml" }, "customMetadata": { "by": "me" } },
        "dir/b.txt": { "value": "b", "storageClass": "InfrequentAccess" },
    } },
}"#;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT, tags TEXT);\n\
    CREATE TABLE IF NOT EXISTS notes (text TEXT);\nCREATE VIRTUAL TABLE IF NOT EXISTS docs USING fts5(title, body);\n\
    INSERT INTO docs VALUES ('Hello', 'the quick fox');\n";

fn project() -> Home {
    let home = Home::project(WORKER);
    home.write("wrangler.jsonc", CONFIG);
    home.write("data/seed.jsonc", SEED);
    home.write("data/schema.sql", SCHEMA);
    home.write("data/logo.svg", "<svg/>");
    home
}

fn seeded() -> Result<Home, String> {
    let home = project();
    done(&home.run(&["seed", "data/seed.jsonc"]))?;
    Ok(home)
}

fn done(ran: &Ran) -> Outcome {
    same("exit code", ran.code, Some(0)).map_err(|error| format!("{error}: {ran:?}"))
}

fn seen(home: &Home) -> Result<Value, String> {
    let dev = home.dev(&[]);
    let text = raw::get(&dev.url, "/")?.text();
    same("exit code", dev.interrupt().code, Some(0))?;
    serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))
}

fn state_is_carried_elsewhere() -> Outcome {
    let home = seeded()?;
    let before = seen(&home)?;
    same("pairs", before["pairs"].as_array().map(Vec::len), Some(3))?;
    let exported = home.run(&["state", "export", "saved"]);
    done(&exported)?;
    contains("stdout", &exported.stdout, "kv/kv-id: 3 keys\nd1/db-id: ")?;
    contains("stdout", &exported.stdout, "r2/my-bucket: 3 objects\nExported to `saved`.\n")?;
    contains("pairs", &home.read("saved/kv/kv-id.jsonl"), "{\"key\":\"bytes\",\"value\":\"AP8B\",\"base64\":true}\n")?;
    contains("rows", &home.read("saved/d1/db-id.sql"), "INSERT INTO \"users\" VALUES(1,'Ada','[\"x\"]');\n")?;
    // Small and capital letters are not told apart everywhere.
    same("object", home.read("saved/r2/my-bucket/A.txt").as_str(), "<svg/>")?;
    same("object", home.read("saved/r2/my-bucket/a.txt~2").as_str(), "hello")?;
    let elsewhere = project();
    copy(&home.path().join("saved"), &elsewhere.path().join("saved"));
    let imported = elsewhere.run(&["state", "import", "saved"]);
    done(&imported)?;
    contains("stdout", &imported.stdout, "kv/kv-id: 3 keys\n")?;
    same("everything", seen(&elsewhere)?, before)?;
    // An archive may be written over, and nothing else.
    done(&home.run(&["state", "export", "saved"]))?;
    let refused = home.run(&["state", "export", "data"]);
    same("exit code", refused.code, Some(1))?;
    contains("stderr", &refused.stderr, "/project/data`")?;
    contains("stderr", &refused.stderr, "something else is there: nothing is overwritten")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder is there") {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

fn the_same_through_the_worker_that_runs() -> Outcome {
    let home = seeded()?;
    let dev = home.dev(&[]);
    let before = raw::get(&dev.url, "/")?.text();
    done(&home.run(&["state", "export", "through"]))?;
    same("no difference", home.run(&["state", "diff", "through"]).stdout.as_str(), "No differences.\n")?;
    done(&home.run(&["state", "reset", "--yes"]))?;
    let empty: Value = serde_json::from_str(&raw::get(&dev.url, "/")?.text()).unwrap_or_default();
    same("empty", empty, json!({ "pairs": [], "objects": [], "tables": {}, "found": null }))?;
    done(&home.run(&["state", "import", "through"]))?;
    same("everything", raw::get(&dev.url, "/")?.text(), before)?;
    done(&home.run(&["seed", "data/seed.jsonc"]))?;
    same("exit code", dev.interrupt().code, Some(0))?;
    // What was exported through the Worker is what is exported without it.
    done(&home.run(&["state", "import", "through"]))?;
    done(&home.run(&["state", "export", "alone"]))?;
    for file in ["kv/kv-id.jsonl", "d1/db-id.sql", "r2/my-bucket.jsonl"] {
        same(file, home.read(&format!("alone/{file}")), home.read(&format!("through/{file}")))?;
    }
    Ok(())
}

fn a_tar_file_holds_the_same() -> Outcome {
    let home = seeded()?;
    let before = seen(&home)?;
    done(&home.run(&["state", "export", "one.tar"]))?;
    done(&home.run(&["state", "export", "two.tar"]))?;
    let bytes = |name: &str| std::fs::read(home.path().join(name)).unwrap_or_default();
    same("the same bytes", bytes("one.tar") == bytes("two.tar") && bytes("one.tar").len() > 1000, true)?;
    done(&home.run(&["state", "reset", "-y"]))?;
    done(&home.run(&["state", "import", "one.tar"]))?;
    same("everything", seen(&home)?, before)?;
    home.write("no.tar", "this is no tar file, and as long as it takes to find that out");
    let refused = home.run(&["state", "import", "no.tar"]);
    same("exit code", refused.code, Some(1))?;
    contains("stderr", &refused.stderr, "no.tar")
}

fn differences_are_shown() -> Outcome {
    let home = seeded()?;
    done(&home.run(&["state", "export", "before"]))?;
    done(&home.run(&["kv", "key", "put", "user:1", "Eve", "--binding", "KV"]))?;
    done(&home.run(&["kv", "key", "put", "user:3", "New", "--binding", "KV"]))?;
    done(&home.run(&["kv", "key", "delete", "bytes", "--binding", "KV"]))?;
    done(&home.run(&["d1", "execute", "DB", "--command", "UPDATE users SET name = 'Eve' WHERE id = 1"]))?;
    home.write("new.txt", "hello");
    done(&home.run(&["r2", "object", "put", "my-bucket/a.txt", "--file", "new.txt", "--content-type", "text/x"]))?;
    let ran = home.run(&["state", "diff", "before"]);
    same("exit code", ran.code, Some(1))?;
    let expected = "kv/kv-id\n  - bytes\n  ~ user:1\n      value: \"Ada\" → \"Eve\"\n  + user:3\n\
        d1/db-id\n  + INSERT INTO \"users\" VALUES(1,'Eve','[\"x\"]');\n  - INSERT INTO \"users\" VALUES(1,'Ada','[\"x\"]');\n\
        r2/my-bucket\n  ~ a.txt\n      httpMetadata: {} → {\"contentType\":\"text/x\"}\n";
    same("stdout", ran.stdout.as_str(), expected)?;
    contains("stderr", &ran.stderr, "6 differences")?;
    let ran = home.run(&["state", "diff", "before", "--only", "kv/KV", "--json"]);
    let line = "{\"in\":\"kv/kv-id\",\"sign\":\"~\",\"what\":\"user:1\",\"details\":{\"value\":{\"before\":\"Ada\",\"after\":\"Eve\"}}}";
    contains("stdout", &ran.stdout, line)?;
    done(&home.run(&["state", "export", "after"]))?;
    same("two archives", home.run(&["state", "diff", "before", "after"]).stdout.as_str(), expected)?;
    same("the same", home.run(&["state", "diff", "after", "after"]).code, Some(0))
}

fn data_is_removed_part_by_part() -> Outcome {
    let home = seeded()?;
    let ran = home.run(&["state", "reset", "--only", "kv/KV", "--only", "r2"]);
    same("stdout", ran.stdout.as_str(), "Removed all data in kv/kv-id, r2/my-bucket.\n")?;
    let left = seen(&home)?;
    same("pairs", &left["pairs"], &json!([]))?;
    same("objects", &left["objects"], &json!([]))?;
    same("rows", &left["tables"]["users"], &json!([[1, "Ada", "[\"x\"]"], [2, "Bob", null]]))?;
    done(&home.run(&["state", "reset"]))?;
    let usage = home.run(&["state", "reset", "--only", "queues"]);
    same("exit code", usage.code, Some(2))?;
    let none = project().run(&["state", "reset"]);
    same("stdout", none.stdout.as_str(), "There is no data.\n")
}

fn a_seed_fills_all_bindings() -> Outcome {
    let home = seeded()?;
    let ran = home.run(&["seed", "data/seed.jsonc"]);
    same("stdout", ran.stdout.as_str(), "kv/kv-id: 3 keys\nd1/db-id: 7 statements\nr2/my-bucket: 3 objects\nDone.\n")?;
    let found = seen(&home)?;
    same("metadata", &found["pairs"][2][3], &json!({ "role": "admin" }))?;
    same("length", &found["pairs"][0][1], &json!(3))?;
    same("rows", &found["tables"]["users"], &json!([[1, "Ada", "[\"x\"]"], [2, "Bob", null]]))?;
    same("notes", &found["tables"]["notes"], &json!([["a; b"], ["a; b"]]))?;
    same("http metadata", &found["objects"][0][5], &json!({ "contentType": "image/svg+xml" }))?;
    same("custom metadata", &found["objects"][0][6], &json!({ "by": "me" }))
}

fn a_seed_with_a_mistake_writes_nothing() -> Outcome {
    let home = project();
    let cases = [
        (r#"{ "kv": { "KVV": { "a": "b" } } }"#, "the configuration has no KV binding named `KVV`"),
        (r#"{ "kv": { "KV": { "a": { "valu": "b" } } } }"#, "`valu` is not known here"),
        (r#"{ "kv": { "KV": { "a": {} } } }"#, "give exactly one of `value`, `json`, `base64` and `file`"),
        (r#"{ "queues": {} }"#, "`queues` is neither `kv`, `d1` nor `r2`"),
        (r#"{ "r2": { "FILES": { "a": { "file": "absent" } } } }"#, "absent"),
        (r#"{ "d1": { "DB": { "rows": { "users": {} } } } }"#, "`rows.users` must be a list of objects"),
        ("{ \"kv\": ", "seed.jsonc:1"),
    ];
    for (text, expected) in cases {
        home.write("good.jsonc", r#"{ "kv": { "KV": { "a": "b" } } }"#);
        home.write("seed.jsonc", text);
        let ran = home.run(&["seed", "good.jsonc", "seed.jsonc"]);
        same("exit code", ran.code, Some(1)).map_err(|error| format!("{error}: {text}"))?;
        contains("stderr", &ran.stderr, expected)?;
    }
    same("nothing", home.run(&["kv", "key", "list", "--binding", "KV"]).stdout.as_str(), "[]\n")
}

/// The files were written by Miniflare 4, which `wrangler dev` keeps its data in, and have their logs beside them.
const WRANGLER_STATE: &[u8] = include_bytes!("wrangler-state.tar.gz");

fn what_wrangler_left_is_imported() -> Outcome {
    let home = project();
    let mut files = tar::Archive::new(flate2::read::GzDecoder::new(WRANGLER_STATE));
    files.unpack(home.path().join(".wrangler/state")).map_err(|error| error.to_string())?;
    home.write(".wrangler/state/v3/do/shop-Counter/0a.sqlite", "");
    let ran = home.run(&["state", "import", ".wrangler/state"]);
    done(&ran)?;
    contains("stderr", &ran.stderr, "Durable Objects are not imported; these classes were left out: shop-Counter")?;
    contains("stdout", &ran.stdout, "kv/kv-id: 5 keys\nd1/db-id: ")?;
    contains("stdout", &ran.stdout, "r2/my-bucket: 5 objects\n")?;
    let found = seen(&home)?;
    let pair = |index: usize| &found["pairs"][index];
    same("text", pair(0), &json!(["a", 10, null, null]))?;
    same("bytes", pair(1), &json!(["bin", 4, null, null]))?;
    same("large", pair(2), &json!(["dir/ключ", 3000, null, null]))?;
    same("metadata", &pair(4)[3], &json!({ "who": "Ada", "n": 1.5 }))?;
    same("expiration", pair(4)[2].as_i64().is_some_and(|at| at > 2_400_000_000), true)?;
    let object = |index: usize| &found["objects"][index];
    same("key", &object(2)[0], &json!("hello.txt"))?;
    let http =
        json!({ "contentType": "text/plain", "cacheControl": "max-age=5", "cacheExpiry": "2033-05-18T03:33:20.000Z" });
    same("http metadata", &object(2)[5], &http)?;
    same("custom metadata", &object(2)[6], &json!({ "a": "b", "ü": "é" }))?;
    let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    same("checksums", &object(2)[7], &json!({ "md5": "5d41402abc4b2a76b9719d911017c592", "sha256": sha256 }))?;
    same("etag of parts", object(3)[2].as_str().is_some_and(|etag| etag.ends_with("-1")), true)?;
    same("rows", &found["tables"]["users"], &json!([[1, "ada@x", [1, 2, 0], 1.5]]))?;
    same("view", &found["tables"]["emails"], &json!([["ada@x"]]))?;
    same("plain", &found["tables"]["plain"], &json!([["two"], ["three"]]))?;
    same("full-text index", &found["found"], &json!([["Hello"]]))?;
    // A database that the configuration does not know cannot be named.
    home.write("wrangler.jsonc", &CONFIG.replace("db-id", "other"));
    let ran = home.run(&["state", "import", ".wrangler"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "files in `.wrangler` whose names are not known were left out")?;
    contains("stderr", &ran.stderr, "declare the databases in the configuration")
}

fn an_archive_that_is_damaged_changes_nothing() -> Outcome {
    let home = seeded()?;
    done(&home.run(&["state", "export", "saved"]))?;
    let pairs = home.read("saved/kv/kv-id.jsonl");
    let cases: [(&str, &str, &str); 4] = [
        ("kv/kv-id.jsonl", "{\"key\":\"a\",\"value\":\"b\"}\n{\"key\":", "line 2"),
        ("kv/kv-id.jsonl", "{\"key\":\"a\",\"value\":1}\n", "`value` must be a string"),
        ("r2/my-bucket/dir%2Fb.txt", "longer", "`dir%2Fb.txt` has 6 bytes where 1 were expected"),
        ("edgeemu-state.json", "{ \"format\": 99 }", "a format that is not known"),
    ];
    for (file, text, expected) in cases {
        let whole = home.read(&format!("saved/{file}"));
        home.write(&format!("saved/{file}"), text);
        let ran = home.run(&["state", "import", "saved"]);
        same("exit code", ran.code, Some(1)).map_err(|error| format!("{error}: {file}"))?;
        contains("stderr", &ran.stderr, expected)?;
        home.write(&format!("saved/{file}"), &whole);
    }
    same("whole again", home.read("saved/kv/kv-id.jsonl"), pairs)?;
    same("unchanged", home.run(&["state", "diff", "saved"]).stdout.as_str(), "No differences.\n")?;
    home.write("saved/d1/db-id.sql", "CREATE TABLE half (a);\nSELEC;\n");
    let ran = home.run(&["state", "import", "saved", "--only", "d1"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "near \"SELEC\": syntax error")?;
    same("rows stay", &seen(&home)?["tables"]["users"][0], &json!([1, "Ada", "[\"x\"]"]))
}

fn a_second_dev_is_refused_with_the_process_of_the_first() -> Outcome {
    let home = project();
    let dev = home.dev(&[]);
    let second = home.run(&["dev", "--port", "0"]);
    same("exit code", second.code, Some(1))?;
    contains("stderr", &second.stderr, &format!("is in use by another program (process {})", dev.id()))?;
    // Commands talk to the first.
    done(&home.run(&["kv", "key", "put", "a", "b", "--binding", "KV"]))?;
    contains("the Worker", &raw::get(&dev.url, "/")?.text(), "[\"a\",1,null,null]")
}

fn a_folder_that_cannot_be_written_is_named() -> Outcome {
    let home = project();
    // Nobody can make folders there, whoever they are.
    let place = "/proc/edgeemu-state";
    let ran = home.run(&["dev", "--port", "0", "--persist-to", place]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, place)?;
    contains("stderr", &ran.stderr, "`--persist-to` keeps the data elsewhere")?;
    let ran = home.run(&["d1", "execute", "DB", "--command", "SELECT 1", "--persist-to", place]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, place)
}

fn a_damaged_database_is_named_and_kept() -> Outcome {
    let home = seeded()?;
    let file = ".edgeemu/state/d1/db-id.sqlite";
    home.write(file, "this is not a database, but somebody may still want to see what it was");
    let before = home.read(file);
    for arguments in [&["d1", "execute", "DB", "--command", "CREATE TABLE t (a)"][..], &["state", "reset"]] {
        let ran = home.run(arguments);
        same("exit code", ran.code, Some(1))?;
        contains("stderr", &ran.stderr, "db-id.sqlite")?;
        contains("stderr", &ran.stderr, "file is not a database")?;
    }
    let dev = home.dev(&[]);
    contains("the Worker's answer", &raw::get(&dev.url, "/")?.text(), "db-id.sqlite")?;
    contains("what was printed", &dev.interrupt().stderr, "db-id.sqlite`: file is not a database: SQLITE_NOTADB")?;
    same("kept", home.read(file), before)
}

const COUNTER: &str = r#"import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
    async fetch() {
        const value = 1 + ((await this.ctx.storage.get("value")) ?? 0);
        await this.ctx.storage.put("value", value);
        return new Response(String(value));
    }
}
export default { async fetch(request, { COUNTERS, KV }) {
    await KV.put("key", "value");
    return COUNTERS.getByName("one").fetch(request);
} };"#;

fn durable_objects_keep_their_data_and_are_named() -> Outcome {
    let home = Home::project(COUNTER);
    let objects = r#""durable_objects": { "bindings": [{ "name": "COUNTERS", "class_name": "Counter" }] },
        "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Counter"] }], "kv_namespaces""#;
    home.write("wrangler.jsonc", &CONFIG.replace("\"kv_namespaces\"", objects));
    same("none so far", home.run(&["state", "export", "empty"]).stderr.as_str(), "")?;
    let dev = home.dev(&[]);
    same("first", raw::get(&dev.url, "/")?.text().as_str(), "1")?;
    named(&home)?;
    same("none is reset", raw::get(&dev.url, "/")?.text().as_str(), "2")?;
    same("exit code", dev.interrupt().code, Some(0))?;
    named(&home)?;
    let dev = home.dev(&[]);
    same("none is gone", raw::get(&dev.url, "/")?.text().as_str(), "3")
}

/// What the commands say about Durable Objects.
fn named(home: &Home) -> Outcome {
    let commands: [(&[&str], &str); 4] = [
        (&["state", "export", "saved"], "exported"),
        (&["state", "diff", "saved"], "compared"),
        (&["state", "import", "saved", "--yes"], "replaced"),
        (&["state", "reset", "--yes"], "removed"),
    ];
    for (arguments, what) in commands {
        let ran = home.run(arguments);
        done(&ran)?;
        let expected = format!("Durable Objects are not {what}; these classes keep their data: shop-Counter");
        contains("stderr", &ran.stderr, &expected)?;
    }
    // Whoever asks for a part gets that part.
    same("stderr", home.run(&["state", "export", "saved", "--only", "kv"]).stderr.as_str(), "")
}

//! `edgeemu.toml`.

use crate::{Judges, Report, Settings, Source};

fn read(text: &str) -> Result<Settings, Report> {
    let judge = |text: &str| if text.starts_with('?') { Err(format!("`{text}` means nothing")) } else { Ok(()) };
    let judges = Judges { colo: judge, time: judge, kv_profile: judge };
    Settings::parse(Source::new("/shop/edgeemu.toml", text), &judges).map(|(settings, _report)| settings)
}

/// The complaints, each as `line:column message (hint)`.
fn complaints(text: &str) -> Vec<String> {
    let report = read(text).unwrap_err();
    let line = |note: &crate::Note| {
        let place = note.place.as_ref().map(|place| format!("{}:{}", place.line, place.column)).unwrap_or_default();
        let hint = note.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{place} {}{hint}", note.message)
    };
    report.errors().map(line).collect()
}

#[test]
fn every_table_is_read() {
    let text = "[d1]\nreplicas = 2\nreplica_lag_ms = 250\n\n[r2]\ns3_port = 9000\n\n\
        [sim]\ncolos = [\"FRA\", \"SFO\"]\ncolo = \"SFO\"\ntime = \"frozen\"\nkv.profile = \"documented\"\n";
    let settings = read(text).unwrap();
    assert_eq!((settings.d1.replicas, settings.d1.replica_lag_ms), (2, 250));
    assert_eq!(settings.r2.s3_port, Some(9000));
    assert_eq!(settings.sim.colos, ["FRA", "SFO"]);
    assert_eq!(settings.sim.colo.as_deref(), Some("SFO"));
    assert_eq!(settings.sim.time.as_deref(), Some("frozen"));
    assert_eq!(settings.sim.kv_profile.as_deref(), Some("documented"));
}

#[test]
fn nothing_is_needed() {
    let plain = read("").unwrap();
    assert_eq!(plain, Settings::default());
    assert_eq!((plain.d1.replicas, plain.d1.replica_lag_ms, plain.r2.s3_port), (0, 1000, None));
    assert_eq!(read("[r2]\ns3_port = 0\n").unwrap().r2.s3_port, Some(0));
}

#[test]
fn what_is_not_known_is_refused_with_its_place() {
    let text = "[d1]\nreplica = 2\n\n[r3]\ns3_port = 1\n\n[sim]\nkv.profil = \"dev\"\n[r2]\nbuckets = 1\n";
    let expected = [
        "2:1 Unexpected fields found in d1 field: \"replica\" (did you mean `replicas`?)",
        "10:1 Unexpected fields found in r2 field: \"buckets\" (there is `s3_port`)",
        "8:4 Unexpected fields found in sim.kv field: \"profil\" (did you mean `profile`?)",
        "4:2 Unexpected fields found in top-level field: \"r3\" (did you mean `r2`?)",
    ];
    assert_eq!(complaints(text), expected);
    let stranger = "1:3 Unexpected fields found in top-level field: \"expect\" (there is `d1`, `r2`, `sim`)";
    assert_eq!(complaints("[[expect]]\nkv = \"KV:*\"\n"), [stranger]);
}

#[test]
fn values_are_refused_with_their_place() {
    let text = "[d1]\nreplicas = 6\nreplica_lag_ms = -1\n[r2]\ns3_port = 65536\n[sim]\ntime = \"?\"\n";
    let expected = [
        "2:12 Expected \"d1.replicas\" to be at most 5 but got 6.",
        "3:18 Expected \"d1.replica_lag_ms\" to be a whole number of at least 0 but got -1.",
        "5:11 Expected \"r2.s3_port\" to be at most 65535 but got 65536.",
        "7:8 `?` means nothing",
    ];
    assert_eq!(complaints(text), expected);
    assert_eq!(complaints("r2 = 9000\n"), ["1:6 \"r2\" should be an object but got 9000."]);
    assert_eq!(
        complaints("[r2]\ns3_port = \"9000\"\n"),
        ["2:11 Expected \"r2.s3_port\" to be of type number but got \"9000\"."]
    );
    assert_eq!(complaints("[r2\n").len(), 1);
}

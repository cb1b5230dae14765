//! `edgeemu.toml`.

use crate::Settings;

#[test]
fn replicas_and_their_lag_are_read() {
    let settings = Settings::parse("[d1]\nreplicas = 2\nreplica_lag_ms = 250\n").unwrap();
    assert_eq!((settings.d1.replicas, settings.d1.replica_lag_ms), (2, 250));
    let plain = Settings::parse("").unwrap();
    assert_eq!((plain.d1.replicas, plain.d1.replica_lag_ms), (0, 1000));
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let unknown = Settings::parse("[d1]\nreplica = 2\n").unwrap_err();
    assert!(unknown.contains("line 2") && unknown.contains("unknown field `replica`"), "{unknown}");
    assert!(Settings::parse("[d1]\nreplicas = -1\n").is_err());
    assert_eq!(Settings::parse("[d1]\nreplicas = 6\n").unwrap_err(), "`d1.replicas` is at most 5: 6");
}

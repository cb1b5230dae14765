//! Tests of listening.

use super::*;
use std::net::Ipv4Addr;

#[test]
fn an_occupied_address_is_named_in_the_error() {
    let first = listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
    let address = first.local_addr().expect("an address");
    let error = listen(address).expect_err("occupied");
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let wanted =
        format!("the address is already in use: {address}; stop the program that uses it or choose another port");
    assert_eq!(error.to_string(), wanted);
    drop(first);
    listen(address).expect("free again");
}

#[test]
fn the_listener_does_not_block() {
    let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
    assert_eq!(listener.accept().expect_err("nobody connects").kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn the_machine_can_be_reached_at_its_loopback_address() {
    assert!(addresses().contains(&Ipv4Addr::LOCALHOST));
}

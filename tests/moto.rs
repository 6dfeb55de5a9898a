//! The whole program against moto, an emulator of AWS's APIs.

use std::net::TcpStream;

use crate::support::moto::Moto;

#[test]
fn a_moto_server_ends_when_it_is_dropped() {
    let server = Moto::start();
    let address = server.endpoint.strip_prefix("http://").unwrap().to_owned();
    TcpStream::connect(&address).unwrap();
    drop(server);
    assert!(TcpStream::connect(&address).is_err(), "{address} still listens");
}

//! Every example runs.
#![expect(clippy::duplicate_mod, reason = "what the examples share is a module of each")]

#[path = "../examples/blocking.rs"]
mod blocking;
#[path = "../examples/embedded_io.rs"]
mod embedded;
#[path = "../examples/embedded_io_async.rs"]
mod embedded_async;
#[path = "../examples/secure_element.rs"]
mod secure_element;
#[path = "../examples/session.rs"]
mod session;
#[path = "../examples/tokio.rs"]
mod tokio_example;
#[path = "../examples/udp.rs"]
mod udp;
#[path = "../examples/udp_device.rs"]
mod udp_device;
#[path = "../examples/udp_sleep.rs"]
mod udp_sleep;

#[test]
fn the_example_of_a_blocking_stream_runs() {
    blocking::main().unwrap();
}

#[test]
fn the_example_of_embedded_io_runs() {
    embedded::main().unwrap();
}

#[test]
fn the_example_of_embedded_io_async_runs() {
    embedded_async::main().unwrap();
}

#[test]
fn the_example_of_tokio_runs() {
    tokio_example::main().unwrap();
}

#[test]
fn the_example_of_a_secure_element_runs() {
    secure_element::main().unwrap();
}

#[test]
fn the_example_of_six_calls_runs() {
    session::main().unwrap();
}

#[test]
fn the_example_of_udp_runs() {
    udp::main().unwrap();
}

#[test]
fn the_example_of_udp_on_a_device_runs() {
    udp_device::main().unwrap();
}

#[test]
fn the_example_of_udp_that_sleeps_runs() {
    udp_sleep::main().unwrap();
}

//! danketsu
fn main() {}

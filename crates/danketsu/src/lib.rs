//! What the one binary is made of, so that tests and benchmarks reach it.

pub mod demo;

//! The dated law as pages: calculators that answer with their reasons, the prefectures with their
//! minimum wages, the income model of the early sixties.
//!
//! Open to everybody: the pages show published law and what the visitor typed into the address,
//! nothing of the federation, and keep nothing. Every answer is its address: it can be sent,
//! bookmarked and printed.

mod calculators;
mod changes;
mod compare;
mod drawing;
mod explain;
mod insurance;
mod older;
mod overtime;
pub mod pages;
mod parameters;
mod pension;
mod prefectures;
mod values;
mod wages;
mod working;

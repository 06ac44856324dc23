//! Pages of board.

pub mod pages;

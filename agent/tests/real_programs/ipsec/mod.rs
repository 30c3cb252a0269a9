//! Configurations of IPsec as the programs themselves read them.

mod libreswan;
mod swanctl;
mod vici;

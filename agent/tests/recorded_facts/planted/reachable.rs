//! What the network can reach.

use tenken_agent::host::Recording;

use super::super::network::network;
use super::super::secrets::Secrets;

pub(super) fn reachable(host: Recording, secrets: &Secrets) -> Recording {
    network(host, secrets, &secrets.file[..8])
}

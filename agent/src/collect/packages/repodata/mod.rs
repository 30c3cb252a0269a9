//! What dnf keeps of a repository: `repomd.xml`, and the advisories that it names.
//! See <https://createrepo.baseurl.org> and `repo_updateinfoxml.c` of libsolv.

pub mod advisories;
pub mod repomd;
pub mod tags;
pub mod unpack;

use std::io::Write as _;

use super::*;

#[test]
fn files_and_folders_are_made_and_taken_again() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("a").join("b");
    create_folder(&folder).unwrap();
    create_folder(&folder).unwrap();
    check_folder(&folder).unwrap();
    check_folder(&folder.join("missing")).unwrap();
    assert!(!folder.join("missing").exists());
    let path = folder.join("key");
    std::fs::write(&path, "left by an earlier attempt").unwrap();
    create_file(&path).unwrap().write_all(b"new").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"new");
}

#[test]
fn what_is_no_folder_or_no_file_or_has_another_name_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("file");
    std::fs::write(&path, "x").unwrap();
    let error = create_folder(&path).unwrap_err().to_string();
    assert!(error.contains("it is no folder") && error.contains("take it away"), "{error}");
    assert!(create_file(scratch.path()).is_err());
    std::fs::hard_link(&path, scratch.path().join("other")).unwrap();
    let error = create_file(&path).unwrap_err().to_string();
    assert!(error.contains("another name"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"x", "it was not emptied");
}

#[test]
fn what_others_may_have_written_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("identity.json");
    std::fs::write(&path, "x").unwrap();
    let rights = Rights::of_this_process().unwrap();
    let file = open(&path, READ_CONTROL | WRITE_DAC | rights.to_own(), None, OPEN_EXISTING, 0).unwrap();
    let check = || refuse_written_by_others(&path, &file, &information(&file).unwrap(), &rights);
    rights.descriptor(false).unwrap().put_on(&file).unwrap();
    check().unwrap();
    Descriptor::from_sddl("D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;WD)").unwrap().put_on(&file).unwrap();
    let error = check().unwrap_err().to_string();
    assert!(error.contains("S-1-1-0 may write to it"), "{error}");
    rights.descriptor(false).unwrap().put_on(&file).unwrap();
    std::fs::hard_link(&path, scratch.path().join("other")).unwrap();
    let error = check().unwrap_err().to_string();
    assert!(error.contains("another name"), "{error}");
}

#[test]
fn what_somebody_else_owns_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let file = look_at(scratch.path()).unwrap();
    let other = vec!["S-1-5-21-1-2-3-1001".to_owned()];
    let rights = Rights { acceptable: other.clone(), private: other, is_owned_by_administrators: false };
    let found = is_private(scratch.path(), &file, &information(&file).unwrap(), true, &rights);
    let error = found.unwrap_err().to_string();
    assert!(error.contains("it is owned by S-1-"), "{error}");
}

#[test]
fn the_state_folder_is_below_the_folder_of_programs_data() {
    let folder = crate::host::storage::state_folder();
    assert!(folder.starts_with(folders::program_data()), "{}", folder.display());
    assert!(is_ours(folder.parent().unwrap()) && is_ours(&folder));
    assert!(!is_ours(&folders::program_data()));
    let below = |path: &str| is_below(Path::new(path), Path::new(r"C:\ProgramData"));
    assert!(below(r"c:\programdata\Tenken") && below("C:/ProgramData/Tenken/agent"));
    assert!(!below(r"C:\ProgramData") && !below(r"C:\ProgramDataOfOthers\x") && !below(r"D:\x"));
}

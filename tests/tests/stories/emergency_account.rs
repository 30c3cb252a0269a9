//! Tenth story: the sealed account is tried under a planned incident; and an auditor takes everything home.

use std::process::Command;

use anyhow::{Result, ensure};
use tenken_tests::clock::instant;
use tenken_tests::scratch::{LONG_AGO, OPEN};

use crate::stage::{AUDITOR, OFFICER, Stage, tell};

const ACCOUNT: &str = "hijo";
/// 16 March 2027 as shadow(5) counts days.
const DAY_AFTER: i64 = 20_893;

fn is_planned(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open("/registers/incidents")?;
    stage.browser.press("追加")?;
    for (label, text) in [
        ("事故番号", "2027-T1"),
        ("発覚日", "2027-03-15"),
        ("概要", "非常時アカウントの四半期試験"),
        ("使用した非常時アカウント", ACCOUNT),
    ] {
        stage.browser.write(label, text)?;
    }
    stage.browser.choose("種類", "訓練・検知試験")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました", "2027-T1"])?;
    stage.look("planned")
}

/// The seal is broken, somebody signs in: within a minute there is a mail.
fn is_used(stage: &mut Stage) -> Result<()> {
    let begun = std::time::Instant::now();
    stage.later("2027-03-15 10:01")?;
    let seconds = u32::try_from(instant("2027-03-15 10:00")?.timestamp())?;
    let files = &stage.first()?.files;
    files.accounts(&[("hanako", OPEN, LONG_AGO), (ACCOUNT, OPEN, LONG_AGO)])?;
    files.record_session(7, ACCOUNT, seconds)?;
    stage.mail_comes("【逸脱】SV-KENSHIN01", &["非常時アカウントhijoが使われました。"])?;
    ensure!(begun.elapsed() < std::time::Duration::from_mins(1), "the mail took {:?}", begun.elapsed());
    stage.sits_down("佐藤")?;
    stage.comes_to_say("/items/emergency.5", &["非常時アカウントhijoが使える状態です。"])?;
    // It was planned: nobody is told of a use outside an incident.
    stage.says_not("その日の非常時または試験が事故台帳にありません")?;
    stage.browser.write("根拠と保管場所", "事故台帳 2027-T1、通知メール 2027年3月15日")?;
    stage.browser.press("確認したことを記録")?;
    stage.says(&["確認記録を残しました。"])?;
    stage.look("detected")
}

fn is_closed(stage: &mut Stage) -> Result<()> {
    stage.open("/registers/incidents")?;
    stage.browser.press("2027-T1")?;
    stage.browser.write("復旧日", "2027-03-15")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました"])?;
    stage.first()?.files.record_session(8, "", u32::try_from(instant("2027-03-15 10:00")?.timestamp())? + 60)?;
    // From the next day on.
    stage.next_morning("2027-03-16 09:05")?;
    stage.sits_down("佐藤")?;
    let demand = "が、2027-T1の正常復帰(2027-03-15)の後も使える状態です。";
    stage.comes_to_say("/items/emergency.6", &["猶予中", demand, "新しいパスワードを設定し、封緘して保管します。"])?;
    stage.look("demanded")?;
    // Disabled alone is not enough, and after a business day it is a drift.
    stage.first()?.files.accounts(&[("hanako", OPEN, LONG_AGO), (ACCOUNT, "!", LONG_AGO)])?;
    let unchanged = "のパスワードが、2027-T1の正常復帰(2027-03-15)の後も変更されていません。";
    stage.comes_to_say("/items/emergency.6", &[unchanged])?;
    stage.next_morning("2027-03-18 09:05")?;
    stage.mail_comes("【逸脱】SV-KENSHIN01", &[unchanged])?;
    stage.first()?.files.accounts(&[("hanako", OPEN, LONG_AGO), (ACCOUNT, "!", DAY_AFTER)])?;
    stage.mail_comes("【解消】SV-KENSHIN01: 「使用した非常時アカウントが", &[])?;
    stage.sits_down("佐藤")?;
    stage.open("/items/emergency.6")?;
    stage.says(&["適合"])?;
    stage.look("renewed")
}

fn is_audited(stage: &Stage) -> Result<()> {
    stage.sits_down("監査人")?;
    stage.open("/declaration")?;
    stage.browser.press("監査パッケージ")?;
    stage.look("package")?;
    let zip = stage.place().join("package.zip");
    stage.browser.receive_into(stage.place())?;
    stage.browser.tap("監査パッケージを作成(ZIP)")?;
    let package = stage.received("zip")?;
    std::fs::rename(package, &zip)?;
    let folder = stage.place().join("package");
    let unpacked = Command::new("/usr/bin/python3").args(["-m", "zipfile", "-e"]).arg(&zip).arg(&folder).status()?;
    ensure!(unpacked.success(), "the package is no ZIP");
    let sums = walk(&folder, "SHA256SUMS")?;
    let place = sums.parent().unwrap_or(&folder);
    let checked =
        Command::new("sha256sum").current_dir(place).args(["--check", "--strict", "--quiet", "SHA256SUMS"]).output()?;
    ensure!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let listed = std::fs::read_to_string(&sums)?;
    let sheets = listed.lines().filter(|line| line.contains("emergency.") && line.contains(".pdf")).count();
    ensure!(sheets >= 9, "a sheet for each item:\n{listed}");
    Ok(())
}

/// The file of that name below a folder.
fn walk(folder: &std::path::Path, name: &str) -> Result<std::path::PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|it| it == name) {
                return Ok(path);
            }
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    anyhow::bail!("{name} is not in the package")
}

fn story() -> Result<()> {
    let mut stage = Stage::set("10-emergency", "2027-03-15 09:05", &[OFFICER, AUDITOR])?;
    stage.register("people", "name,affiliation\n佐藤,own\n")?;
    stage.register(
        "accounts",
        &format!("host,account,kind,owner,administrator,ends\n*,hanako,person,佐藤,false,\n*,{ACCOUNT},emergency,佐藤,true,\n"),
    )?;
    stage.machine("SV-KENSHIN01", |files| files.accounts(&[("hanako", OPEN, LONG_AGO), (ACCOUNT, "!", LONG_AGO)]))?;
    stage.sits_down("高橋")?;
    stage.takes_the_form_in()?;
    is_planned(&stage)?;
    is_used(&mut stage)?;
    is_closed(&mut stage)?;
    is_audited(&stage)
}

#[test]
fn an_emergency_account_is_tried_and_everything_handed_out() {
    tell("emergency_account::an_emergency_account_is_tried_and_everything_handed_out", None, story);
}

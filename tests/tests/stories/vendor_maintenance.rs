//! Third story: the vendor's day of maintenance, from the request to the signed log; and a sign-in that nobody requested.

use anyhow::{Context as _, Result, ensure};
use tenken_tests::clock::instant;
use tenken_tests::scratch::{LONG_AGO, OPEN};

use crate::stage::{APPROVER, OFFICER, Stage, tell};

const ACCOUNT: &str = "maint-suzuki";

/// Begins or ends a session of the vendor's account, who comes through the VPN.
fn session(stage: &mut Stage, kind: u8, time: &str) -> Result<()> {
    let seconds = u32::try_from(instant(time)?.timestamp())?;
    stage.first()?.files.record_session_from(kind, ACCOUNT, "10.8.0.6", seconds)
}

fn request(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open("/registers/maintenance")?;
    stage.browser.press("追加")?;
    for (label, text) in [
        ("申請番号", "2027-003"),
        ("作業日", "2027-03-12"),
        ("保守業者", "みなとシステム"),
        ("対象システム", "健診システム"),
        ("作業者", "鈴木一郎"),
        ("作業内容", "健診システムの更新プログラムの適用"),
        ("使用アカウント", &format!("* / {ACCOUNT}")),
        ("持ち込んだファイル", "更新プログラム 1件、業者側で検査済み"),
    ] {
        stage.browser.write(label, text)?;
    }
    stage.browser.choose("作業方法", "リモート")?;
    stage.look("request")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました", "2027-003"])?;

    stage.browser.press("2027-003")?;
    stage.says(&["まだ承認されていません。2027年3月12日までに、内容を記入した人とは別の責任者の承認が必要です。"])?;
    stage.later("2027-03-12 09:15")?;
    stage.mail_comes("【承認待ち】", &["保守作業台帳 2027-003", "2027年3月12日までに", "/registers/maintenance/"])?;

    stage.sits_down("鈴木")?;
    stage.open("/tasks")?;
    stage.says(&["保守作業台帳: 内容を確認し、承認してください。"])?;
    stage.browser.press("2027-003")?;
    stage.browser.press("この内容を承認する")?;
    stage.says(&["承認しました。", "鈴木さんが2027年3月12日に承認しました。"])?;
    stage.look("approved")?;
    stage.says(&["この申請にあたる保守アカウントのログインは、まだ記録されていません。"])
}

fn work_is_seen(stage: &mut Stage) -> Result<String> {
    stage.later("2027-03-12 10:03")?;
    session(stage, 7, "2027-03-12 10:02")?;
    stage.sits_down("佐藤")?;
    stage.open("/registers/maintenance")?;
    stage.browser.press("2027-003")?;
    let row = stage.browser.script("return location.pathname")?.as_str().context("an address")?.to_owned();
    stage.comes_to_say(&row, &["この申請の日のログイン", &format!("{ACCOUNT} 2027/3/12 10:02〜")])?;
    stage.look("session-goes-on")?;
    stage.later("2027-03-12 11:45")?;
    session(stage, 8, "2027-03-12 11:40")?;
    stage.sits_down("佐藤")?;
    stage.comes_to_say(&row, &[&format!("{ACCOUNT} 2027/3/12 10:02〜2027/3/12 11:40")])?;
    let times = stage.browser.text()?.matches(&format!("{ACCOUNT} 2027/3/12 10:02")).count();
    ensure!(times == 1, "one session is shown {times} times");
    stage.look("session-linked")?;
    Ok(row)
}

fn log_is_signed(stage: &Stage, row: &str) -> Result<()> {
    stage.open("/tasks")?;
    stage.says(&[
        "2027-003",
        "作業の結果とアクセスログを点検し、点検した人と点検日を記入してください。",
        "期限 2027年3月17日",
    ])?;
    stage.look("task-review")?;
    stage.browser.press("2027-003")?;
    stage.browser.write("ログを確認した人", "佐藤")?;
    stage.browser.write("ログの確認日", "2027-03-12")?;
    stage.browser.write("作業結果", "更新後に健診システムの起動を確認した")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました"])?;
    stage.stops_saying("/tasks", "作業の結果とアクセスログを点検し")?;
    stage.open(row)?;
    stage.says(&["ログの確認日: 2027"])?;
    stage.look("signed")
}

/// On Saturday the account signs in again.
fn nobody_requested(stage: &mut Stage) -> Result<()> {
    stage.next_morning("2027-03-13 10:20")?;
    session(stage, 7, "2027-03-13 10:15")?;
    let says = format!("保守アカウント{ACCOUNT}(鈴木一郎 / みなとシステム)が2027-03-13 10:15にログインしましたが");
    stage.mail_comes("【逸脱】", &[&says, "/drifts/", "保守事業者に、誰が何のためにログインしたのかを確認します。"])?;
    stage.sits_down("佐藤")?;
    stage.open("/items/maintenance.5")?;
    stage.says(&["逸脱", &says, "2027-03-13の作業申請が保守作業台帳にありません"])?;
    stage.look("item-in-drift")?;
    stage.open("/drifts")?;
    stage.says(&[&says])?;
    stage.look("drifts")
}

fn story() -> Result<()> {
    let mut stage = Stage::set("3-maintenance", "2027-03-12 09:05", &[OFFICER, APPROVER])?;
    stage.register("people", "name,affiliation,company\n佐藤,own,\n鈴木,own,\n鈴木一郎,vendor,みなとシステム\n")?;
    stage.register(
        "accounts",
        &format!("host,account,kind,owner,administrator,ends\n*,hanako,person,佐藤,false,\n*,{ACCOUNT},maintenance,鈴木一郎,false,2027-09-30\n"),
    )?;
    stage.machine("SV-KENSHIN01", |files| files.accounts(&[("hanako", OPEN, LONG_AGO), (ACCOUNT, OPEN, LONG_AGO)]))?;
    request(&stage)?;
    let row = work_is_seen(&mut stage)?;
    log_is_signed(&stage, &row)?;
    nobody_requested(&mut stage)
}

#[test]
fn maintenance_is_requested_seen_and_signed() {
    tell("vendor_maintenance::maintenance_is_requested_seen_and_signed", None, story);
}

//! Sixth story: the sheet of a month's logs is prepared, looked at and signed once, and serves several items.

use anyhow::{Result, ensure};
use tenken_tests::clock::instant;
use tenken_tests::scratch::{LONG_AGO, OPEN};

use crate::stage::{OFFICER, Stage, tell};

const REVIEW: &str = "アクセスログの確認 2027年3月分";
const SHEET: &str = "/log-review/2027-03";

/// Somebody signed in at night, by the records of the host.
fn records(stage: &mut Stage) -> Result<()> {
    let files = &stage.first()?.files;
    for (from, until) in [
        ("2027-02-10 09:00", "2027-02-10 17:00"),
        ("2027-03-08 22:10", "2027-03-08 22:40"),
        ("2027-03-09 09:00", "2027-03-09 17:00"),
    ] {
        for (kind, time) in [(7, from), (8, until)] {
            let seconds = u32::try_from(instant(time)?.timestamp())?;
            files.record_session_from(kind, "hanako", "192.0.2.7", seconds)?;
        }
    }
    Ok(())
}

fn review(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.comes_to_say("/items/technical.7", &["サインインの記録が残されています。"])?;
    stage.open("/log-review")?;
    stage.browser.press("2027年3月分をいま作る")?;
    stage.says(&["点検票を作り直しました。"])?;
    let night = ["時間外・休日のサインイン", "hanako", "2027/3/8 22:10 〜 2027/3/8 22:40", "192.0.2.7"];
    // What the host tells may still be on its way.
    stage.press_until("いまの記録で作り直す", &night)?;
    stage.says_not("2027/3/9 09:00 〜")?;
    stage.says(&["失敗したサインイン", "USBメモリなどの接続"])?;
    stage.look("sheet")?;
    stage.open("/tasks")?;
    stage.says(&["ログ点検票 2027年3月分"])?;
    stage.browser.press("ログ点検票 2027年3月分")?;
    stage.browser.choose("結果", "指摘あり")?;
    stage.browser.write(
        "指摘と対応",
        "3月8日の時間外利用は残業届あり。\n失敗ログインは監査ログで6件、本人の入力誤り。USBの使用なし。",
    )?;
    stage.browser.tick("遠隔保守ログの即時確認")?;
    stage.browser.tick("入退記録の定期確認")?;
    stage.look("before-signing")?;
    stage.browser.press("署名")?;
    stage.says(&[
        "点検票に署名しました。",
        "署名済",
        "佐藤",
        "3月8日の時間外利用は残業届あり。",
        "署名した点検票(PDF)",
    ])?;
    stage.look("signed")?;
    stage.stops_saying("/tasks", "ログ点検票 2027年3月分")?;
    stage.open("/registers/reviews")?;
    stage.says(&[REVIEW])
}

fn statements(stage: &Stage) -> Result<()> {
    for item in ["technical.7", "physical.4", "maintenance.8"] {
        stage.open(&format!("/items/{item}"))?;
        stage.says(&["佐藤さんが確認", REVIEW, "ログ点検票_2027-03.pdf", "2027年5月1日"])?;
        stage.look(item)?;
    }
    stage.open(SHEET)?;
    let address = stage.browser.script(
        "return [...document.querySelectorAll('a')].find(a => a.textContent.includes('PDF')).getAttribute('href')",
    )?;
    let document = stage.download(address.as_str().unwrap_or_default())?;
    ensure!(document.starts_with(b"%PDF-"), "the signed sheet is no PDF");
    Ok(())
}

/// A month later the statements lapse, and that is said before.
fn next_month(stage: &Stage) -> Result<()> {
    stage.later("2027-04-26 09:30")?;
    stage.sits_down("佐藤")?;
    stage.open("/tasks")?;
    stage.says(&[
        REVIEW,
        "点検記録台帳: 次回の予定日",
        "確認記録の有効期限です。あらためて確認し、記録してください。",
    ])?;
    stage.look("tasks-a-month-later")?;
    stage.mail_comes("【期限間近】", &["/items/technical.7"])?;
    stage.later("2027-05-06 09:30")?;
    stage.sits_down("佐藤")?;
    stage.open("/items/physical.4")?;
    stage.says(&["期限切れ", "確認記録の有効期間が過ぎました。もう一度確認してください。"])?;
    stage.look("lapsed")
}

fn story() -> Result<()> {
    let mut stage = Stage::set("6-month-end", "2027-03-31 16:00", &[OFFICER])?;
    stage.register("people", "name,affiliation\n佐藤,own\n")?;
    stage.register("accounts", "host,account,kind,owner,administrator\n*,hanako,person,佐藤,false\n")?;
    stage.machine("SV-KENSHIN01", |files| files.accounts(&[("hanako", OPEN, LONG_AGO)]))?;
    records(&mut stage)?;
    review(&stage)?;
    statements(&stage)?;
    next_month(&stage)
}

#[test]
fn one_signed_sheet_serves_several_items_until_the_next_month() {
    tell("month_end::one_signed_sheet_serves_several_items_until_the_next_month", None, story);
}

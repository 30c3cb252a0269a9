//! Sixth story: one review at the end of the month, to which the statements of several items refer.

use anyhow::Result;

use crate::stage::{OFFICER, Stage, tell};

const REVIEW: &str = "アクセスログの確認 2027年3月分";

fn review(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open("/registers/reviews")?;
    stage.browser.press("追加")?;
    for (label, text) in [
        ("点検名", REVIEW),
        ("対象期間", "2027年3月"),
        ("対象", "全PC・健診サーバー・入退室記録・リモート保守"),
        ("点検した人", "佐藤"),
        ("点検日", "2027-03-31"),
        ("指摘と対応", "3月8日の失敗ログイン6件は本人の入力誤り。\n3月22日の時間外利用は残業届あり。"),
        ("次回の予定日", "2027-04-30"),
    ] {
        stage.browser.write(label, text)?;
    }
    stage.browser.choose("点検の種類", "アクセスログの確認")?;
    stage.browser.choose("結果", "指摘あり")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました", REVIEW])?;
    stage.look("review")
}

fn statements(stage: &Stage) -> Result<()> {
    for item in ["technical.7", "physical.4", "maintenance.8"] {
        let page = format!("/items/{item}");
        stage.open(&page)?;
        stage.says(&["担当者の確認記録がまだありません"])?;
        stage.browser.write("根拠と保管場所", &format!("点検記録台帳「{REVIEW}」"))?;
        stage.browser.press("確認したことを記録")?;
        stage.says(&["確認記録を残しました。", "佐藤さんが確認", REVIEW, "2027年5月1日"])?;
        stage.look(item)?;
    }
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
    stage.open("/items/technical.7")?;
    stage.says(&["期限切れ", "確認記録の有効期間が過ぎました。もう一度確認してください。"])?;
    stage.look("lapsed")
}

fn story() -> Result<()> {
    let stage = Stage::set("6-month-end", "2027-03-31 16:00", &[OFFICER])?;
    stage.register("people", "name,affiliation\n佐藤,own\n")?;
    review(&stage)?;
    statements(&stage)?;
    next_month(&stage)
}

#[test]
fn one_review_serves_several_items_until_the_next_month() {
    tell("month_end::one_review_serves_several_items_until_the_next_month", None, story);
}

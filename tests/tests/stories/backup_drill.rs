//! Seventh story: the restore drill that falls due, done and proven.

use anyhow::Result;

use crate::stage::{OFFICER, Stage, tell};

const ITEM: &str = "/items/emergency.8";

fn last_year(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open(ITEM)?;
    stage.browser.write("根拠と保管場所", "復元訓練の記録(2026年度) 総務課キャビネット")?;
    stage.browser.write("有効期限を早める場合の日付", "2027-04-04")?;
    stage.browser.press("確認したことを記録")?;
    stage.says(&["確認記録を残しました。"])
}

fn falls_due(stage: &Stage) -> Result<()> {
    // Thirty days before the end, in the morning of a business day.
    stage.later("2027-03-08 09:30")?;
    stage.mail_comes("【期限間近】", &["/items/emergency.8"])?;
    stage.later("2027-03-15 09:30")?;
    stage.sits_down("佐藤")?;
    stage.open("/tasks")?;
    stage.says(&[
        "バックアップ",
        "確認記録の有効期限です。あらためて確認し、記録してください。",
        "期限 2027年4月4日",
    ])?;
    stage.look("task")?;
    stage.browser.press("多世代・多方式バックアップ")
}

fn drill(stage: &Stage) -> Result<()> {
    stage.look("item")?;
    let (screen, sums) = (stage.place().join("復元先フォルダー.png"), stage.place().join("照合結果.csv"));
    stage.browser.picture(&screen)?;
    std::fs::write(&sums, "ファイル,SHA-256,結果\nkensin.db,9f86d081884c7d65,一致\n")?;
    stage.browser.write("根拠と保管場所", "3月9日の世代をテスト用フォルダーに復元し、ハッシュを照合した")?;
    stage.browser.attach("根拠のファイル", &[&screen, &sums])?;
    stage.browser.press("確認したことを記録")?;
    stage.says(&[
        "確認記録を残しました。",
        "3月9日の世代をテスト用フォルダーに復元し、ハッシュを照合した",
        "復元先フォルダー.png",
        "照合結果.csv",
        "2028年3月14日",
    ])?;
    stage.look("attested")?;
    stage.stops_saying("/tasks", "多世代・多方式バックアップ")
}

fn story() -> Result<()> {
    let stage = Stage::set("7-backup", "2027-03-01 10:00", &[OFFICER])?;
    last_year(&stage)?;
    falls_due(&stage)?;
    drill(&stage)
}

#[test]
fn a_restore_drill_is_asked_for_done_and_proven() {
    tell("backup_drill::a_restore_drill_is_asked_for_done_and_proven", None, story);
}

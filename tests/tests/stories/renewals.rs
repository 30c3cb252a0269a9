//! Ninth story: contracts, pledges and training that end soon are told of on the 20th and renewed before they do.

use anyhow::{Result, ensure};

use crate::stage::{OFFICER, Stage, tell};

/// The mail of the 20th.
fn told(stage: &Stage) -> Result<()> {
    let subject = "【点検・期限一覧】2027年4月20日: 期限が近いもの7件";
    let mail = stage.mail_comes(
        subject,
        &[
            "■ 契約台帳 3件",
            "2027年6月1日(あと42日) 契約終了日: みなとシステム",
            "2027年5月15日(あと25日) 更新・解約の申出期限: つばめクリーン",
            "2027年5月31日(あと41日) 秘密保持誓約の期限: 高橋",
            "2027年5月6日(あと16日) 誓約書の提出日(未記入): 田中",
            "2027年4月28日(あと8日) 補講の期限(受講 31/34人): 2026年6月10日 / 個人情報の安全管理 2026年度",
            "■ 教育訓練の受講状況(過去1年)",
            "個人情報の安全管理 2026年度: 受講 31/34人",
            "https://tenken.example.jp/registers",
        ],
    )?;
    ensure!(!mail.contains("ひかり回線"), "that ends much later:\n{mail}");
    Ok(())
}

fn list(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open("/registers")?;
    stage.says(&[
        "期限が近いもの・過ぎたもの",
        "みなとシステム",
        "契約終了日",
        "2027年6月1日",
        "あと42日",
        "つばめクリーン",
        "更新・解約の申出期限",
        "個人情報の安全管理 2026年度",
        "次回の予定日",
        "あと51日",
        "補講の期限(受講 31/34人)",
        "高橋",
        "秘密保持誓約の期限",
        "2027年5月31日",
        "田中",
        "誓約書の提出日(未記入)",
    ])?;
    stage.says_not("ひかり回線")?;
    stage.look("sixty-days")
}

fn renew(stage: &Stage, party: &str, ends: &str) -> Result<()> {
    stage.open("/registers")?;
    stage.browser.press(party)?;
    stage.browser.write("契約終了日", ends)?;
    stage.browser.write("更新・解約の申出期限", "")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました"])
}

fn attest(stage: &Stage, item: &str, words: &str, file: &str, until: &str) -> Result<()> {
    let evidence = stage.place().join(file);
    std::fs::write(&evidence, "契約先,期間,署名\nみなとシステム,2027-06-02から2028-06-01,済\n")?;
    stage.open(&format!("/items/{item}"))?;
    stage.browser.write("根拠と保管場所", words)?;
    stage.browser.attach("根拠のファイル", &[&evidence])?;
    stage.browser.press("確認したことを記録")?;
    stage.says(&["確認記録を残しました。", words, file, until, "測定と確認記録がそろい、申告どおりです。"])?;
    stage.look(item)
}

/// One pledge is renewed, the other is handed in before the first day.
fn pledge(stage: &Stage) -> Result<()> {
    for (person, field, day) in [("高橋", "秘密保持誓約の期限", "2028-05-31"), ("田中", "誓約書の提出日", "2027-04-20")]
    {
        stage.open("/registers")?;
        stage.browser.press(person)?;
        stage.browser.write(field, day)?;
        stage.browser.press("保存")?;
        stage.says(&["保存しました"])?;
        stage.stops_saying("/registers", person)?;
    }
    Ok(())
}

fn train(stage: &Stage) -> Result<()> {
    stage.open("/registers/trainings")?;
    stage.says(&["31/34人"])?;
    stage.look("trained")?;
    stage.browser.press("個人情報の安全管理 2026年度")?;
    stage.says(&["受講 31/34人(あと3人が未受講)"])?;
    stage.look("who-is-missing")?;
    stage.browser.write("受講者数", "34")?;
    stage.browser.write("未受講者", "")?;
    stage.browser.write("結果", "34人全員が受講")?;
    stage.browser.write("次回の予定日", "2028-06-10")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました", "34/34人"])
}

fn story() -> Result<()> {
    let mut stage = Stage::set("9-renewals", "2027-04-19 17:00", &[OFFICER])?;
    stage.register(
        "people",
        "name,affiliation,starts,nda_on,nda_until\n佐藤,own,,,\n高橋,vendor,2025-06-01,2025-06-01,2027-05-31\n\
         田中,dispatched,2027-05-06,,\n",
    )?;
    stage.register(
        "contracts",
        "party,service,ends,notice_by\nみなとシステム,健診システムの保守,2027-06-01,\n\
         つばめクリーン,清掃,2027-06-15,2027-05-15\nひかり回線,閉域網,2028-03-31,\n",
    )?;
    stage.register(
        "trainings",
        "title,held_on,topic,invited,trained,makeup_by,attendees,absent,next_on\n\
         個人情報の安全管理 2026年度,2026-06-10,privacy,34,31,2027-04-28,31人,3人,2027-06-10\n",
    )?;
    stage.next_morning("2027-04-20 09:05")?;
    told(&stage)?;
    list(&stage)?;
    pledge(&stage)?;
    renew(&stage, "みなとシステム", "2028-06-01")?;
    renew(&stage, "つばめクリーン", "2028-06-15")?;
    attest(&stage, "personnel_contractors.1", "守秘契約(更新後) 契約書キャビネット", "守秘契約.csv", "2028年4月19日")?;
    attest(&stage, "organizational.4", "委託契約一覧(2027年度)", "契約一覧.csv", "2028年4月19日")?;
    train(&stage)?;
    attest(&stage, "personnel_employees.2", "受講記録(34人)", "受講記録.csv", "2028年4月19日")?;
    for renewed in ["みなとシステム", "つばめクリーン", "個人情報の安全管理 2026年度"] {
        stage.stops_saying("/registers", renewed)?;
    }
    stage.look("nothing-due")
}

#[test]
fn what_ends_within_sixty_days_is_renewed() {
    tell("renewals::what_ends_within_sixty_days_is_renewed", None, story);
}

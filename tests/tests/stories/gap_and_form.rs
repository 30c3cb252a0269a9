//! Eighth story: a real gap, and the published form that says so.

use anyhow::Result;
use tenken_tests::home_page::HomePage;

use crate::stage::{APPROVER, OFFICER, Stage, tell};

const ITEM: &str = "/items/exchange.13";

fn propose(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open(ITEM)?;
    stage.browser.press("公表している回答の変更を提案")?;
    stage.browser.choose("回答", "実施予定")?;
    stage.browser.write("実施時期", "2027年5月")?;
    stage.browser.write("変更の理由", "Windows 10のPC 1台を更新できるのが5月になるため")?;
    stage.look("propose")?;
    stage.browser.press("変更を提案する")?;
    stage.says(&["変更を提案しました。別の責任者の承認を待っています。", "実施予定(2027年5月)"])?;
    stage.open("/declaration")?;
    stage.says(&[
        "最低限のガイドラインを遵守済",
        "承認すると全体の判定は「遵守していない」になります。",
        "自分の提案は自分では承認できません。別の責任者に依頼してください。",
        "Windows 10のPC 1台を更新できるのが5月になるため",
    ])?;
    stage.look("effect")
}

fn accept(stage: &Stage) -> Result<()> {
    stage.later("2027-03-15 14:00")?;
    stage.sits_down("鈴木")?;
    stage.open("/tasks")?;
    stage.says(&["変更案1件の承認または却下"])?;
    stage.browser.press("変更案1件の承認または却下")?;
    stage.browser.tick("を選ぶ")?;
    stage.browser.press("選んだ変更を承認して改版する")?;
    stage.says(&[
        "変更を承認し、様式を改版しました。ホームページを更新してください。",
        "最低限のガイドラインを遵守していない",
        "2027年3月15日",
        "実施予定(2027年5月)",
    ])?;
    stage.look("accepted")
}

fn publish(stage: &Stage, home: &HomePage) -> Result<()> {
    stage.later("2027-03-16 09:10")?;
    stage.sits_down("佐藤")?;
    stage.open("/tasks")?;
    stage.says(&["ホームページの様式を更新"])?;
    stage.browser.press("ホームページの様式を更新")?;
    stage.browser.press("いま照合する")?;
    stage.says(&["掲載が未確認", "ページの内容が現在の版と"])?;
    stage.look("home-page-differs")?;
    // The officer hands the new page to whoever keeps the home page.
    home.update(&page(stage)?);
    stage.open("/declaration/publication")?;
    stage.browser.press("いま照合する")?;
    stage.says(&["掲載を確認済", "ページの内容は現在の版と一致しています。"])?;
    stage.look("home-page-shows-it")?;
    stage.stops_saying("/tasks", "ホームページの様式を更新")
}

/// The form as a page, as it is downloaded.
fn page(stage: &Stage) -> Result<String> {
    Ok(String::from_utf8(stage.download("/declaration/form/html")?)?)
}

/// The form that the home page shows is taken in, and the dashboard is told where it is.
fn before(stage: &Stage) -> Result<HomePage> {
    stage.sits_down("高橋")?;
    stage.takes_the_form_in()?;
    let home = HomePage::put(&page(stage)?)?;
    stage.open("/declaration/publication")?;
    stage.browser.write("掲載ページのアドレス", &home.url)?;
    stage.browser.press("アドレスを保存")?;
    stage.comes_to_say("/declaration/publication", &["掲載を確認済"])?;
    Ok(home)
}

fn story() -> Result<()> {
    let stage = Stage::set("8-gap", "2027-03-15 09:05", &[OFFICER, APPROVER])?;
    let home = before(&stage)?;
    propose(&stage)?;
    accept(&stage)?;
    publish(&stage, &home)
}

#[test]
fn a_gap_is_announced_approved_and_published() {
    tell("gap_and_form::a_gap_is_announced_approved_and_published", None, story);
}

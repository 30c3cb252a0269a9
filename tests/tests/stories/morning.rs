//! First story: Monday, five past nine. Is what the agency publishes still true?

use anyhow::{Context as _, Result};

use crate::stage::{OFFICER, Stage, tell};

const RED: &str = "離職時の保守アカウント削除";
const SAYS: &str = "保守アカウントmainteは終了日を過ぎても有効なままです。";

fn monday(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.comes_to_say(
        "/",
        &[
            "要対応",
            "全90項目",
            "期限間近",
            "報告のない機器",
            "新しい逸脱",
            "1台は電源断・不在のため、最後の結果で判定しています。",
            "先に対応すること",
            RED,
            &format!("受付PC: {SAYS}"),
            "sudo usermod -L -e 1 アカウント名 で無効にします。",
        ],
    )?;
    stage.look("monday")?;
    stage.open("/declaration")?;
    stage.says(&["最低限のガイドラインを遵守済", "項目が、いまの状態と合っていません。"])?;
    stage.open("/")?;
    stage.browser.press(RED)?;
    stage.says(&["逸脱", "受付PC", SAYS])?;
    stage.look("item")?;
    stage.browser.unfold(SAYS)?;
    stage.browser.press("受付PCを見る")?;
    stage.says(&["受付PC", SAYS])?;
    stage.look("computer")
}

fn story() -> Result<()> {
    let mut stage = Stage::set("1-morning", "2027-03-12 13:00", &[OFFICER])?;
    stage.register("people", "name,affiliation,company\n佐藤,own,\n鈴木一郎,vendor,みなとシステム\n")?;
    stage.register(
        "accounts",
        "host,account,kind,owner,administrator,ends\n*,hanako,person,佐藤,false,\n*,mainte,maintenance,鈴木一郎,false,2027-02-28\n",
    )?;
    stage.machine("受付PC", |files| files.desktop(true))?;
    stage.machine("健診PC", |files| files.desktop(true))?;
    stage.sits_down("佐藤")?;
    stage.takes_the_form_in()?;
    stage.open("/")?;
    stage.says_not(SAYS)?;
    stage.look("friday")?;

    // Late on Friday somebody opens the vendor's account again; the other computer stays off on Monday.
    stage.first()?.files.maintenance_account(true)?;
    stage.machines.last_mut().context("there are two")?.stays_off = true;
    stage.next_morning("2027-03-15 09:05")?;
    monday(&stage)?;
    stage.first()?.files.maintenance_account(false)?;
    stage.stops_saying("/", SAYS)?;
    stage.look("mended")
}

#[test]
fn the_morning_look_says_what_to_do_and_where() {
    tell("morning::the_morning_look_says_what_to_do_and_where", None, story);
}

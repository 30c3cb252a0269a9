//! Fourth story: one of the vendor's people leaves, and every computer that still lets them in is named until none does.

use anyhow::{Context as _, Result};
use tenken_tests::scratch::{LONG_AGO, OPEN};

use crate::stage::{OFFICER, Stage, tell};

const ACCOUNT: &str = "maint-suzuki";
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDZoTiVdVEMoNMuhfjE5dLbuEkeW9ZhPmxN9cZS9R5gq suzuki@example.jp\n";

fn leaving_is_entered(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open("/registers/people")?;
    stage.browser.press("鈴木一郎")?;
    stage.browser.write("退職・異動日", "2027-03-12")?;
    stage.look("leaving-day")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました"])?;
    stage.open("/tasks")?;
    stage.says(&["鈴木一郎", "退職・異動日"])?;
    stage.look("task")
}

/// The next business day names each computer, with what is left there.
fn computers_are_named(stage: &mut Stage) -> Result<()> {
    stage.next_morning("2027-03-15 09:05")?;
    let opens = format!("2027-03-12に離職した鈴木一郎のアカウント{ACCOUNT}が使える状態です。");
    let keys = format!("2027-03-12に離職した鈴木一郎のアカウント{ACCOUNT}は無効ですが、SSH鍵が残っています。");
    stage.mail_comes("【逸脱】SV-KENSHIN01", &[&opens, "sudo usermod -L -e 1 アカウント名 で無効にします。"])?;
    stage.mail_comes("【逸脱】SV-FILE01", &[&keys])?;
    stage.sits_down("佐藤")?;
    stage.open("/items/maintenance.4")?;
    stage.says(&["逸脱", "SV-KENSHIN01", &opens, "SV-FILE01", &keys])?;
    stage.look("computers-named")
}

fn computers_confirm(stage: &mut Stage) -> Result<()> {
    let title = "離職した人のアカウントと鍵が残っていない";
    for (name, other) in [("SV-KENSHIN01", Some("SV-FILE01")), ("SV-FILE01", None)] {
        let machine = stage.machines.iter().find(|machine| machine.name == name).context("it is there")?;
        machine.files.accounts(&[("hanako", OPEN, LONG_AGO)])?;
        stage.mail_comes(&format!("【解消】{name}: 「{title}」"), &[])?;
        stage.open("/items/maintenance.4")?;
        if let Some(other) = other {
            stage.says(&["逸脱", other])?;
        }
    }
    stage.comes_to_say("/items/maintenance.4", &[&format!("{title}\n\n適合\n2")])?;
    stage.open("/registers/people")?;
    stage.browser.press("鈴木一郎")?;
    stage.browser.write("貸与物の返却日", "2027-03-15")?;
    stage.browser.press("保存")?;
    stage.open("/registers/accounts")?;
    stage.browser.press(ACCOUNT)?;
    stage.browser.unfold("閉じる(使用終了)")?;
    stage.browser.follow("#close button")?;
    stage.says(&["閉じました。履歴は残っています。"])?;
    stage.stops_saying("/tasks", "鈴木一郎")?;
    stage.look("closed")
}

fn story() -> Result<()> {
    let mut stage = Stage::set("4-leaver", "2027-03-11 16:00", &[OFFICER])?;
    stage.register("people", "name,affiliation,company\n佐藤,own,\n鈴木一郎,vendor,みなとシステム\n")?;
    stage.register(
        "accounts",
        &format!("host,account,kind,owner,administrator,ends\n*,hanako,person,佐藤,false,\n*,{ACCOUNT},maintenance,鈴木一郎,false,2027-09-30\n"),
    )?;
    stage.machine("SV-KENSHIN01", |files| files.accounts(&[("hanako", OPEN, LONG_AGO), (ACCOUNT, OPEN, LONG_AGO)]))?;
    stage.machine("SV-FILE01", |files| {
        files.accounts(&[("hanako", OPEN, LONG_AGO), (ACCOUNT, "!", LONG_AGO)])?;
        // Expired as well, by usermod -e 1: an SSH key would otherwise still open it.
        files.write(
            "etc/shadow",
            &format!("hanako:{OPEN}:{LONG_AGO}:0:99999:7:::\n{ACCOUNT}:!:{LONG_AGO}:0:99999:7::1:\n"),
        )?;
        files.write(&format!("home/{ACCOUNT}/.ssh/authorized_keys"), KEY)
    })?;
    leaving_is_entered(&stage)?;
    // On Friday, the last day, and over the weekend nothing is wrong.
    stage.next_morning("2027-03-12 09:05")?;
    stage.sits_down("佐藤")?;
    stage.open("/drifts")?;
    stage.says_not("離職した鈴木一郎")?;
    computers_are_named(&mut stage)?;
    computers_confirm(&mut stage)
}

#[test]
fn a_leaver_is_followed_until_no_computer_lets_them_in() {
    tell("leaver::a_leaver_is_followed_until_no_computer_lets_them_in", None, story);
}

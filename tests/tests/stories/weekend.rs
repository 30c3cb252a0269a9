//! Second story: three days off, and old pattern files on computers that slept through them.

use anyhow::{Context as _, Result, ensure};
use tenken_tests::clamav;
use tenken_tests::clock::instant;
use tenken_tests::program::Running;
use tenken_tests::scratch::Scratch;

use crate::stage::{OFFICER, Stage, tell};

const LAPTOP: &str = "訪問ノートPC";
const DESKTOP: &str = "受付PC";
const RULE: &str = "パターンファイルが新しい";
const STALE: &str = "パターンファイルが7日より古いか、ありません。";

/// Gives a computer the pattern file of that moment.
fn pattern(stage: &Stage, computer: &str, time: &str) -> Result<()> {
    let database = clamav::signatures_of(stage.place(), instant(time)?)?;
    let machine = stage.machines.iter().find(|machine| machine.name == computer).context("it is there")?;
    machine.files.signatures(&database)
}

/// A computer with a virus scanner that runs, and the pattern file of that moment.
fn scanner(files: &Scratch, time: &str) -> Result<Running> {
    let folder = files.root().parent().context("the files lie in a folder")?;
    files.signatures(&clamav::signatures_of(folder, instant(time)?)?)?;
    let engine = clamav::engine(folder, files.root())?;
    let socket = files.root().join("run/clamav/clamd.ctl");
    tenken_tests::poll::until("clamd listens", std::time::Duration::from_secs(40), || {
        Ok(socket.exists().then_some(()))
    })?;
    Ok(engine)
}

fn nobody_is_alarmed(stage: &mut Stage) -> Result<()> {
    stage.next_morning("2027-03-23 09:05")?;
    stage.sits_down("佐藤")?;
    // Nine days old on both, which have been awake for minutes.
    stage.comes_to_say("/items/technical.10", &[&format!("{LAPTOP}\n{STALE}"), &format!("{DESKTOP}\n{STALE}")])?;
    stage.look("tuesday-morning")?;
    stage.open("/hosts")?;
    stage.says(&["報告あり"])?;
    stage.open("/drifts")?;
    stage.says_not(RULE)?;
    // One of them updates itself.
    pattern(stage, DESKTOP, "2027-03-23 08:00")?;
    stage.stops_saying("/items/technical.10", &format!("{DESKTOP}\n{STALE}"))?;
    ensure!(stage.mails(&format!("【逸脱】{LAPTOP}: 「{RULE}」"))?.is_empty(), "the grace runs");
    Ok(())
}

fn one_mail(stage: &Stage) -> Result<()> {
    stage.later("2027-03-23 13:10")?;
    let subject = format!("【逸脱】{LAPTOP}: 「{RULE}」");
    let mail = stage.mail_comes(&subject, &[STALE, "sudo freshclam", "/drifts/"])?;
    let address = mail.split_whitespace().find_map(|word| word.split_once("tenken.example.jp")).map(|(_, path)| path);
    let address = address.context("the mail leads to the drift")?;
    stage.sits_down("佐藤")?;
    stage.open(address)?;
    stage.says(&[LAPTOP, RULE, STALE, "ClamAVの場合: sudo freshclam を実行し"])?;
    stage.look("drift")?;
    stage.says(&["田中 花子さんに、専門用語を使わない依頼文をメールで送ります"])?;
    stage.browser.press("利用者へ依頼文を送る")?;
    stage.says(&["利用者への依頼文を送信待ちに入れました。", "に依頼文を送りました。次に送れるのは24時間後です。"])?;
    let asked = stage.mail_comes(
        &format!("【お願い】お使いのPC「{LAPTOP}」をご確認ください"),
        &[
            "田中 花子 様",
            "ウイルス対策ソフトの更新が、しばらく止まっています。",
            "1. PCの電源を入れ",
            "までにお願いします",
        ],
    )?;
    for word in ["sudo", "freshclam", "antivirus", "https://"] {
        ensure!(!asked.contains(word), "no {word} for her: {asked}");
    }
    stage.browser.press("対応を始める")?;
    stage.says(&["対応中と記録しました。"])?;

    pattern(stage, LAPTOP, "2027-03-23 12:00")?;
    stage.mail_comes(&format!("【解消】{LAPTOP}: 「{RULE}」"), &[])?;
    stage.comes_to_say(address, &["解消済", "規則を満たしました。"])?;
    stage.look("green")?;
    stage.later("2027-03-23 13:50")?;
    stage.mail_comes(
        &format!("【お礼】お使いのPC「{LAPTOP}」は元に戻りました"),
        &["田中 花子 様", "ご協力ありがとうございました"],
    )?;
    ensure!(stage.mails(&subject)?.len() == 1, "one mail: {:?}", stage.mails(&subject)?);
    let others = stage.mails(&format!("【逸脱】{DESKTOP}: 「{RULE}」"))?;
    ensure!(others.is_empty(), "{others:?}");
    Ok(())
}

fn story() -> Result<()> {
    let mut stage = Stage::set("2-weekend", "2027-03-19 15:00", &[OFFICER])?;
    let mut engines = Vec::new();
    for computer in [LAPTOP, DESKTOP] {
        stage.machine(computer, |files| {
            engines.push(scanner(files, "2027-03-14 08:00")?);
            Ok(())
        })?;
    }
    stage.register("people", "name,affiliation,email\n佐藤,own,\n田中 花子,own,hanako@example.jp\n")?;
    let hosts = format!("name,kind,status,user\n{LAPTOP},pc,in_use,田中 花子\n{DESKTOP},pc,in_use,\n");
    stage.register("hosts", &hosts)?;
    stage.sits_down("佐藤")?;
    stage.open("/items/technical.10")?;
    stage.says_not(STALE)?;
    nobody_is_alarmed(&mut stage)?;
    one_mail(&stage)
}

#[test]
fn who_was_off_is_left_alone_and_who_is_awake_gets_one_mail() {
    let missing = (!clamav::available()).then_some("clamd, sigtool or faketime is not installed");
    tell("weekend::who_was_off_is_left_alone_and_who_is_awake_gets_one_mail", missing, story);
}

//! Fifth story: a device whose use was stopped answers again.

use anyhow::Result;
use tenken_tests::network::Device;

use crate::stage::{OFFICER, Stage, tell};

const MAC: &str = "00:22:58:aa:bb:07";

fn is_stopped(stage: &Stage) -> Result<()> {
    stage.sits_down("佐藤")?;
    stage.open("/registers/devices")?;
    stage.browser.press("BP-07")?;
    stage.browser.choose("状態", "使用停止")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました", "使用停止"])?;
    stage.look("stopped")
}

fn answers_again(stage: &Stage, device: &Device) -> Result<()> {
    device.appear()?;
    let says = format!("停止機器「BP-07(2F 測定室)」が再び通信しています({MAC})。");
    let seen_by = "検知したPC: 受付PC(本部 1階 受付)";
    let mail = stage.mail_comes("【逸脱】受付PC: 「使用停止の機器がネットワーク上にない」", &[&says, seen_by])?;
    let drift = mail.split_whitespace().find_map(|word| word.split_once("tenken.example.jp")).map(|(_, path)| path);
    stage.sits_down("佐藤")?;
    stage.open("/items/technical.24")?;
    stage.says(&["逸脱", "受付PC", &says])?;
    stage.look("item-in-drift")?;
    stage.open(drift.unwrap_or("/drifts"))?;
    stage.says(&[&says, "機器をネットワークから外します。", "通知"])?;
    stage.browser.press("対応を始める")?;
    stage.says(&["対応中と記録しました。"])?;
    stage.look("taken-up")?;
    device.vanish()?;
    stage.mail_comes("【解消】受付PC: 「使用停止の機器がネットワーク上にない」", &[])?;
    stage.comes_to_say(drift.unwrap_or("/drifts"), &["解消済"])?;
    stage.look("resolved")
}

/// What was done is written down, and the item is confirmed again.
fn is_recorded(stage: &Stage) -> Result<()> {
    stage.open("/registers/devices")?;
    stage.browser.press("BP-07")?;
    stage.browser.write("備考", "3月18日 2階で電源が入っていた。電源を抜き、倉庫に戻した。")?;
    stage.browser.press("保存")?;
    stage.says(&["保存しました"])?;
    stage.comes_to_say("/items/technical.24", &["使用停止の機器がネットワーク上にない\n\n適合\n1"])?;
    stage.browser.write("根拠と保管場所", "IoT機器台帳の備考(BP-07) 3月18日")?;
    stage.browser.press("確認したことを記録")?;
    stage.says(&["確認記録を残しました。", "佐藤さんが確認"])?;
    stage.look("item-again")
}

fn story() -> Result<()> {
    let mut stage = Stage::set("5-device", "2027-03-11 10:00", &[OFFICER])?;
    let device = Device::plug(MAC)?;
    stage.register("people", "name,affiliation\n佐藤,own\n")?;
    stage.register("devices", &format!("name,mac,status,place\nBP-07,{MAC},in_use,2F 測定室\n"))?;
    stage.register("hosts", "name,kind,status,site,place\n受付PC,pc,in_use,本部,1階 受付\n")?;
    stage.machine("受付PC", |_| Ok(()))?;
    is_stopped(&stage)?;
    stage.next_morning("2027-03-18 10:00")?;
    answers_again(&stage, &device)?;
    is_recorded(&stage)
}

#[test]
fn a_stopped_device_is_found_unplugged_and_recorded() {
    tell("stopped_device::a_stopped_device_is_found_unplugged_and_recorded", None, story);
}

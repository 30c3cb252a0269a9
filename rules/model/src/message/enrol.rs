//! Texts of the command that gives a host its identity.

use super::texts;

texts! {
    /// What enrolling did.
    enrol_done(host: &str, dashboard: &str) {
        ja: "登録しました。機器ID {host}、報告先 {dashboard}",
        en: "Enrolled as host {host}; reports go to {dashboard}."
    }
    /// What was typed is no token.
    enrol_no_token() {
        ja: "登録用トークンとして読み取れません。ダッシュボードに表示された行を、先頭の tenken1. からすべてコピーしてください。",
        en: "read the token: not an enrolment token; copy the whole line that the dashboard shows, from `tenken1.` on"
    }
    /// The host has an identity.
    enrol_already(host: &str, file: &str) {
        ja: "この機器はすでに{host}として登録されています。登録し直すときは、{file}を削除してから実行してください。",
        en: "this host is enrolled already as {host}; remove {file} to enrol it anew"
    }
    /// The folder of the agent's state cannot be made.
    enrol_no_folder(folder: &str, why: &str) {
        ja: "フォルダー{folder}を作成できません({why})。",
        en: "make {folder}: {why}"
    }
    /// Only an administrator, or whoever the folder belongs to, may.
    enrol_not_permitted(folder: &str) {
        ja: "{folder}に書き込む権限がありません。管理者として実行してください(Linuxでは先頭にsudoを付けます)。",
        en: "write to {folder}: not permitted; run this as an administrator (on Linux with `sudo` before it)"
    }
    /// Another dashboard answers, or somebody is in between.
    enrol_other_authority(url: &str) {
        ja: "{url}の認証局がトークンのものと一致しません。別のサーバーが応答しているため、何も送信していません。アドレスを確かめ、登録先のダッシュボードでトークンをコピーし直してください。",
        en: "compare the authority of {url} with the token: they differ, so another server answers there; nothing was sent to it. Check the address, and copy the token from that dashboard"
    }
    /// The dashboard does not take the token.
    enrol_token_refused() {
        ja: "このトークンは使えません。誤っているか、使用済みか、期限切れです。ダッシュボードで新しいトークンを発行してください。",
        en: "the dashboard refuses the token: it is unknown, used or expired; make a new one there"
    }
    /// No answer came.
    enrol_unreachable(tried: &str, why: &str) {
        ja: "ダッシュボードに接続できません({tried}: {why})。アドレスとネットワークを確かめてください。",
        en: "{tried}: {why}; check the address and the network"
    }
    /// It failed in another way.
    enrol_failed(why: &str) {
        ja: "登録できませんでした({why})。",
        en: "enrol this host: {why}"
    }
}

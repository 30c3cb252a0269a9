//! What is said where a rule has no sentence of its own.

use super::{Language, texts};
use crate::Topic;

texts! {
    /// The rule is for other systems.
    judged_other_system() { ja: "このOSは対象外です。", en: "The rule is not for this operating system." }
    /// A topic was measured to be absent and the rule then does not apply.
    judged_nothing_there(how: &str) { ja: "対象となるものがないため対象外です({how})。", en: "There is nothing to judge ({how})." }
    /// A topic was measured to be absent and the rule then fails.
    judged_lacking(how: &str) { ja: "必要なものがありません({how})。", en: "What is needed is not there ({how})." }
    /// No anti-malware product was found.
    absent_antivirus() {
        ja: "ClamAVも、そのほかの既知のウイルス対策ソフトも見つかりません",
        en: "no program of ClamAV, and no folder or process of another known product"
    }
    /// No backup is declared.
    absent_backups() {
        ja: "台帳に、この機器のバックアップが登録されていません",
        en: "the register declares no backup set for this host"
    }
    /// A host without wireless networks.
    absent_wireless() {
        ja: "無線LANのインターフェースも、無線LANの接続設定もありません",
        en: "no interface is wireless, and no wireless network is known"
    }
    /// The host is on no network.
    absent_neighbours() {
        ja: "ループバック以外のネットワークインターフェースがありません",
        en: "no network interface but loopback"
    }
    /// The host is on no network, so that it passes nothing on.
    absent_forwarding() {
        ja: "ループバック以外のネットワークインターフェースがありません",
        en: "no network interface but loopback"
    }
    /// No office program is installed.
    absent_office_macros() {
        ja: "LibreOfficeもOpenOfficeもインストールされていません",
        en: "neither LibreOffice nor OpenOffice is installed"
    }
    /// No row names this host.
    absent_exchange_endpoints() {
        ja: "外部接続・交換先台帳に、この機器で確認する接続先(TLS)がありません",
        en: "no row of the endpoints register (TLS) names this host as the one that checks it"
    }
    /// No folder was named.
    absent_outbox() {
        ja: "外部に渡すファイルを置くフォルダが、規則のパラメーターに登録されていません",
        en: "no folder with files for other parties is named in the parameters of the rule"
    }
    /// Only Windows has them.
    absent_network_protocols() { ja: "Windowsの機器ではありません", en: "this host is no Windows" }
    /// Nobody can sit before a screen.
    absent_screen_lock() {
        ja: "デスクトップ環境がインストールされていません",
        en: "no graphical session is installed"
    }
    /// Anything else that was looked for.
    absent_topic(topic: &str) { ja: "{topic}にあたるものがありません", en: "there is no {topic}" }
    /// Days in a length of time.
    span_days(count: u64) { ja: "{count}日", en: "{count}d" }
    /// Hours.
    span_hours(count: u64) { ja: "{count}時間", en: "{count}h" }
    /// Minutes.
    span_minutes(count: u64) { ja: "{count}分", en: "{count}m" }
    /// Seconds, perhaps with a fraction.
    span_seconds(count: &str) { ja: "{count}秒", en: "{count}s" }
    /// Milliseconds.
    span_millis(count: u64) { ja: "{count}ミリ秒", en: "{count}ms" }
    /// A failure is a drift at once.
    grace_none() { ja: "なし(不適合になるとすぐ逸脱)", en: "none (a failure is a drift at once)" }
    /// A grace that runs while the host is awake.
    grace_awake(span: &str) {
        ja: "稼働時間で{span}(電源断やスリープの間は数えません)",
        en: "{span} of time awake (off or asleep does not count)"
    }
    /// A grace in business days.
    grace_business_days(days: u16) {
        ja: "{days}営業日(休業日は数えません)",
        en: "{days} business day(s); days on which the agency is closed do not count"
    }
    /// The label of a grace.
    grace_label() { ja: "猶予", en: "Grace" }
}

impl Language {
    /// What a host lacks on which a topic was measured to be absent.
    pub fn absent(self, topic: Topic) -> String {
        match topic {
            Topic::Antivirus => self.absent_antivirus(),
            Topic::Backups => self.absent_backups(),
            Topic::Neighbours => self.absent_neighbours(),
            Topic::ScreenLock => self.absent_screen_lock(),
            Topic::Wireless => self.absent_wireless(),
            Topic::Forwarding => self.absent_forwarding(),
            Topic::OfficeMacros => self.absent_office_macros(),
            Topic::Outbox => self.absent_outbox(),
            Topic::NetworkProtocols | Topic::ExecutionControl => self.absent_network_protocols(),
            Topic::ExchangeEndpoints => self.absent_exchange_endpoints(),
            Topic::WrittenSecrets
            | Topic::TimeSync
            | Topic::SessionTimeout
            | Topic::AccountEvents
            | Topic::Accounts
            | Topic::PasswordPolicy
            | Topic::PasswordStorage
            | Topic::Sessions
            | Topic::DiskEncryption
            | Topic::BootProtection
            | Topic::Certificates
            | Topic::RemovableMedia
            | Topic::Firewall
            | Topic::Ipsec
            | Topic::Listeners
            | Topic::Shares
            | Topic::Software
            | Topic::Updates
            | Topic::RemoteAccess
            | Topic::AutomaticSignIn
            | Topic::Logs
            | Topic::System => self.absent_topic(topic.name()),
        }
    }
}

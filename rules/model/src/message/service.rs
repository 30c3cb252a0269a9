//! Texts of the command that makes the agent a service of the system.

use super::texts;

texts! {
    /// What lists of services say of it.
    service_description() {
        ja: "この端末のセキュリティ対策の状態を点検し、変化をダッシュボードに報告します。端末の設定は変更しません。",
        en: "Checks the security controls of this computer and reports what changes to the dashboard. It changes no setting."
    }
    /// It was registered.
    service_installed(name: &str, program: &str) {
        ja: "サービス{name}を登録しました({program})。登録用トークンで端末を登録してから、サービスを開始してください。",
        en: "Installed the service {name} ({program}). Enrol this host, then start the service."
    }
    /// It was there, and was made whole.
    service_repaired(name: &str, program: &str) {
        ja: "サービス{name}は登録済みです。設定を現在のものに更新しました({program})。",
        en: "The service {name} was installed already; its settings are as they are to be again ({program})."
    }
    /// A setting that the system does not take.
    service_left_out(setting: &str, why: &str) {
        ja: "設定できなかった項目: {setting}({why})。サービスはこの項目がなくても動作します。",
        en: "Not set: {setting} ({why}). The service works without it."
    }
    /// It was taken away.
    service_removed(name: &str) {
        ja: "サービス{name}を停止し、登録を解除しました。",
        en: "Stopped and removed the service {name}."
    }
    /// There was none to take away.
    service_not_there(name: &str) {
        ja: "サービス{name}は登録されていません。",
        en: "The service {name} is not installed."
    }
    /// The agent's state stays.
    service_state_kept(folder: &str) {
        ja: "{folder}は残しました。登録情報と未送信の報告も削除するときは、--purgeを付けて実行してください。",
        en: "Kept {folder}; to delete the identity and what was not reported yet as well, use --purge."
    }
    /// The agent's state was deleted.
    service_state_deleted(folder: &str) {
        ja: "{folder}を削除しました。",
        en: "Deleted {folder}."
    }
    /// It could not be deleted.
    service_state_not_deleted(folder: &str, why: &str) {
        ja: "{folder}を削除できません({why})。",
        en: "delete {folder}: {why}"
    }
    /// It was started.
    service_started(name: &str) {
        ja: "サービス{name}を開始しました。",
        en: "Started the service {name}."
    }
    /// It ran already.
    service_runs_already(name: &str) {
        ja: "サービス{name}はすでに実行中です。",
        en: "The service {name} is running already."
    }
    /// This system has another manager.
    service_not_here() {
        ja: "このコマンドはWindowsでのみ使えます。このシステムではパッケージがサービスを登録します。",
        en: "register a service: only on Windows; on this system the package brings the service"
    }
    /// Only administrators may.
    service_not_elevated(tried: &str) {
        ja: "管理者権限が必要です({tried})。ターミナルを「管理者として実行」で開いて、もう一度実行してください。",
        en: "{tried}: only an administrator may; open the terminal with `Run as administrator`"
    }
    /// Another program has the name.
    service_other_program(name: &str, program: &str) {
        ja: "サービス{name}は別のプログラムですでに登録されています({program})。そちらのプログラムでservice removeを実行してから、もう一度実行してください。",
        en: "install the service {name}: it is installed already for {program}; run `service remove` of that program first"
    }
    /// The program could be exchanged.
    service_exposed(path: &str, by: &str) {
        ja: "{path}は管理者以外({by})が変更できます。Program Filesの下など、管理者だけが書き込めるフォルダーに置いてから実行してください。",
        en: "install the service: {path} may be changed by {by}, who is no administrator; put the program where only administrators may write, as below Program Files"
    }
    /// There is none to start.
    service_not_installed(name: &str) {
        ja: "サービス{name}は登録されていません。先にservice installを実行してください。",
        en: "start the service {name}: it is not installed; run `service install` first"
    }
    /// It was removed and is still open.
    service_being_removed(name: &str) {
        ja: "サービス{name}は削除の途中です。「サービス」の画面を閉じるか、パソコンを再起動してから実行してください。",
        en: "install the service {name}: it is being removed; close the window of services or restart the computer, then try again"
    }
    /// It does not stop.
    service_still_running(name: &str) {
        ja: "サービス{name}が時間内に停止しませんでした。登録は解除していません。しばらくしてからもう一度実行してください。",
        en: "stop the service {name}: it did not end in time and was not removed; try again later"
    }
    /// Typed at a terminal.
    service_not_the_manager() {
        ja: "service runはサービスとして起動されたときだけ使えます。ターミナルではtenken-agent runを使ってください。",
        en: "run as a service: not started by the service manager; at a terminal use `tenken-agent run`"
    }
    /// It failed in another way.
    service_failed(tried: &str, why: &str) {
        ja: "サービスを操作できませんでした({tried}: {why})。",
        en: "{tried}: {why}"
    }
}

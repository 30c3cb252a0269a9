//! Registers: their columns, what to write in them, and what is wrong with a file.

mod contracts;
mod equipment;
mod network;
mod operations;
mod people;
mod security;
mod shared;

use super::texts;

texts! {
    /// The register of accounts.
    register_accounts() { ja: "アカウント台帳", en: "Accounts" }
    /// What it is for.
    register_accounts_purpose() { ja: "機器に存在してよいアカウントと、その責任者・期限を管理します。台帳にないアカウントや期限を過ぎたアカウントは逸脱になります。", en: "Accounts that may exist on hosts, who answers for them and until when. An account that is not here, or past its last day, is a drift." }
    /// The register of devices.
    register_devices() { ja: "IoT機器台帳", en: "IoT devices" }
    /// What it is for.
    register_devices_purpose() { ja: "ネットワークにつながるIoT機器と、その使用状態を管理します。使用停止や故障とした機器がネットワーク上に見つかると逸脱になります。", en: "IoT devices on the networks and whether they are in use. A retired or faulty device that is seen on a network is a drift." }
    /// The register of backup sets.
    register_backups() { ja: "バックアップ台帳", en: "Backups" }
    /// What it is for.
    register_backups_purpose() { ja: "取得しているバックアップの方式・世代数・保管方法を管理します。実際の世代がここに書いた内容に足りないと逸脱になります。", en: "Backup sets with their method, generations and isolation. A set that falls short of what is written here is a drift." }
    /// Column.
    column_host() { ja: "機器名", en: "Host" }
    /// Column.
    column_account() { ja: "アカウント名", en: "Account" }
    /// Column.
    column_kind() { ja: "種別", en: "Kind" }
    /// Column.
    column_owner() { ja: "責任者", en: "Owner" }
    /// Column.
    column_administrator() { ja: "管理者権限", en: "Administrator" }
    /// Column.
    column_ends() { ja: "利用期限", en: "Last day" }
    /// Column.
    column_note() { ja: "備考", en: "Remark" }
    /// Column.
    column_device_name() { ja: "名称", en: "Name" }
    /// Column.
    column_mac() { ja: "MACアドレス", en: "MAC address" }
    /// Column.
    column_status() { ja: "状態", en: "State" }
    /// Column.
    column_patient_data() { ja: "患者情報", en: "Patient data" }
    /// Column.
    column_place() { ja: "設置場所", en: "Place" }
    /// Column.
    column_backup_name() { ja: "バックアップ名", en: "Name" }
    /// Column.
    column_system() { ja: "対象システム", en: "System" }
    /// Column.
    column_method() { ja: "方式", en: "Method" }
    /// Column.
    column_location() { ja: "保存先", en: "Location" }
    /// Column.
    column_interval() { ja: "取得間隔", en: "Interval" }
    /// Column.
    column_generations() { ja: "世代数", en: "Generations" }
    /// Column.
    column_isolation() { ja: "隔離方法", en: "Isolation" }
    /// Help.
    help_account_host() { ja: "アカウントがある機器の名前です。空欄または * は、すべての機器を表します。", en: "The host it is on. Empty or * means every host." }
    /// Help.
    help_account() { ja: "機器にログインするときの名前です。大文字と小文字を区別します。", en: "The name used to log in. Upper and lower case differ." }
    /// Help.
    help_account_kind() { ja: "保守業者のアカウントには利用期限を付けてください。", en: "Give a vendor's account a last day." }
    /// Help.
    help_owner() { ja: "このアカウントに責任を持つ人の氏名です。", en: "The person who answers for it." }
    /// Help.
    help_administrator() { ja: "管理者権限を持つことを認めている場合は「はい」を選びます。", en: "Yes if it is meant to be an administrator." }
    /// Help.
    help_ends() { ja: "利用を認める最後の日です。例: 2027-03-31。空欄は無期限です。", en: "The last day it may be used, such as 2027-03-31. Empty means no end." }
    /// Help.
    help_note() { ja: "500文字まで入力できます。", en: "Up to 500 characters." }
    /// Help.
    help_device_name() { ja: "現場での呼び名です。例: 血圧計 BP-07", en: "What people call it, such as “blood pressure meter BP-07”." }
    /// Help.
    help_mac() { ja: "機器のラベルにある12桁の番号です。例: 00:1b:44:11:3a:b7。区切りは - でもかまいません。", en: "The 12 digits on its label, such as 00:1b:44:11:3a:b7." }
    /// Help.
    help_device_status() { ja: "使い終えた機器は「使用停止」にしてください。ネットワークに現れると通知します。", en: "Mark a device that is no longer used as retired; it is reported when it appears on a network." }
    /// Help.
    help_patient_data() { ja: "患者情報を扱う機器では「はい」を選びます。", en: "Yes if it handles patients' data." }
    /// Help.
    help_place() { ja: "置いてある場所です。例: 2階 保健指導室", en: "Where it is kept." }
    /// Help.
    help_backup_host() { ja: "バックアップの保存先を読み取れる機器の名前です。", en: "The host on which the set can be read." }
    /// Help.
    help_backup_name() { ja: "機器の中で重ならない名前です。例: 健診DB 日次", en: "A name that is unique on its host." }
    /// Help.
    help_backup_system() { ja: "どのシステムのデータかを書きます。", en: "The system whose data it holds." }
    /// Help.
    help_method() { ja: "一覧にない方式のうち、日付の付いたフォルダーに保存するものは「日付フォルダー」を選びます。", en: "For copies kept in folders with a date in their names choose dated folders." }
    /// Help.
    help_location() { ja: "リポジトリやフォルダーの絶対パスです。クラウドのストレージは、その場所を書きます。例: /srv/backup、D:\\backup、s3:kenshin-backup", en: "The absolute path of the repository or folder, or the address of storage of a provider, such as /srv/backup, D:\\backup or s3:kenshin-backup." }
    /// Help.
    help_interval() { ja: "1世代を取得する間隔です。例: 1d(1日)、12h(12時間)", en: "How often a generation is due: 1d, 12h." }
    /// Help.
    help_generations() { ja: "残っていなければならない世代の数です。", en: "How many generations must be there." }
    /// Help.
    help_isolation() { ja: "不正ソフトウェアの影響が及ばないように保管する方法です。共有フォルダーのように常に書き込める場所は「別の機器」を選びます。これは隔離と認められません。", en: "How it is kept out of reach of malware. A share or another place that can always be written is Another host, which is not kept apart." }
    /// Word.
    account_kind_person() { ja: "個人", en: "Person" }
    /// Word.
    account_kind_service() { ja: "サービス", en: "Service" }
    /// Word.
    account_kind_maintenance() { ja: "保守業者", en: "Maintenance" }
    /// Word.
    account_kind_emergency() { ja: "非常時用", en: "Emergency" }
    /// Word.
    account_kind_shared() { ja: "共用(例外承認)", en: "Shared by waiver" }
    /// Word.
    account_kind_built_in() { ja: "組み込み", en: "Built-in" }
    /// Word.
    device_in_use() { ja: "使用中", en: "In use" }
    /// Word.
    device_retired() { ja: "使用停止", en: "Retired" }
    /// Word.
    device_faulty() { ja: "故障", en: "Faulty" }
    /// Word.
    device_returned() { ja: "返却済", en: "Returned" }
    /// Word.
    device_disposed() { ja: "廃棄済", en: "Disposed" }
    /// Word.
    backup_restic() { ja: "restic", en: "restic" }
    /// Word.
    backup_borg() { ja: "Borg", en: "Borg" }
    /// Word.
    backup_rsnapshot() { ja: "rsnapshot", en: "rsnapshot" }
    /// Word.
    backup_btrfs() { ja: "Btrfsスナップショット", en: "Btrfs snapshots" }
    /// Word.
    backup_zfs() { ja: "ZFSスナップショット", en: "ZFS snapshots" }
    /// Word.
    backup_dated_folders() { ja: "日付フォルダー", en: "Dated folders" }
    /// Word.
    backup_shadow_copy() { ja: "シャドウコピー", en: "Shadow copies" }
    /// Word.
    backup_windows_server() { ja: "Windows Server バックアップ", en: "Windows Server Backup" }
    /// Word.
    backup_file_history() { ja: "ファイル履歴(Windows)", en: "File History (Windows)" }
    /// Word.
    backup_veeam_agent() { ja: "Veeam Agent(Windows)", en: "Veeam Agent (Windows)" }
    /// Word.
    backup_acronis() { ja: "Acronis Cyber Protect(Windows)", en: "Acronis Cyber Protect (Windows)" }
    /// Word.
    backup_arcserve_udp() { ja: "Arcserve UDP(Windows)", en: "Arcserve UDP (Windows)" }
    /// Word.
    backup_exec() { ja: "Veritas Backup Exec(Windows)", en: "Veritas Backup Exec (Windows)" }
    /// Word.
    backup_netbackup() { ja: "Veritas NetBackup(Windows)", en: "Veritas NetBackup (Windows)" }
    /// Word.
    backup_object_storage() { ja: "クラウドのストレージ(測定しません)", en: "Storage of a provider (not measured)" }
    /// Word.
    isolation_none() { ja: "なし", en: "None" }
    /// Word.
    isolation_other_host() { ja: "別の機器(常に書き込み可)", en: "Another host, always writable" }
    /// Word.
    isolation_pulled() { ja: "別の機器が取得(書き込み不可)", en: "Pulled by another host" }
    /// Word.
    isolation_offsite() { ja: "別の拠点", en: "Another site" }
    /// Word.
    isolation_append_only() { ja: "上書き不可", en: "Append-only" }
    /// Word.
    isolation_object_lock() { ja: "クラウドのオブジェクトロック", en: "Object storage with a lock" }
    /// Word.
    isolation_offline() { ja: "普段は切り離し", en: "Offline" }
    /// A cell is wrong.
    cell_empty() { ja: "入力してください。", en: "It may not be empty." }
    /// A cell is wrong.
    cell_too_long(most: usize) { ja: "{most}文字以内で入力してください。", en: "Use at most {most} characters." }
    /// A cell is wrong.
    cell_control() { ja: "使用できない制御文字が含まれています。", en: "It holds control characters." }
    /// A cell is wrong.
    cell_not_flag() { ja: "「はい」か「いいえ」で入力してください。", en: "Write yes or no." }
    /// A cell is wrong.
    cell_not_choice(words: &str) { ja: "次のいずれかで入力してください: {words}", en: "Write one of: {words}" }
    /// A cell is wrong.
    cell_not_address() { ja: "アドレスとして読み取れません。例: https://portal.example.jp、192.168.10.0/24、ntp.example.jp", en: "It is no address; write such as https://portal.example.jp, 192.168.10.0/24 or ntp.example.jp." }
    /// A cell is wrong.
    cell_not_item(text: &str) { ja: "「{text}」はチェックリストの項目として読み取れません。例: technical.13、技術的安全対策 13", en: "“{text}” is no item of the checklist; write such as technical.13." }
    /// A cell is wrong.
    cell_no_row(text: &str, register: &str) { ja: "「{text}」は{register}にありません。先に登録するか、名前を確認してください。", en: "“{text}” is not in the register “{register}”. Enter it there first, or correct the name." }
    /// A cell is wrong.
    cell_several_rows(text: &str, register: &str) { ja: "「{text}」は{register}に複数あります。1つに決まる名前で書いてください。", en: "The register “{register}” has several rows called “{text}”. Write a name that means one of them." }
    /// A cell is wrong.
    cell_by_approval() { ja: "責任者が画面で承認したときに記入されます。書面での承認を残す場合は、この欄を空欄にして備考に書いてください。", en: "It is filled in when an approver approves the row. Leave it empty; an approval on paper goes into the note." }
    /// A cell is wrong.
    cell_not_mac() { ja: "MACアドレスとして読み取れません。16進数12桁で入力してください。例: 00:1b:44:11:3a:b7", en: "It is no MAC address; write 12 hexadecimal digits, such as 00:1b:44:11:3a:b7." }
    /// A cell is wrong.
    cell_not_span() { ja: "時間の長さとして読み取れません。例: 1d(1日)、12h(12時間)", en: "It is no length of time; write such as 1d or 12h." }
    /// A cell is wrong.
    cell_not_count(least: i64, most: i64) { ja: "{least}から{most}までの整数で入力してください。", en: "Write a whole number from {least} to {most}." }
    /// A cell is wrong.
    cell_not_path() { ja: "絶対パスで入力してください。例: /srv/backup、D:\\backup、s3:kenshin-backup", en: "Write an absolute path, such as /srv/backup or D:\\backup, or an address such as s3:kenshin-backup." }
    /// A row of a file is wrong.
    import_twice(line: u64) { ja: "{line}行目と同じものが重複しています。", en: "The same row is on line {line}." }
    /// A row of a file is wrong.
    import_width(has: usize, needs: usize) { ja: "列の数が見出しと合いません(見出し{needs}列、この行{has}列)。", en: "It has {has} cells under {needs} headings." }
    /// A file is wrong.
    import_too_large(mib: usize) { ja: "ファイルが大きすぎます。{mib}MB以下に分けてください。", en: "The file is larger than {mib} MB; split it." }
    /// A file is wrong.
    import_not_text() { ja: "CSVファイルとして読み取れません。表計算ソフトで「Excelブック(.xlsx)」または「CSV UTF-8」を選んで保存し直してください。", en: "It is neither an Excel workbook nor CSV in UTF-8 or Shift_JIS. Save it again as one of them in the spreadsheet." }
    /// A file is wrong.
    import_empty() { ja: "データの行がありません。見出しの行の下にデータを置いてください。", en: "There are no rows. Put them below the row of headings." }
    /// A file is wrong.
    import_too_many_rows(most: usize) { ja: "行が多すぎます。{most}行以下に分けてください。", en: "It has more than {most} rows; split it." }
    /// A file is wrong.
    import_unknown_heading(heading: &str) { ja: "見出し「{heading}」はこの台帳にありません。書き出したファイルの見出しに合わせてください。", en: "This register has no column “{heading}”. Use the headings of an exported file." }
    /// A file is wrong.
    import_heading_twice(column: &str) { ja: "見出し「{column}」が2つあります。1つにしてください。", en: "The heading “{column}” is there twice." }
    /// A file is wrong.
    import_missing_column(column: &str) { ja: "必要な見出し「{column}」がありません。", en: "The column “{column}” is missing." }
    /// A file is wrong.
    import_not_csv(line: u64) { ja: "{line}行目からCSVとして読み取れません。引用符の閉じ忘れを確認してください。", en: "It is no CSV from line {line} on; look for an unclosed quote." }
    /// A workbook is wrong.
    import_not_workbook() { ja: "Excelブックとして読み取れません。ファイルが壊れているか、別の種類のファイルです。Excelで開き、「Excelブック(.xlsx)」として保存し直してください。", en: "It is no Excel workbook, or it is damaged. Open it in Excel and save it again as .xlsx." }
    /// A workbook is wrong.
    import_encrypted() { ja: "パスワードで保護されたファイルは読み取れません。パスワードを外したコピーを選んでください。", en: "The file is protected with a password. Choose a copy without one." }
    /// A workbook is wrong.
    import_old_excel() { ja: "古い形式のExcelファイル(.xls)は読み取れません。Excelで開き、「Excelブック(.xlsx)」として保存し直してください。", en: "Files of old Excel (.xls) are not read. Open it in Excel and save it as .xlsx." }
    /// A workbook is wrong.
    import_unpacked(mib: u64) { ja: "ファイルの中身が大きすぎます(展開後の上限{mib}MB)。不要なシートや画像を除いて保存し直してください。", en: "The workbook unpacks to more than {mib} MB. Remove sheets and pictures that are not needed." }
    /// A workbook is wrong.
    import_too_many_columns(most: u32) { ja: "列が多すぎます。{most}列までにしてください。離れた列に入力が残っていないか確認してください。", en: "Something stands beyond {most} columns. Look for cells far to the right." }
    /// A workbook is wrong.
    import_broken_cell(line: u64, text: &str) { ja: "{line}行目に計算エラー({text})のセルがあります。値を直してから保存してください。", en: "A cell on line {line} holds the error {text}. Correct it and save again." }
    /// A register cannot be written.
    export_unwritable(character: char, row: &str) { ja: "「{row}」の文字「{character}」はShift_JISで表せません。UTF-8で書き出してください。", en: "“{character}” in “{row}” does not exist in Shift_JIS. Export as UTF-8." }
    /// A register cannot be written.
    export_failed() { ja: "CSVを書き出せませんでした。", en: "The CSV could not be written." }
}

//! Registers of people, their accounts and what they have learnt.

use crate::message::texts;

texts! {
    /// The register.
    register_people() { ja: "職員・作業員台帳", en: "People" }
    /// What it is for.
    register_people_purpose() { ja: "職員と、情報システムに触れる委託先の作業員を管理します。誓約書、退職・異動と貸与物の返却をここで確認します。", en: "Staff, and vendors’ workers who touch the systems: their pledges of secrecy, when they leave, and what they have given back." }
    /// Column.
    column_people_name() { ja: "氏名", en: "Name" }
    /// Help.
    help_people_name() { ja: "同姓同名の人がいるときは、「佐藤 花子(総務)」のように書き分けてください。", en: "Tell people of one name apart, such as “Hanako Sato (office)”." }
    /// Column.
    column_people_affiliation() { ja: "所属", en: "Belongs to" }
    /// Help.
    help_people_affiliation() { ja: "雇用している人は「自機関」、保守業者などの人は「委託先」を選びます。", en: "The agency for employees, a vendor for its workers." }
    /// Word.
    people_affiliation_own() { ja: "自機関", en: "The agency" }
    /// Word.
    people_affiliation_vendor() { ja: "委託先", en: "A vendor" }
    /// Word.
    people_affiliation_dispatched() { ja: "派遣", en: "A staffing agency" }
    /// Column.
    column_people_job() { ja: "職種", en: "Occupation" }
    /// Help.
    help_people_job() { ja: "例: 保健師、事務、システム保守", en: "Such as nurse, office, system maintenance." }
    /// Column.
    column_people_email() { ja: "メールアドレス", en: "E-mail address" }
    /// Help.
    help_people_email() { ja: "利用しているPCについての依頼文を送る宛先です。例: sato@example.jp", en: "Where the person is asked for help with the PC, such as sato@example.jp." }
    /// Column.
    column_people_starts() { ja: "着任日", en: "Started" }
    /// Column.
    column_people_nda_on() { ja: "誓約書の提出日", en: "Pledge of secrecy" }
    /// Column.
    column_people_nda_until() { ja: "秘密保持誓約の期限", en: "Pledge holds through" }
    /// Help.
    help_people_nda_until() { ja: "誓約や秘密保持契約に有効期間がある場合は、その最終日です。期間の定めがなければ空欄のままにします。例: 2027-03-31", en: "The last day of a pledge or agreement that ends; empty where it has no end. Such as 2027-03-31." }
    /// Column.
    column_people_leaves() { ja: "退職・異動日", en: "Leaves" }
    /// Column.
    column_people_returned_on() { ja: "貸与物の返却日", en: "Things given back" }
    /// Column.
    column_people_kana() { ja: "フリガナ", en: "Reading of the name" }
    /// Help.
    help_people_kana() { ja: "例: サトウ ハナコ", en: "How the name is read." }
    /// Column.
    column_people_number() { ja: "職員番号", en: "Staff number" }
    /// Help.
    help_people_number() { ja: "番号を付けていない場合は空欄のままでかまいません。", en: "Leave it empty where there are none." }
    /// Column.
    column_people_company() { ja: "会社名", en: "Company" }
    /// Help.
    help_people_company() { ja: "委託先や派遣元の会社名です。", en: "The vendor or staffing agency." }
    /// Column.
    column_people_secrecy() { ja: "法令上の守秘義務", en: "Bound by law" }
    /// Help.
    help_people_secrecy() { ja: "医師・看護師・保健師など、法令で守秘義務を負う人は「はい」を選びます。", en: "Yes for physicians, nurses and others whom the law binds to secrecy." }
    /// The register.
    register_password_resets() { ja: "パスワード再発行台帳", en: "Password resets" }
    /// What it is for.
    register_password_resets_purpose() { ja: "パスワードを忘れたときや漏えいのおそれがあるときの再発行について、本人確認の方法と担当者を記録します。", en: "Passwords that were set anew, with how the person was identified and by whom." }
    /// Column.
    column_password_resets_account() { ja: "アカウント", en: "Account" }
    /// Help.
    help_password_resets_account() { ja: "再発行したアカウントです。機器のアカウントは「sato」か「SV1 / sato」(機器名 / アカウント名)、ほかのシステムのアカウントは「健診システム / sato」のように書きます。システム名を付けた行は、機器のアカウントとは突き合わせません。", en: "For an account of a host “sato” or “SV1 / sato” (host / account); for one of another system “Checkups / sato”, which is held against no host." }
    /// Column.
    column_password_resets_reset_on() { ja: "再発行日", en: "Reset on" }
    /// Column.
    column_password_resets_requester() { ja: "申請者", en: "Asked by" }
    /// Column.
    column_password_resets_reason() { ja: "理由", en: "Reason" }
    /// Help.
    help_password_resets_reason() { ja: "漏えいのおそれがあるときは、事故台帳にも記録してください。", en: "Record a suspected leak among the incidents as well." }
    /// Word.
    password_resets_reason_forgotten() { ja: "失念", en: "Forgotten" }
    /// Word.
    password_resets_reason_suspected() { ja: "漏えいのおそれ", en: "Suspected leak" }
    /// Word.
    password_resets_reason_locked() { ja: "ロック", en: "Locked out" }
    /// Word.
    password_resets_reason_other() { ja: "その他", en: "Other" }
    /// Column.
    column_password_resets_identified() { ja: "本人確認の方法", en: "Identified by" }
    /// Help.
    help_password_resets_identified() { ja: "電話やメールの申し出だけで再発行しないでください。", en: "Never reset on a call or mail alone." }
    /// Word.
    password_resets_identified_in_person() { ja: "対面", en: "In person" }
    /// Word.
    password_resets_identified_document() { ja: "身分証の提示", en: "A document" }
    /// Word.
    password_resets_identified_call_back() { ja: "登録番号への折り返し電話", en: "Calling back" }
    /// Word.
    password_resets_identified_superior() { ja: "上司を通じた確認", en: "A superior" }
    /// Column.
    column_password_resets_copies() { ja: "確認書類の写し", en: "Copies kept" }
    /// Help.
    help_password_resets_copies() { ja: "写しを取った場合に、その保管場所を書きます。", en: "Where copies of documents are kept, if any." }
    /// Column.
    column_password_resets_verifier() { ja: "本人を確認した人", en: "Verified by" }
    /// Column.
    column_password_resets_handler() { ja: "再発行した人", en: "Reset by" }
    /// Column.
    column_password_resets_delivery() { ja: "伝達方法", en: "Handed over" }
    /// Help.
    help_password_resets_delivery() { ja: "例: 本人に手渡しし、初回ログイン時に変更", en: "Such as by hand, to be changed at first sign-in." }
    /// The register.
    register_trainings() { ja: "教育訓練台帳", en: "Training and drills" }
    /// What it is for.
    register_trainings_purpose() { ja: "個人情報保護の研修や、紛失・非常時の訓練を、いつ誰に行ったかを記録します。", en: "When whom was taught or drilled what: privacy, loss and theft, emergencies." }
    /// Column.
    column_trainings_title() { ja: "研修・訓練名", en: "Title" }
    /// Help.
    help_trainings_title() { ja: "例: 2026年度 個人情報保護研修", en: "Such as “Privacy training 2026”." }
    /// Column.
    column_trainings_held_on() { ja: "実施日", en: "Held on" }
    /// Column.
    column_trainings_topic() { ja: "内容", en: "Topic" }
    /// Help.
    help_trainings_topic() { ja: "1回で複数の内容を扱ったときは、主なものを選び、備考に書き添えてください。", en: "The main topic; name others in the remark." }
    /// Word.
    trainings_topic_privacy() { ja: "個人情報の安全管理", en: "Safety of personal data" }
    /// Word.
    trainings_topic_loss() { ja: "盗難・紛失時の対応", en: "Theft and loss" }
    /// Word.
    trainings_topic_emergency() { ja: "非常時の対応", en: "Emergencies" }
    /// Word.
    trainings_topic_failure() { ja: "システム障害時の対応", en: "System failures" }
    /// Word.
    trainings_topic_restore() { ja: "バックアップからの復旧", en: "Restoring backups" }
    /// Word.
    trainings_topic_other() { ja: "その他", en: "Other" }
    /// Column.
    column_trainings_invited() { ja: "対象者数", en: "To be trained" }
    /// Help.
    help_trainings_invited() { ja: "実施日に在籍していて、受講しなければならない職員・派遣職員の人数です。例: 34", en: "How many own and dispatched staff of that day have to attend, such as 34." }
    /// Column.
    column_trainings_trained() { ja: "受講者数", en: "Trained" }
    /// Help.
    help_trainings_trained() { ja: "補講や資料の配付などで後から受講した人も含めた人数です。補講のたびに書き改めます。例: 31", en: "How many attended, then or later: count those of a make-up too. Such as 31." }
    /// Column.
    column_trainings_makeup_by() { ja: "補講の期限", en: "Make-up by" }
    /// Help.
    help_trainings_makeup_by() { ja: "全員が受講していない場合に、残りの人が受講する期限です。空欄のままなら実施日から30日後を期限とします。", en: "By when the others attend; 30 days after the training where it is empty." }
    /// How many of how many were trained.
    turnout(attended: i64, invited: i64) { ja: "受講 {attended}/{invited}人", en: "{attended} of {invited} trained" }
    /// The same in the column of who was trained.
    turnout_cell(attended: i64, invited: i64) { ja: "{attended}/{invited}人", en: "{attended} of {invited}" }
    /// Warning.
    turnout_short(turnout: &str, absent: i64) { ja: "{turnout}(あと{absent}人が未受講)", en: "{turnout}, {absent} missing" }
    /// Column.
    column_trainings_attendees() { ja: "参加者", en: "Attended" }
    /// Help.
    help_trainings_attendees() { ja: "氏名を並べるか、「全職員22名」のように書きます。", en: "Names, or such as “all 22 staff”." }
    /// Column.
    column_trainings_absent() { ja: "未受講者", en: "Absent" }
    /// Help.
    help_trainings_absent() { ja: "受けられなかった人と、その後の対応を書きます。", en: "Who could not attend, and what is done about it." }
    /// Column.
    column_trainings_lecturer() { ja: "講師・担当", en: "Held by" }
    /// Help.
    help_trainings_lecturer() { ja: "研修を行った人または会社です。", en: "The person or company." }
    /// Column.
    column_trainings_material() { ja: "資料", en: "Material" }
    /// Help.
    help_trainings_material() { ja: "資料の名前と保管場所です。", en: "Its name and where it is kept." }
    /// Column.
    column_trainings_result() { ja: "結果", en: "Result" }
    /// Help.
    help_trainings_result() { ja: "確認テストの結果や、訓練で分かった課題を書きます。", en: "Test results, or what the drill showed." }
    /// Column.
    column_trainings_next_on() { ja: "次回の予定日", en: "Next" }
}

//! Registers as people keep them.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::{Bench, Browser};
use crate::auth::role::Role;
use crate::registers::Definition;
use crate::registers::encoding::{Encoding, decode};
use crate::registers::import::FILE_BYTES_MAX;

type Fields<'a> = Vec<(&'a str, &'a str)>;

fn account<'a>(name: &'a str, owner: &'a str) -> Fields<'a> {
    vec![("account", name), ("kind", "person"), ("owner", owner), ("administrator", "false")]
}

async fn added(browser: &Browser, slug: &str, fields: &[(&str, &str)]) {
    let answer = browser.post(&format!("/registers/{slug}/new"), fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("/registers/{slug}?done=saved")));
}

async fn stored(bench: &Bench, id: i64, column: &str) -> String {
    let accounts = Definition::by_slug("accounts").unwrap();
    let row = bench.store.read().await.unwrap().register_row(accounts, id).await.unwrap().unwrap();
    row.row.get(column).to_owned()
}

#[tokio::test]
async fn rows_are_added_changed_and_closed() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    assert_eq!(
        officer.get("/registers").await.text().matches("まだ使い始めていません").count(),
        Definition::all().len()
    );
    let wrong = officer
        .post_refused("/registers/accounts/new", &[("account", "sato"), ("kind", "boss"), ("ends", "31/12")])
        .await;
    assert_eq!(wrong.status, StatusCode::OK);
    assert_eq!((wrong.text().matches("aria-invalid").count(), wrong.field("account")), (3, Some("sato".into())));
    assert_eq!(wrong.field("ends"), Some("31/12".into()), "what was typed stays");
    added(&officer, "accounts", &[account("sato", "佐藤"), vec![("ends", "2027/3/31"), ("note", "memo")]].concat())
        .await;
    let taken = officer.post_refused("/registers/accounts/new", &account("sato", "別人")).await;
    assert!(taken.text().contains("すでに登録されています"), "{}", taken.text());
    assert_eq!(taken.field("owner"), Some("別人".into()));

    let form = officer.get("/registers/accounts/1").await;
    assert_eq!((form.field("revision"), form.field("ends")), (Some("1".into()), Some("2027-03-31".into())));
    let change = [("revision", "1"), ("owner", "佐藤花子"), ("note", "")];
    let changed = officer.post("/registers/accounts/1", &change).await;
    assert_eq!((changed.status, changed.location()), (StatusCode::SEE_OTHER, "/registers/accounts?done=saved"));
    assert_eq!(stored(&bench, 1, "note").await, "", "what was emptied is empty");
    assert_eq!(stored(&bench, 1, "ends").await, "2027-03-31", "what the form did not have stays");
    for revision in ["", "x"] {
        let answer = officer.post("/registers/accounts/1", &[("revision", revision)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{revision:?}");
    }

    let closed = officer.post("/registers/accounts/1/close", &[("revision", "2")]).await;
    assert_eq!(closed.location(), "/registers/accounts?done=closed");
    let viewed = officer.get("/registers/accounts/1").await;
    assert!(!viewed.text().contains("action=\"/registers/accounts/1"), "a closed row is only read");
    assert!(officer.get("/registers").await.text().contains("0件"), "a register without rows is kept");
    let acts = ["added", "changed", "closed"].map(|act| format!("person-officer register_row_{act} accounts/1"));
    assert_eq!(bench.audit().await, acts);
}

#[tokio::test]
async fn nobody_overwrites_what_another_person_changed() {
    let bench = Bench::new().await;
    let (one, two) = (bench.person(Role::Officer).await, bench.person(Role::Admin).await);
    added(&one, "accounts", &account("sato", "佐藤")).await;
    let saved = [("revision", "1"), ("owner", "鈴木"), ("note", "異動")];
    let saved = two.post("/registers/accounts/1", &saved).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);

    // A typo is corrected on the form that was opened before: it must not count as having seen the change.
    let typo =
        one.post_refused("/registers/accounts/1", &[("revision", "1"), ("owner", "高橋"), ("ends", "31/12")]).await;
    assert_eq!((typo.field("revision"), typo.field("owner")), (Some("1".into()), Some("高橋".into())));
    let late = [("revision", "1"), ("owner", "高橋"), ("account", "sato"), ("kind", "person"), ("note", "")];
    let late = one.post_refused("/registers/accounts/1", &late).await;
    assert!(late.text().contains("ほかの人が先に変更しました"), "{}", late.text());
    assert_eq!((late.field("revision"), late.field("owner")), (Some("2".into()), Some("鈴木".into())));
    let unsaved = late.text().split("<ul class=\"unsaved\">").nth(1).and_then(|rest| rest.split("</ul>").next());
    assert_eq!(unsaved, Some("<li>責任者: 高橋</li>"), "what was typed is not lost");
    let close = one.post_refused("/registers/accounts/1/close", &[("revision", "1")]).await;
    assert!(close.text().contains("ほかの人が先に変更しました"));
    assert_eq!(stored(&bench, 1, "owner").await, "鈴木");

    two.post("/registers/accounts/1/close", &[("revision", "2")]).await;
    let gone = one.post_refused("/registers/accounts/1", &[("revision", "2"), ("owner", "高橋")]).await;
    assert!(gone.text().contains("ほかの人が先に変更しました") && gone.field("owner").is_none(), "{}", gone.text());
    assert_eq!(one.post("/registers/devices/1", &[("revision", "1")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn rows_are_searched_and_counted() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let rows: Vec<String> = (0..520).map(|n| format!("user{n:03},person,<b>佐藤</b>\n")).collect();
    let file = format!("account,kind,owner\n{}", rows.concat());
    let preview = officer.upload("/registers/accounts/import", &officer.token, file.as_bytes()).await;
    let fields = [("digest", preview.field("digest").unwrap()), ("content", preview.field("content").unwrap())];
    let fields: Fields<'_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(officer.post("/registers/accounts/import/apply", &fields).await.status, StatusCode::SEE_OTHER);
    let shown = |page: &str| page.matches("<th role=\"rowheader\"").count();
    let all = officer.get("/registers/accounts").await;
    assert_eq!(shown(all.text()), 100);
    assert!(all.text().contains("全520件のうち1〜100件目") && !all.text().contains("<b>佐藤"), "bounded");
    let last = officer.get("/registers/accounts?page=6").await;
    assert!(shown(last.text()) == 20 && last.text().contains("user519"), "every row can be reached");
    officer.post("/registers/accounts/7/close", &[("revision", "1")]).await;
    for (query, count) in [
        ("q=user00", 9),
        ("q=USER00&closed=true", 10),
        ("q=user00&closed=1", 9),
        ("q=user00+%E5%80%8B%E4%BA%BA", 9),
        ("q=zz", 0),
        ("q=a&q=user001", 1),
        ("q=%22%3E%3Cscript%3E", 0),
    ] {
        let found = officer.get(&format!("/registers/accounts?{query}")).await;
        assert_eq!((found.status, shown(found.text())), (StatusCode::OK, count), "{query}");
        assert!(!found.text().contains("\"><script>"), "{query}");
    }
}

#[tokio::test]
async fn a_register_is_exported_in_both_encodings() {
    let bench = Bench::new().await;
    let viewer = bench.person(Role::Viewer).await;
    let officer = bench.person(Role::Officer).await;
    added(&officer, "accounts", &account("a", "髙橋 ①")).await;
    added(&officer, "accounts", &account("gone", "x")).await;
    officer.post("/registers/accounts/2/close", &[("revision", "1")]).await;
    for (word, encoding, kind) in [
        ("csv", Encoding::Utf8, "text/csv; charset=utf-8"),
        ("csv-cp932", Encoding::Cp932, "text/csv; charset=Shift_JIS"),
    ] {
        let file = viewer.get(&format!("/registers/accounts/export?format={word}&q=nothing")).await;
        assert_eq!((file.status, file.header(CONTENT_TYPE)), (StatusCode::OK, kind));
        let named = "attachment; filename=\"accounts.csv\"; filename*=UTF-8''\
                     %E3%82%A2%E3%82%AB%E3%82%A6%E3%83%B3%E3%83%88%E5%8F%B0%E5%B8%B3_2026-11-24.csv";
        assert_eq!(file.header(CONTENT_DISPOSITION), named);
        let heading = "機器名,アカウント名,種別,責任者,管理者権限,利用期限,備考";
        let text = format!("{heading}\r\n*,a,個人,髙橋 ①,いいえ,,\r\n");
        assert_eq!(decode(&file.body), Ok((text, encoding)));
    }
    added(&officer, "accounts", &account("b", "𠮷田")).await;
    let refused = viewer.get("/registers/accounts/export?format=csv-cp932").await;
    assert_eq!(refused.header(CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(
        refused.text().contains('𠮷') && refused.text().contains("UTF-8で書き出してください"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn a_file_is_looked_at_before_it_is_taken() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let upload = |bytes: &'static [u8]| officer.upload("/registers/accounts/import", &officer.token, bytes);
    for (bytes, said) in [
        (b"".as_slice(), "データの行がありません"),
        (b"PK\x03\x04\x00", "Excelブックとして読み取れません"),
        (b"\x82", "CSVファイルとして読み取れません"),
        (b"account,kind,owner,password\na,person,b,c\n", "見出し「password」"),
        (b"account,kind,owner\na,boss,b\n", "まだ取り込めません"),
    ] {
        let answer = upload(bytes).await;
        assert_eq!(answer.status, StatusCode::OK, "{said}");
        assert!(answer.text().contains(said) && answer.field("digest").is_none(), "{said}: {}", answer.text());
    }
    let large = officer.upload("/registers/accounts/import", &officer.token, &vec![b'a'; FILE_BYTES_MAX + 1]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.text().contains("2MB以下") && large.text().contains("type=\"file\""), "{}", large.text());
    let far = officer.upload("/registers/accounts/import", &officer.token, &vec![b'a'; 17 << 20]).await;
    assert_eq!(far.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(bench.audit().await, [""; 0]);

    let preview = upload("account,kind,owner\nsato,person,佐藤\nito,service,伊藤\n".as_bytes()).await;
    let (digest, content) = (preview.field("digest").unwrap(), preview.field("content").unwrap());
    let apply = |digest: String| {
        let (officer, content) = (officer.clone(), content.clone());
        async move { officer.post("/registers/accounts/import/apply", &[("digest", &digest), ("content", &content)]).await }
    };
    added(&officer, "accounts", &account("sato", "鈴木")).await;
    let stale = apply(digest).await;
    assert_eq!((stale.status, stale.field("next")), (StatusCode::OK, Some("/registers/accounts/import".into())));
    assert!(stale.text().contains("確認している間に台帳が変更されました"), "{}", stale.text());
    assert_eq!(stored(&bench, 1, "owner").await, "鈴木");
    let fresh = stale.field("digest").unwrap();
    let done = apply(fresh.clone()).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/registers/accounts?done=imported"));
    assert_eq!(stored(&bench, 1, "owner").await, "佐藤");
    assert!(apply(fresh).await.text().contains("台帳との違いはありません"), "twice is once");
    let broken = officer.post("/registers/accounts/import/apply", &[("content", "!"), ("digest", "x")]).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    let acts =
        ["register_row_added accounts/1", "register_imported accounts"].map(|act| format!("person-officer {act}"));
    assert_eq!(bench.audit().await, acts);
}

#[tokio::test]
async fn the_largest_file_fits_into_the_form_that_takes_it() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let mut file = String::from("account,kind,owner,note\n");
    let note = "備考～".repeat(100);
    for n in 0.. {
        let line = format!("user{n},person,佐藤,{note}\n");
        if file.len() + line.len() > FILE_BYTES_MAX {
            break;
        }
        file.push_str(&line);
    }
    file.push_str(&"\n".repeat(FILE_BYTES_MAX - file.len()));
    let preview = officer.upload("/registers/accounts/import", &officer.token, file.as_bytes()).await;
    let (digest, content) = (preview.field("digest").unwrap(), preview.field("content").unwrap());
    let fields = [("digest", digest.as_str()), ("content", content.as_str())];
    let done = officer.post("/registers/accounts/import/apply", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn hosts_of_the_register_without_an_agent_are_shown() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    for address in ["/", "/hosts", "/hosts/h-1"] {
        let before = officer.get(address).await;
        assert!(!before.text().contains("台帳になし") && !before.text().contains("without-agent"), "{address}");
    }
    let host = |name: &'static str, kind, status| [("name", name), ("kind", kind), ("status", status)];
    added(&officer, "hosts", &host("PC-HOKEN09", "pc", "in_use")).await;
    added(&officer, "hosts", &host("ルーター", "network", "in_use")).await;
    assert!(officer.get("/").await.text().contains("台帳にある機器1台にエージェントがありません。"));
    let hosts = officer.get("/hosts").await;
    assert!(hosts.text().contains("href=\"/registers/hosts/1\"") && !hosts.text().contains("ルーター"));
    assert!(hosts.text().contains("台帳になし") && officer.get("/hosts/h-1").await.text().contains("台帳になし"));
    added(&officer, "hosts", &host("pc-uketsuke3", "pc", "disposed")).await;
    assert!(officer.get("/hosts").await.text().contains("台帳では廃棄済"));
    let used = officer.post("/registers/hosts/3", &[("revision", "1"), ("status", "in_use")]).await;
    assert_eq!(used.status, StatusCode::SEE_OTHER);
    let hosts = officer.get("/hosts").await;
    assert!(!hosts.text().contains("misfit"), "{}", hosts.text());
    assert!(officer.get("/hosts/h-1").await.text().contains("/registers/hosts/3"));
}

#[tokio::test]
async fn a_workbook_goes_out_and_comes_in() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let person = |name: &'static str| [("name", name), ("affiliation", "own"), ("leaves", "令和9年3月31日")];
    added(&officer, "people", &person("=佐藤")).await;
    let file = officer.get("/registers/people/export?format=xlsx").await;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!((file.status, file.header(CONTENT_TYPE)), (StatusCode::OK, kind));
    let named = file.header(CONTENT_DISPOSITION);
    assert!(
        named.starts_with("attachment; filename=\"people.xlsx\"") && named.ends_with("_2026-11-24.xlsx"),
        "{named}"
    );
    let preview = officer.upload("/registers/people/import", &officer.token, &file.body).await;
    assert!(preview.text().contains("シート「職員・作業員台帳」を読み取りました"), "{}", preview.text());
    assert!(preview.text().contains("台帳との違いはありません") && preview.field("digest").is_none());

    officer.post("/registers/people/1/close", &[("revision", "1")]).await;
    let preview = officer.upload("/registers/people/import", &officer.token, &file.body).await;
    let (digest, content) = (preview.field("digest").unwrap(), preview.field("content").unwrap());
    let fields = [("digest", digest.as_str()), ("content", content.as_str())];
    let done = officer.post("/registers/people/import/apply", &fields).await;
    assert_eq!(done.location(), "/registers/people?done=imported");
    assert_eq!(officer.get("/registers/people/2").await.field("leaves"), Some("2027-03-31".into()));
    for format in ["", "xls", "XLSX"] {
        let answer = officer.get(&format!("/registers/people/export?format={format}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{format}");
    }
}

#[tokio::test]
async fn a_reference_names_an_open_row() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    added(&officer, "accounts", &account("before", "誰か")).await;
    added(&officer, "people", &[("name", "佐藤 花子"), ("affiliation", "own")]).await;
    let unknown = officer.post_refused("/registers/accounts/new", &account("sato", "佐東")).await;
    assert!(unknown.text().contains("「佐東」は職員・作業員台帳にありません"), "{}", unknown.text());
    assert_eq!(unknown.field("owner"), Some("佐東".into()), "what was typed stays");
    assert!(unknown.text().contains("<option value=\"佐藤 花子\">"), "known names are offered");
    added(&officer, "accounts", &account("sato", "佐藤花子")).await;
    let row = officer.get("/registers/accounts/3").await;
    assert_eq!(row.field("owner"), Some("佐藤 花子".into()));
    assert!(row.text().contains("<a href=\"/registers/people/2\">佐藤 花子</a>"), "{}", row.text());
    let person = officer.get("/registers/people/2").await;
    assert!(
        person.text().contains("アカウント台帳から参照") && person.text().contains("href=\"/registers/accounts/3\"")
    );

    let file = "account,kind,owner\nsato,person,佐藤　花子\nbefore,person,誰か\nito,person,伊藤\n".as_bytes();
    let preview = officer.upload("/registers/accounts/import", &officer.token, file).await;
    assert!(preview.text().contains("「伊藤」は職員・作業員台帳にありません") && preview.field("digest").is_none());
    assert_eq!(preview.text().matches("職員・作業員台帳にありません").count(), 1, "what stood there before stays");

    officer.post("/registers/people/2/close", &[("revision", "1")]).await;
    let closed = officer.post_refused("/registers/accounts/new", &account("late", "佐藤 花子")).await;
    assert!(closed.text().contains("「佐藤 花子」は職員・作業員台帳にありません"));
    let note = officer.post("/registers/accounts/3", &[("revision", "1"), ("note", "異動")]).await;
    assert_eq!(note.status, StatusCode::SEE_OTHER, "who has left is still who answered for it");
}

#[tokio::test]
async fn what_refers_to_a_row_follows_its_name() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    added(&officer, "people", &[("name", "佐藤 花子"), ("affiliation", "own")]).await;
    added(&officer, "accounts", &account("sato", "佐藤 花子")).await;
    let renamed = officer.post("/registers/people/1", &[("revision", "1"), ("name", "鈴木 花子")]).await;
    assert_eq!(renamed.status, StatusCode::SEE_OTHER);
    assert_eq!(stored(&bench, 2, "owner").await, "鈴木 花子");
    let same = officer.post("/registers/people/1", &[("revision", "2"), ("job", "保健師")]).await;
    assert_eq!(same.status, StatusCode::SEE_OTHER);
    let device = [("name", "血圧計"), ("mac", "001b44113ab7"), ("status", "in_use")];
    added(&officer, "devices", &device).await;
    added(&officer, "lendings", &[("device", "血圧計"), ("borrower", "12"), ("lent_on", "2026-11-23")]).await;
    let file = "mac,name,status\n00:1b:44:11:3a:b7,体重計,in_use\n".as_bytes();
    let preview = officer.upload("/registers/devices/import", &officer.token, file).await;
    let (digest, content) = (preview.field("digest").unwrap(), preview.field("content").unwrap());
    let fields = [("digest", digest.as_str()), ("content", content.as_str())];
    officer.post("/registers/devices/import/apply", &fields).await;
    assert_eq!(officer.get("/registers/lendings/4").await.field("device"), Some("体重計".into()));
    let acts = [
        "added people/1",
        "added accounts/2",
        "changed people/1",
        "changed accounts/2",
        "changed people/1",
        "added devices/3",
        "added lendings/4",
        "changed lendings/4",
    ];
    let acts = acts.map(|act| format!("person-officer register_row_{act}"));
    let told: Vec<String> = bench.audit().await.into_iter().filter(|act| !act.contains("imported")).collect();
    assert_eq!(told, acts);
}

#[tokio::test]
async fn what_is_due_and_what_a_register_bears_on_is_shown() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    assert!(!officer.get("/registers").await.text().contains("期限が近いもの"));
    let contract = [("party", "<b>会社"), ("service", "保守"), ("ends", "2026/12/1"), ("notice_by", "2026-11-01")];
    added(&officer, "contracts", &contract).await;
    let list = officer.get("/registers").await;
    for said in [
        "期限が近いもの",
        "あと7日",
        "23日超過",
        "&#60;b&#62;会社 / 保守",
        "更新・解約の申出期限",
        ">2026年12月1日</td>",
    ] {
        assert!(list.text().contains(said), "{said}: {}", list.text());
    }
    let register = officer.get("/registers/contracts").await;
    assert!(register.text().contains("<a href=\"/items/exchange.6\">"), "{}", register.text());
    let item = officer.get("/items/exchange.6").await;
    assert_eq!(item.status, StatusCode::OK);
    let document = [("title", "規程"), ("kind", "rule"), ("version", "1"), ("items", "技術的安全対策 13")];
    added(&officer, "documents", &document).await;
    let row = officer.get("/registers/documents/2").await;
    assert!(row.text().contains("<a href=\"/items/technical.13\">技術的安全対策 13</a>"), "{}", row.text());
}

#[tokio::test]
async fn who_was_not_trained_is_shown_until_everybody_was() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let training = |trained| {
        [
            ("title", "新年度研修"),
            ("held_on", "2026-11-02"),
            ("topic", "privacy"),
            ("invited", "３４"),
            ("trained", trained),
            ("attendees", "31人"),
        ]
    };
    let refused = officer.post_refused("/registers/trainings/new", &training("35")).await;
    assert!(refused.text().contains("0から34までの"), "{}", refused.text());
    added(&officer, "trainings", &training("31")).await;
    for (page, said) in [
        ("/registers/trainings", "31/34人"),
        ("/registers/trainings/1", "受講 31/34人(あと3人が未受講)"),
        ("/registers", "補講の期限(受講 31/34人)"),
        ("/tasks", "補講の期限(受講 31/34人)"),
    ] {
        let text = officer.get(page).await.text().to_owned();
        assert!(text.contains(said), "{page} does not say {said}: {text}");
    }
    let row = officer.get("/registers/trainings/1").await;
    let revision = row.field("revision").unwrap();
    let all = [training("34").as_slice(), &[("revision", revision.as_str())]].concat();
    assert_eq!(officer.post("/registers/trainings/1", &all).await.status, StatusCode::SEE_OTHER);
    assert!(officer.get("/registers/trainings").await.text().contains("34/34人"));
    for page in ["/registers", "/tasks"] {
        assert!(!officer.get(page).await.text().contains("補講の期限"), "{page}");
    }
}

#[tokio::test]
async fn a_file_without_counts_leaves_those_that_are_there() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    for file in [
        "研修・訓練名,実施日,内容,対象者数,受講者数,参加者\n新年度研修,2026/11/2,個人情報の安全管理,34,31,31人\n",
        "title,held_on,topic,attendees,absent\n新年度研修,2026-11-02,privacy,31人,佐藤・鈴木・田中\n",
    ] {
        let preview = officer.upload("/registers/trainings/import", &officer.token, file.as_bytes()).await;
        let (digest, content) = (preview.field("digest").unwrap(), preview.field("content").unwrap());
        let fields = [("digest", digest.as_str()), ("content", content.as_str())];
        let done = officer.post("/registers/trainings/import/apply", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    }
    let row = officer.get("/registers/trainings/1").await;
    assert_eq!((row.field("invited").as_deref(), row.field("trained").as_deref()), (Some("34"), Some("31")));
    assert!(row.text().contains("佐藤・鈴木・田中"));
}

#[tokio::test]
async fn ten_thousand_rows_are_taken_in_time() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let rows: Vec<String> = (0..10_000).map(|n| format!("person {n:05},own,nurse,2026-04-01\n")).collect();
    let file = format!("name,affiliation,job,starts\n{}", rows.concat());
    let began = std::time::Instant::now();
    let preview = officer.upload("/registers/people/import", &officer.token, file.as_bytes()).await;
    let (digest, content) = (preview.field("digest").unwrap(), preview.field("content").unwrap());
    let fields = [("digest", digest.as_str()), ("content", content.as_str())];
    let done = officer.post("/registers/people/import/apply", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(officer.get("/registers/people").await.text().contains("10000件"));
    assert!(began.elapsed() < std::time::Duration::from_mins(1), "{:?}", began.elapsed());
    let more = format!("{file}one more,own,,\n");
    let refused = officer.upload("/registers/people/import", &officer.token, more.as_bytes()).await;
    assert!(refused.text().contains("行が多すぎます"), "{}", refused.text());
}

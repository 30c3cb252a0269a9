//! The machines of an agency that does not exist.

use tenken_model::HostId;
use tenken_model::digest::Digest;
use tenken_model::fact::system::SystemKind;

/// A machine.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    /// Its id on the dashboard.
    pub(super) id: HostId,
    /// Which of all it is, from 0.
    pub(super) number: u64,
    /// Its name.
    pub(super) name: String,
    /// What it is used for.
    pub(super) kind: SystemKind,
    /// Where it stands.
    pub(super) place: &'static str,
    /// The site it belongs to.
    pub(super) site: &'static str,
    /// The group it belongs to.
    pub(super) group: &'static str,
    /// The accounts of those who work with it.
    pub(super) users: Vec<&'static Worker>,
}

/// Somebody who works for the agency.
#[derive(Debug)]
pub(super) struct Worker {
    /// The account.
    pub(super) account: &'static str,
    /// The name.
    pub(super) name: &'static str,
    /// The name in kana.
    pub(super) kana: &'static str,
    /// What the person does.
    pub(super) job: &'static str,
}

impl Worker {
    /// Where the person is written to, at a domain that nobody can have (RFC 2606).
    pub(super) fn email(&self) -> String {
        format!("{}@sakura.example", self.account)
    }
}

const fn worker(account: &'static str, name: &'static str, kana: &'static str, job: &'static str) -> Worker {
    Worker { account, name, kana, job }
}

/// Those who work at PCs. All are called 見本 (a sample) and by a plant, so that nobody is meant.
pub(super) static WORKERS: [Worker; 16] = [
    worker("demo-sakura", "見本 さくら", "みほん さくら", "受付"),
    worker("demo-ume", "見本 うめ", "みほん うめ", "受付"),
    worker("demo-kaede", "見本 かえで", "みほん かえで", "受付"),
    worker("demo-fuji", "見本 ふじ", "みほん ふじ", "保健師"),
    worker("demo-yuri", "見本 ゆり", "みほん ゆり", "保健師"),
    worker("demo-ran", "見本 らん", "みほん らん", "管理栄養士"),
    worker("demo-kiku", "見本 きく", "みほん きく", "看護師"),
    worker("demo-momo", "見本 もも", "みほん もも", "看護師"),
    worker("demo-aoi", "見本 あおい", "みほん あおい", "臨床検査技師"),
    worker("demo-hagi", "見本 はぎ", "みほん はぎ", "臨床検査技師"),
    worker("demo-tsubaki", "見本 つばき", "みほん つばき", "事務"),
    worker("demo-botan", "見本 ぼたん", "みほん ぼたん", "事務"),
    worker("demo-sumire", "見本 すみれ", "みほん すみれ", "請求"),
    worker("demo-renge", "見本 れんげ", "みほん れんげ", "請求"),
    worker("demo-ajisai", "見本 あじさい", "みほん あじさい", "情報システム担当"),
    worker("demo-matsu", "見本 まつ", "みほん まつ", "安全管理責任者"),
];

/// Sections with their place and how many in twenty PCs they have.
const SECTIONS: [(&str, &str, u64); 6] = [
    ("受付", "1F 受付", 5),
    ("健診", "1F 健診室", 4),
    ("検査", "2F 検査室", 3),
    ("保健指導", "2F 相談室", 4),
    ("事務", "3F 事務室", 3),
    ("請求", "3F 事務室", 1),
];
/// The site of most machines.
const HEAD_OFFICE: &str = "本部";
/// The site of the others.
pub(super) const BRANCH: &str = "東支所";
/// How the names of servers begin that share folders.
pub(super) const FILE_SERVER: &str = "ファイルサーバー";
/// How the names of servers begin that keep a tunnel to the insurer, and to the branch.
pub(super) const CHECKUP_SERVER: &str = "健診サーバー";
pub(super) const BACKUP_SERVER: &str = "バックアップサーバー";
const SERVERS: [&str; 4] = [CHECKUP_SERVER, "予約サーバー", FILE_SERVER, BACKUP_SERVER];

/// So many machines; one in ten is a server.
pub(super) fn machines(count: u64) -> Vec<Machine> {
    let servers = (count / 10).max(1).min(count);
    (0..count)
        .filter_map(|number| if number < servers { server(number) } else { pc(number, number - servers) })
        .collect()
}

fn id(number: u64) -> Option<HostId> {
    HostId::new(format!("demo-{:04}", number.saturating_add(1))).ok()
}

fn server(number: u64) -> Option<Machine> {
    let kinds = u64::try_from(SERVERS.len()).unwrap_or(1);
    let name = SERVERS.get(usize::try_from(number % kinds).ok()?)?;
    Some(Machine {
        id: id(number)?,
        number,
        name: format!("{name}-{}", number / kinds + 1),
        kind: SystemKind::Server,
        place: "3F サーバー室",
        site: HEAD_OFFICE,
        group: "サーバー",
        users: Vec::new(),
    })
}

fn pc(number: u64, among: u64) -> Option<Machine> {
    let round = among / 20;
    let mut within = among % 20;
    for (section, place, many) in SECTIONS {
        if within < many {
            let worker = usize::try_from(among).ok()?.checked_rem(WORKERS.len())?;
            return Some(Machine {
                id: id(number)?,
                number,
                name: format!("{section}-{:02}", round * many + within + 1),
                kind: SystemKind::Pc,
                place,
                site: if section == "保健指導" { BRANCH } else { HEAD_OFFICE },
                group: section,
                users: WORKERS.get(worker).into_iter().collect(),
            });
        }
        within -= many;
    }
    None
}

/// A device on the agency's network that is no host.
#[derive(Debug)]
pub(super) struct Device {
    /// The hardware address, of a range that is given to no maker.
    pub(super) mac: &'static str,
    /// What people call it.
    pub(super) name: &'static str,
    /// Its address.
    pub(super) address: &'static str,
    /// Its state in the register.
    pub(super) status: &'static str,
    /// Where it is.
    pub(super) place: &'static str,
}

const fn device(
    mac: &'static str,
    name: &'static str,
    address: &'static str,
    status: &'static str,
    place: &'static str,
) -> Device {
    Device { mac, name, address, status, place }
}

/// The devices in the register. The addresses are of the range for documentation (RFC 7042, 2.1.2), the numbers of RFC 5737.
pub(super) static DEVICES: [Device; 9] = [
    device("00:00:5e:00:53:01", "ルーター", "192.0.2.1", "in_use", "3F サーバー室"),
    device("00:00:5e:00:53:02", "無線アクセスポイント 1F", "192.0.2.2", "in_use", "1F 受付"),
    device("00:00:5e:00:53:11", "血圧計 BP-01", "192.0.2.11", "in_use", "1F 健診室"),
    device("00:00:5e:00:53:12", "血圧計 BP-02", "192.0.2.12", "in_use", "1F 健診室"),
    device("00:00:5e:00:53:13", "身長体重計 HW-01", "192.0.2.13", "in_use", "1F 健診室"),
    device("00:00:5e:00:53:14", "心電計 EC-01", "192.0.2.14", "in_use", "2F 検査室"),
    device("00:00:5e:00:53:15", "眼底カメラ FC-01", "192.0.2.15", "in_use", "2F 検査室"),
    device("00:00:5e:00:53:21", "複合機 3F", "192.0.2.21", "in_use", "3F 事務室"),
    device(RETIRED_DEVICE, "血圧計 BP-00(旧)", "192.0.2.10", "retired", "倉庫"),
];
/// A device that was taken out of use.
pub(super) const RETIRED_DEVICE: &str = "00:00:5e:00:53:10";
/// A device that somebody brought along.
pub(super) const STRANGE_DEVICE: &str = "00:00:5e:00:53:f7";

/// What stands for a certificate in the list of hosts. No key belongs to it, so that nobody can speak for the host.
pub(super) fn no_certificate(host: &HostId) -> Digest {
    Digest::of_parts([b"tenken demonstration".as_slice(), host.as_str().as_bytes()])
}

use super::*;

const KDE: &str = "/etc/xdg/kscreenlockerrc";
const KDE_OWN: &str = "/home/hanako/.config/kscreenlockerrc";
const XFCE: &str = "/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml";
const XFCE_OWN: &str = "/home/hanako/.config/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml";

fn kde() -> Recording {
    session(host(), "plasma", "startplasma-wayland")
}

fn loosened_kde() -> Recording {
    kde().file(KDE_OWN, "[Daemon]\nTimeout=60\nLockGrace=120\nRequirePassword=false\n")
}

#[test]
fn plasma_locks_by_default() {
    let host = kde();
    assert_eq!(users(&host), ["*"]);
    assert_eq!(measured(&row(&host, "*")), (300, true, 5, false));
}

#[test]
fn a_person_changes_what_is_not_immutable() {
    let host = loosened_kde().file(KDE, "[Daemon]\nTimeout=10\nLockGrace=0\n");
    assert_eq!(measured(&row(&host, "*")), (600, true, 0, false));
    assert_eq!(measured(&row(&host, "hanako")), (3_600, false, 120, false));
    assert_eq!(row(&host, "hanako").origin, [KDE, KDE_OWN]);
}

#[test]
fn an_immutable_group_file_or_set_of_entries_holds() {
    let entries = "Autolock[$i]=true\nTimeout[$i]=10\nLockGrace[$i]=0\nLock[$i]=true\nRequirePassword[$i]=true\n";
    for fixed in [
        "[Daemon][$i]\nTimeout=10\nLockGrace=0\n".to_owned(),
        "[$i]\n[Daemon]\nTimeout=10\nLockGrace=0\n".to_owned(),
        format!("[Daemon]\n{entries}"),
    ] {
        let host = loosened_kde().file(KDE, &fixed);
        assert_eq!(measured(&row(&host, "*")), (600, true, 0, true), "{fixed}");
        assert_eq!(measured(&row(&host, "hanako")), (600, true, 0, true), "{fixed}");
    }
    let empty = loosened_kde().file(KDE, "[$i]\n");
    assert_eq!(measured(&row(&empty, "hanako")), (300, true, 5, true), "no other file is opened");
}

#[test]
fn one_entry_left_open_is_enough() {
    let host = loosened_kde().file(KDE, "[Daemon]\nAutolock[$i]=true\nTimeout[$i]=10\nLockGrace[$i]=0\n");
    assert_eq!(measured(&row(&host, "*")), (600, true, 0, false));
    assert_eq!(measured(&row(&host, "hanako")), (600, false, 0, false), "it opens without a password");
}

#[test]
fn values_of_plasma() {
    let of = |text: &str| measured(&row(&kde().file(KDE, format!("[Daemon]\n{text}\n")), "*"));
    assert_eq!(of("Autolock=off"), (0, false, 5, false));
    assert_eq!(of("Timeout=0"), (0, true, 5, false));
    assert_eq!(of("Timeout=7.5"), (450, true, 5, false));
    assert_eq!(of("Timeout=many"), (300, true, 5, false));
    assert_eq!(of("Timeout=1e300\nLockGrace=-3"), (31_536_000, true, 0, false));
    assert_eq!(of("Timeout=nan"), (300, true, 5, false));
    assert_eq!(of("Timeout=9\nTimeout[$d]"), (300, true, 5, false));
    let expanded = row(&kde().file(KDE, "[Daemon]\nTimeout[$e]=$(cat /tmp/x)\n"), "*");
    assert_eq!(code(&expanded.idle_delay), ReasonCode::Unsupported);
    let globals = kde().file("/etc/xdg/kdeglobals", "[Daemon]\nTimeout=12\n");
    assert_eq!(measured(&row(&globals, "*")).0, 720);
}

#[test]
fn files_of_plasma_that_are_not_read() {
    let denied = loosened_kde().denied(KDE);
    assert_eq!(code(&row(&denied, "*").idle_delay), ReasonCode::NotPermitted);
    assert_eq!(code(&row(&denied, "*").enforced), ReasonCode::NotPermitted);
    let own = kde().file(KDE, "[Daemon]\nTimeout[$i]=10\n").denied("/home/hanako/.config");
    let hanako = row(&own, "hanako");
    assert_eq!(code(&hanako.idle_delay), ReasonCode::NotPermitted);
    assert_eq!(code(&hanako.lock_enabled), ReasonCode::NotPermitted);
    assert_eq!(hanako.enforced, Read::Measured(false));
    let fixed = kde().file(KDE, "[Daemon][$i]\nTimeout=10\n").denied("/home/hanako/.config");
    assert_eq!(measured(&row(&fixed, "hanako")), (600, true, 5, true));
}

fn xfce() -> Recording {
    session(host(), "xfce", "startxfce4")
        .file("/usr/bin/xfce4-screensaver", "")
        .file("/etc/group", "staff:x:50:hanako\nusers:x:100:\n")
}

fn channel(attributes: &str, idle: &str, lock: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<channel name=\"xfce4-screensaver\" version=\"1.0\"{attributes}>\
         <property name=\"saver\" type=\"empty\"><property name=\"idle-activation\" type=\"empty\">\
         <property name=\"delay\" type=\"int\" value=\"{idle}\"/></property></property>\
         <property name=\"lock\" type=\"empty\"><property name=\"enabled\" type=\"bool\" value=\"{lock}\"/></property></channel>\n"
    )
}

fn loosened_xfce() -> Recording {
    xfce().file(XFCE_OWN, channel("", "60", "false"))
}

#[test]
fn xfce_locks_by_default() {
    let host = xfce();
    assert_eq!(users(&host), ["*"]);
    assert_eq!(measured(&row(&host, "*")), (300, true, 0, false));
}

#[test]
fn a_person_changes_what_is_not_locked() {
    let host = loosened_xfce().file(XFCE, channel("", "8", "true"));
    assert_eq!(measured(&row(&host, "*")), (480, true, 0, false));
    assert_eq!(measured(&row(&host, "hanako")), (3_600, false, 0, false));
    assert_eq!(row(&host, "hanako").origin, [XFCE_OWN]);
}

#[test]
fn a_locked_channel_holds_for_whom_it_is_locked() {
    let host = loosened_xfce().file(XFCE, channel(" unlocked=\"root\"", "8", "true"));
    assert_eq!(measured(&row(&host, "*")), (480, true, 0, true));
    assert_eq!(measured(&row(&host, "hanako")), (480, true, 0, true));
    let exempt = loosened_xfce().file(XFCE, channel(" unlocked=\"root;@staff\"", "8", "true"));
    assert_eq!(measured(&row(&exempt, "*")), (480, true, 0, true));
    assert_eq!(measured(&row(&exempt, "hanako")), (3_600, false, 0, false));
    let quiet = xfce().file(XFCE, channel(" unlocked=\"taro\"", "8", "true"));
    assert_eq!(measured(&row(&quiet, "taro")), (480, true, 0, false), "who may loosen it is named even before");
    let star = loosened_xfce().file(XFCE, channel(" locked=\"*\"", "8", "true"));
    assert_eq!(measured(&row(&star, "*")), (480, true, 0, false), "no name stands for everybody");
}

#[test]
fn locked_properties_hold_one_by_one() {
    let locked = |names: &[&str]| {
        let properties: Vec<String> = names
            .iter()
            .map(|name| {
                let (kind, value) = if name.ends_with("delay") { ("int", "3") } else { ("bool", "true") };
                let mut parts: Vec<&str> = name.trim_start_matches('/').split('/').collect();
                let last = parts.pop().unwrap();
                let begin = |part: &&str| format!("<property name=\"{part}\" type=\"empty\">");
                let open = parts.iter().map(begin).collect::<Vec<_>>().concat();
                let close = "</property>".repeat(parts.len());
                format!("{open}<property name=\"{last}\" type=\"{kind}\" value=\"{value}\" unlocked=\"root\"/>{close}")
            })
            .collect();
        loosened_xfce().file(
            XFCE,
            format!("<channel name=\"xfce4-screensaver\" version=\"1.0\">{}</channel>", properties.concat()),
        )
    };
    let all = [
        "/saver/enabled",
        "/saver/idle-activation/enabled",
        "/saver/idle-activation/delay",
        "/lock/enabled",
        "/lock/saver-activation/enabled",
        "/lock/saver-activation/delay",
    ];
    assert_eq!(measured(&row(&locked(&all), "hanako")), (180, true, 180, true));
    for open in all {
        let but_one: Vec<&str> = all.into_iter().filter(|name| *name != open).collect();
        assert!(!measured(&row(&locked(&but_one), "*")).3, "{open}");
    }
}

#[test]
fn values_of_xfce() {
    let of = |idle: &str, lock: &str| row(&xfce().file(XFCE, channel("", idle, lock)), "*");
    assert_eq!(measured(&of("0", "true")).0, 600);
    assert_eq!(measured(&of("9999", "true")).0, 28_800);
    assert_eq!(measured(&of("5", "false")), (300, false, 0, false));
    assert_eq!(code(&of("5", "FALSE").lock_enabled), ReasonCode::Unparsable);
    assert_eq!(code(&of("five", "true").idle_delay), ReasonCode::Unparsable);
    assert_eq!(code(&of("5", "maybe").lock_enabled), ReasonCode::Unparsable);
    let off = "<channel name=\"c\" version=\"1.0\"><property name=\"saver\" type=\"empty\"><property name=\"enabled\" type=\"bool\" value=\"false\"/></property></channel>";
    assert_eq!(measured(&row(&xfce().file(XFCE, off), "*")), (0, true, 0, false));
}

#[test]
fn files_of_xfce_that_are_not_read() {
    let broken = xfce().file(XFCE, "<channel name=");
    assert_eq!(code(&row(&broken, "*").enforced), ReasonCode::Unparsable);
    let own = xfce().file(XFCE_OWN, "<channel");
    assert_eq!(code(&row(&own, "hanako").idle_delay), ReasonCode::Unparsable);
    assert_eq!(row(&own, "hanako").enforced, Read::Measured(false));
    let fixed = xfce().file(XFCE, channel(" unlocked=\"root\"", "8", "true")).file(XFCE_OWN, "<channel");
    assert_eq!(measured(&row(&fixed, "hanako")), (480, true, 0, true));
    let other =
        session(host(), "xfce", "startxfce4").file("/usr/bin/light-locker", "").file(XFCE, channel("", "8", "true"));
    assert_eq!(code(&row(&other, "*").lock_enabled), ReasonCode::Unsupported);
}

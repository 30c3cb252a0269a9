use tenken_model::fact::automatic_sign_in::SignInProgram::{self, Gdm, Getty, Greetd, Lightdm, Lxdm, Sddm};
use tenken_model::register::Registers;
use tenken_model::{Instant, Read};

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

const LINK: &str = "/etc/systemd/system/display-manager.service";
const GETTY: &str = "[Service]\nExecStart=-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM\n";

fn bare() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
        .file("/usr/lib/systemd/system/getty@.service", GETTY)
        .folder("/etc/systemd/system/getty.target.wants")
}

fn with(manager: &str) -> Recording {
    bare().link(LINK, format!("/usr/lib/systemd/system/{manager}.service"))
}

fn fact(host: &Recording) -> AutomaticSignIn {
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn entries(host: &Recording) -> Vec<(SignInProgram, String, String)> {
    match fact(host).entries {
        Read::Measured(entries) => {
            entries.into_iter().map(|entry| (entry.program, entry.account, entry.origin)).collect()
        }
        Read::NotRead(reason) => panic!("{reason:?}"),
    }
}

fn one(program: SignInProgram, account: &str, origin: &str) -> Vec<(SignInProgram, String, String)> {
    vec![(program, account.to_owned(), origin.to_owned())]
}

fn unread(host: &Recording) -> ReasonCode {
    match fact(host).entries {
        Read::NotRead(reason) => reason.code,
        other @ Read::Measured(_) => panic!("{other:?}"),
    }
}

#[test]
fn a_server_asks_on_its_terminals() {
    let fact = fact(&bare());
    assert_eq!((fact.display_manager, fact.guests), (Read::Measured(None), Read::Measured(Vec::new())));
    assert_eq!(fact.entries, Read::Measured(Vec::new()));
}

#[test]
fn gdm_of_debian_and_of_rhel() {
    let on = "[daemon]\nAutomaticLoginEnable=True\nAutomaticLogin=kiosk\n";
    assert_eq!(entries(&with("gdm3").file("/etc/gdm3/daemon.conf", on)), one(Gdm, "kiosk", "/etc/gdm3/daemon.conf"));
    assert_eq!(entries(&with("gdm").file("/etc/gdm/custom.conf", on)), one(Gdm, "kiosk", "/etc/gdm/custom.conf"));
    let timed = with("gdm").file("/etc/gdm/custom.conf", "[daemon]\nTimedLoginEnable=true\nTimedLogin=a\n");
    assert!(matches!(fact(&timed).entries, Read::Measured(entries) if entries[0].delayed));
    assert_eq!(entries(&with("gdm3")), []);
    let debian = include_str!("../../../tests/samples/automatic_sign_in/daemon.conf");
    assert_eq!(entries(&with("gdm3").file("/etc/gdm3/daemon.conf", debian)), []);
    let overridden = with("gdm3")
        .file("/run/gdm3/custom.conf", "[daemon]\nAutomaticLoginEnable=false\n")
        .file("/etc/gdm3/daemon.conf", on);
    assert_eq!(entries(&overridden), []);
}

#[test]
fn only_the_display_manager_that_begins_counts() {
    let on = "[Seat:*]\nautologin-user=hanako\n";
    assert_eq!(entries(&with("gdm3").file("/etc/lightdm/lightdm.conf", on)), []);
    let by_default = bare()
        .file("/etc/X11/default-display-manager", "# x\n/usr/sbin/lightdm\n")
        .file("/etc/lightdm/lightdm.conf", on);
    assert_eq!(entries(&by_default), one(Lightdm, "hanako", "/etc/lightdm/lightdm.conf"));
    assert_eq!(entries(&by_default.link(LINK, "/dev/null")), [], "it is masked");
    assert_eq!(unread(&with("ly")), ReasonCode::Unsupported);
    assert_eq!(entries(&with("xdm")), []);
    assert_eq!(unread(&with("gdm3").denied("/etc/gdm3/daemon.conf")), ReasonCode::NotPermitted);
    assert_eq!(unread(&with("gdm3").file("/etc/gdm3/daemon.conf", "AutomaticLogin=x\n")), ReasonCode::Unparsable);
}

#[test]
fn lightdm_with_drop_ins_and_guests() {
    let on = with("lightdm").file("/usr/share/lightdm/lightdm.conf.d/50-x.conf", "[SeatDefaults]\nautologin-user=a\n");
    assert_eq!(entries(&on), one(Lightdm, "a", "/usr/share/lightdm/lightdm.conf.d/50-x.conf"));
    let off = on.file("/etc/lightdm/lightdm.conf.d/60-off.conf", "[Seat:*]\nautologin-user=\n");
    assert_eq!(entries(&off), []);
    let guests = |host: &Recording| match fact(host).guests {
        Read::Measured(guests) => guests.len(),
        other @ Read::NotRead(_) => panic!("{other:?}"),
    };
    assert_eq!(guests(&with("lightdm")), 0, "no program makes accounts of guests");
    let script = with("lightdm").file("/usr/sbin/guest-account", "");
    assert_eq!(guests(&script), 1);
    let file = |text: &str| script.clone().file("/etc/lightdm/lightdm.conf", text);
    assert_eq!(guests(&file("[Seat:*]\nallow-guest=false\n")), 0);
    assert_eq!(guests(&file("[Seat:*]\nallow-guest=false\n[Seat:seat0]\nallow-guest=true\n")), 1);
    assert_eq!(guests(&file("[Seat:*]\n#allow-guest=false\n")), 1);
    assert_eq!(entries(&file("[Seat:*]\nautologin-guest=true\n")), one(Lightdm, "guest", "/etc/lightdm/lightdm.conf"));
}

#[test]
fn sddm_lxdm_and_greetd() {
    let sddm = with("sddm").file("/usr/lib/sddm/sddm.conf.d/a.conf", "[Autologin]\nUser=a\nSession=plasma\n");
    assert_eq!(entries(&sddm), one(Sddm, "a", "/usr/lib/sddm/sddm.conf.d/a.conf"));
    assert_eq!(entries(&sddm.file("/etc/sddm.conf", "[Autologin]\nUser=\n")), []);
    let lxdm = with("lxdm").file("/etc/lxdm/lxdm.conf", "[base]\nautologin=dgod\n");
    assert_eq!(entries(&lxdm), one(Lxdm, "dgod", "/etc/lxdm/lxdm.conf"));
    let greetd = with("greetd").file("/etc/greetd/config.toml", "[initial_session]\nuser = \"a\"\n");
    assert_eq!(entries(&greetd), one(Greetd, "a", "/etc/greetd/config.toml"));
}

#[test]
fn terminals_that_sign_in() {
    let drop_in = "/etc/systemd/system/getty@tty1.service.d/autologin.conf";
    let on = bare().file(drop_in, "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin hanako --noclear %I\n");
    assert_eq!(entries(&on), one(Getty, "hanako", drop_in));
    let commented = bare().file(drop_in, "[Service]\n#ExecStart=\n#ExecStart=-/sbin/agetty -a hanako %I\n");
    assert_eq!(entries(&commented), []);
    let taken_back = on.file(
        "/etc/systemd/system/getty@tty1.service.d/b.conf",
        "[Service]\nExecStart=\nExecStart=-/sbin/agetty --noclear %I\n",
    );
    assert_eq!(entries(&taken_back), []);
    let serial = "/etc/systemd/system/serial-getty@ttyS0.service";
    let host = bare().file(serial, "[Service]\nExecStart=-/sbin/agetty -a root --keep-baud %I\n");
    assert_eq!(entries(&host), one(Getty, "root", serial));
    assert_eq!(unread(&bare().denied(drop_in)), ReasonCode::NotPermitted);
}

#[test]
fn what_may_change_wakes() {
    let host = with("lightdm");
    let look = Look::new(&host);
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    let _ = collect(&look, &needs);
    let (_, wakes) = look.finish();
    for path in [
        LINK,
        "/etc/systemd/system",
        "/etc/systemd/system/getty@tty1.service.d",
        "/etc/systemd/system/getty@.service.d",
        "/etc/lightdm/lightdm.conf",
        "/etc/lightdm/lightdm.conf.d",
        "/usr/sbin/guest-account",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}

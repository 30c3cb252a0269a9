//! What a sheet says by the logs of hosts, as people read it.

use tenken_model::fact::account_events::{AccountChangeKind, ElevationWay, NetworkWay, NtlmVersion, PasswordWay};
use tenken_model::fact::logs::LogLossKind;
use tenken_model::{Instant, Language, Size};

use super::happened::{AccountChanged, Elevated, Failed, Happened, Loss, Moved, Named, NetworkUsed, PasswordGiven};
use super::words::{Cell, Chapter, Part, Title, explained, host, no_register, register};
use crate::pages::moment;

/// Logs that lost records.
pub(super) fn losses(happened: &Happened, t: Language) -> Chapter {
    let heads: [Title; 6] = [
        Language::logs_column_host,
        Language::logs_column_log,
        Language::logs_column_happened,
        Language::logs_column_noticed,
        Language::logs_column_whole,
        Language::logs_column_hint,
    ];
    let part = Part::new(Language::logs_losses, Language::logs_losses_lead, &heads, t);
    part.of(&happened.losses, None, |line| loss(line, t))
}

fn loss(line: &Loss, t: Language) -> Vec<Cell> {
    let kind = match line.kind {
        LogLossKind::Shortened => t.logs_loss_shortened(),
        LogLossKind::Gone => t.logs_loss_gone(),
        LogLossKind::Replaced => t.logs_loss_replaced(),
        LogLossKind::Rewritten => t.logs_loss_rewritten(),
        LogLossKind::CopiesGone => t.logs_loss_copies_gone(),
        LogLossKind::Cleared => t.logs_loss_cleared(),
    };
    let hint = match (line.reinstalled, line.restarted) {
        (true, _) => t.logs_hint_reinstalled(),
        (false, true) => t.logs_hint_restarted(),
        (false, false) => t.logs_unexplained(),
    };
    vec![
        host(&line.host, &line.host_name),
        Cell::name(line.log.clone()),
        Cell::text(kind),
        Cell::text(moment::absolute(t, line.noticed_at)),
        Cell::text(t.logs_whole(&moment::absolute(t, line.last_seen), &line.last_size.to_string())),
        Cell::text(hint),
    ]
}

/// Sign-ins that failed.
pub(super) fn failed(happened: &Happened, t: Language) -> Chapter {
    let heads: [Title; 7] = [
        Language::logs_column_host,
        Language::logs_column_account,
        Language::logs_column_owner,
        Language::logs_column_times,
        Language::logs_column_days,
        Language::logs_column_from,
        Language::logs_column_time,
    ];
    let part = Part::new(Language::logs_failed_sign_ins, Language::logs_failed_lead, &heads, t);
    part.of(&happened.failed, None, |line| failing(line, t))
}

fn failing(line: &Failed, t: Language) -> Vec<Cell> {
    vec![
        host(&line.host, &line.host_name),
        account(line.account.as_deref(), t),
        Cell::name(line.owner.clone()),
        Cell::text(line.times.to_string()),
        Cell::text(line.days.to_string()),
        sources(&line.sources, line.sources_left, t),
        Cell::text(between(line.first, line.last, t)),
    ]
}

/// Passwords that another set.
pub(super) fn passwords(happened: &Happened, resets_kept: bool, t: Language) -> Chapter {
    let heads: [Title; 7] = [
        Language::logs_column_host,
        Language::logs_column_account,
        Language::logs_column_owner,
        Language::logs_column_time,
        Language::logs_column_set_by,
        Language::logs_column_how,
        Language::logs_column_reset,
    ];
    let part = Part::new(Language::logs_passwords, Language::logs_passwords_lead, &heads, t);
    part.of(&happened.passwords, None, |line| given(line, resets_kept, t))
}

fn given(line: &PasswordGiven, resets_kept: bool, t: Language) -> Vec<Cell> {
    let by = match (&line.by, line.by_another) {
        (Some(by), _) => Cell::name(by.clone()),
        (None, true) => Cell::text(t.logs_by_another()),
        (None, false) => Cell::text(t.logs_by_nobody_knows()),
    };
    let how = match line.how {
        PasswordWay::Passwd | PasswordWay::Chpasswd | PasswordWay::Usermod => line.how.word().to_owned(),
        PasswordWay::Other => t.logs_how_other(),
    };
    let record = match &line.explained {
        Some(record) => explained(record, t),
        None if !resets_kept => Cell::text(t.logs_register_unused()),
        None => Cell::text(t.logs_unexplained()),
    };
    vec![
        host(&line.host, &line.host_name),
        Cell::name(line.account.clone()),
        Cell::name(line.owner.clone()),
        Cell::text(moment::absolute(t, line.at)),
        by,
        Cell::text(if line.first_issue { t.logs_first_issue(&how) } else { how }),
        record,
    ]
}

/// Changes of accounts and groups.
pub(super) fn accounts(happened: &Happened, t: Language) -> Chapter {
    let heads: [Title; 7] = [
        Language::logs_column_happened,
        Language::logs_column_account,
        Language::logs_column_group,
        Language::logs_column_changed_by,
        Language::logs_column_times,
        Language::logs_column_host,
        Language::logs_column_time,
    ];
    let part = Part::new(Language::logs_accounts, Language::logs_accounts_lead, &heads, t);
    part.of(&happened.accounts, None, |line| changed(line, t))
}

fn changed(line: &AccountChanged, t: Language) -> Vec<Cell> {
    let kind = match line.kind {
        AccountChangeKind::AccountAdded => t.logs_account_added(),
        AccountChangeKind::AccountRemoved => t.logs_account_removed(),
        AccountChangeKind::AccountChanged => t.logs_account_changed(),
        AccountChangeKind::AccountLocked => t.logs_account_locked(),
        AccountChangeKind::AccountUnlocked => t.logs_account_unlocked(),
        AccountChangeKind::AccountLockedOut => t.logs_account_locked_out(),
        AccountChangeKind::GroupAdded => t.logs_group_added(),
        AccountChangeKind::GroupRemoved => t.logs_group_removed(),
        AccountChangeKind::MemberAdded => t.logs_member_added(),
        AccountChangeKind::MemberRemoved => t.logs_member_removed(),
    };
    let by = match line.kind {
        AccountChangeKind::AccountLockedOut if line.by.is_none() => Cell::text(t.logs_by_the_system()),
        _ => nobody_knows(line.by.as_deref(), t),
    };
    vec![
        Cell::text(kind),
        Cell::name(line.account.clone().unwrap_or_default()),
        Cell::name(line.group.clone().unwrap_or_default()),
        by,
        Cell::text(line.times.to_string()),
        hosts(&line.hosts, line.hosts_left, t),
        Cell::text(between(line.first, line.last, t)),
    ]
}

/// Uses of another account's rights.
pub(super) fn elevations(happened: &Happened, t: Language) -> Chapter {
    let heads: [Title; 8] = [
        Language::logs_column_host,
        Language::logs_column_account,
        Language::logs_column_owner,
        Language::logs_column_target,
        Language::logs_column_how,
        Language::logs_column_granted,
        Language::logs_column_refused,
        Language::logs_column_time,
    ];
    let part = Part::new(Language::logs_elevations, Language::logs_elevations_lead, &heads, t);
    part.of(&happened.elevations, None, |line| elevated(line, t))
}

fn elevated(line: &Elevated, t: Language) -> Vec<Cell> {
    let way = match line.way {
        ElevationWay::Sudo | ElevationWay::Su => line.way.word().to_owned(),
        ElevationWay::AdministratorSignIn => t.logs_way_administrator_sign_in(),
        ElevationWay::OtherCredentials => t.logs_way_other_credentials(),
        ElevationWay::OtherCredentialsElsewhere => t.logs_way_other_credentials_elsewhere(),
    };
    let target = match line.way {
        ElevationWay::AdministratorSignIn => Cell::text(t.logs_as_administrator()),
        _ => nobody_knows(line.target.as_deref(), t),
    };
    vec![
        host(&line.host, &line.host_name),
        account(line.account.as_deref(), t),
        Cell::name(line.owner.clone()),
        target,
        Cell::text(way),
        Cell::text(line.times.to_string()),
        Cell::text(line.failed.to_string()),
        Cell::text(between(line.first, line.last, t)),
    ]
}

/// Sign-ins over the network; nothing where no host tells of any. Without a register of accounts those by old or open ways are
/// still told, and that there are none is not.
pub(super) fn network(happened: &Happened, accounts_kept: bool, t: Language) -> Option<Chapter> {
    let lines = happened.network.as_ref()?;
    let heads: [Title; 8] = [
        Language::logs_column_host,
        Language::logs_column_account,
        Language::logs_column_owner,
        Language::logs_column_how,
        Language::logs_column_target,
        Language::logs_column_times,
        Language::logs_column_from,
        Language::logs_column_time,
    ];
    let part = Part::new(Language::logs_network, Language::logs_network_lead, &heads, t);
    let unknown = (!accounts_kept && lines.count() == 0).then(|| no_register("accounts", t));
    let mut chapter = part.of(lines, unknown, |line| over_network(line, accounts_kept, t));
    if !accounts_kept && chapter.unknown.is_none() {
        chapter.lead.push_str(&t.logs_network_no_register(&register("accounts", t)));
    }
    Some(chapter)
}

fn over_network(line: &NetworkUsed, accounts_kept: bool, t: Language) -> Vec<Cell> {
    let way = match line.way {
        NetworkWay::Network => t.logs_network_way(),
        NetworkWay::NetworkPassword => t.logs_network_way_password(),
        NetworkWay::RemoteDesktop => t.logs_network_way_remote_desktop(),
    };
    let how = match line.ntlm {
        Some(NtlmVersion::Lm) => t.logs_network_by(&way, "LM"),
        Some(NtlmVersion::Ntlm1) => t.logs_network_by(&way, "NTLMv1"),
        Some(NtlmVersion::Ntlm2) => t.logs_network_by(&way, "NTLMv2"),
        None => way,
    };
    let owner = match (line.registered, accounts_kept) {
        (true, _) => Cell::name(line.owner.clone()),
        (false, true) => Cell::text(t.logs_in_no_register()),
        (false, false) => Cell::text(t.logs_accounts_unused()),
    };
    vec![
        host(&line.host, &line.host_name),
        Cell::name(line.account.clone()),
        owner,
        Cell::text(how),
        Cell::text(if line.administrator { t.logs_as_administrator() } else { String::new() }),
        Cell::text(line.times.to_string()),
        sources(&line.sources, line.sources_left, t),
        Cell::text(between(line.first, line.last, t)),
    ]
}

/// Files that were moved.
pub(super) fn transfers(happened: &Happened, t: Language) -> Chapter {
    let heads: [Title; 7] = [
        Language::logs_column_host,
        Language::logs_column_account,
        Language::logs_column_owner,
        Language::logs_column_sessions,
        Language::logs_column_sent,
        Language::logs_column_received,
        Language::logs_column_day,
    ];
    let part = Part::new(Language::logs_transfers, Language::logs_transfers_lead, &heads, t);
    part.of(&happened.transfers, None, |line| moved(line, t))
}

fn moved(line: &Moved, t: Language) -> Vec<Cell> {
    // Without a size nothing is recorded of files, so that none counted does not mean that none was moved.
    let files = |count: u64, bytes: Option<Size>| match bytes {
        Some(bytes) => t.logs_files_moved(count, &bytes.to_string()),
        None if count > 0 => t.logs_files(count),
        None => t.logs_not_recorded(),
    };
    let (first, last) = (moment::day(t, line.first), moment::day(t, line.last));
    vec![
        host(&line.host, &line.host_name),
        Cell::name(line.account.clone()),
        Cell::name(line.owner.clone()),
        Cell::text(line.sessions.to_string()),
        Cell::text(files(line.sent, line.bytes_sent)),
        Cell::text(files(line.received, line.bytes_received)),
        Cell::text(if first == last { first } else { t.logs_between(&first, &last) }),
    ]
}

fn account(name: Option<&str>, t: Language) -> Cell {
    name.map_or_else(|| Cell::text(t.logs_no_account_here()), |name| Cell::name(name.to_owned()))
}

fn nobody_knows(name: Option<&str>, t: Language) -> Cell {
    name.map_or_else(|| Cell::text(t.logs_by_nobody_knows()), |name| Cell::name(name.to_owned()))
}

/// Where sign-ins came from.
fn sources(named: &[String], left: usize, t: Language) -> Cell {
    if named.is_empty() {
        return Cell::text(t.logs_not_recorded());
    }
    Cell::name(t.several(named, left))
}

/// The hosts of a line; one alone leads to its page.
fn hosts(named: &[Named], left: usize, t: Language) -> Cell {
    match named {
        [one] if left == 0 => host(&one.host, &one.name),
        _ => Cell::name(t.several(named.iter().map(|one| &one.name), left)),
    }
}

fn between(first: Instant, last: Instant, t: Language) -> String {
    let at = |at: Instant| moment::absolute(t, at);
    if first == last { at(first) } else { t.logs_between(&at(first), &at(last)) }
}

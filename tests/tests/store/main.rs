//! What the store promises, held against both databases.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod engines;

on_both_engines! {
    contract::opening_again_keeps_everything,
    contract::a_newer_schema_is_refused,
    contract::what_is_not_saved_did_not_happen,
    contract::readers_see_one_state,
    contract::hosts_keep_what_is_known_of_them,
    contract::findings_are_one_for_each_key,
    contract::facts_are_the_newest_of_each_topic,
    contract::sessions_of_hosts_are_kept_once_with_their_end,
    contract::history_keeps_each_number_once,
    contract::one_drift_is_open_for_each_finding,
    contract::mail_is_claimed_once_and_kept_until_sent,
    contract::the_end_is_not_mailed_before_the_beginning,
    contract::threads_of_mails_do_not_wait_for_each_other,
    contract::a_webhook_has_rows_of_its_own,
    contract::writers_at_once_lose_nothing,
    contract::register_rows_keep_their_history,
    contract::people_and_their_sessions,
    contract::second_factors_are_used_once,
    contract::invitations_replace_each_other,
    contract::tokens_work_once,
    contract::attestations_settings_and_policies,
    contract::versions_of_the_form_follow_each_other,
    contract::one_proposal_is_open_for_each_item,
    contract::waivers_hold_until_their_end,
    contract::audit_entries_are_chained,
    contract::a_failure_becomes_a_drift_with_its_mail_at_once,
    contract::a_grace_runs_out_without_a_report,
    contract::a_grace_of_awake_time_waits_while_the_host_sleeps,
    contract::a_drift_that_flaps_is_one_drift_with_few_mails,
    contract::the_past_of_a_host_that_was_away_opens_nothing,
    contract::facts_are_taken_with_the_findings_and_asked_for,
    contract::a_report_twice_or_refused_changes_nothing,
    contract::a_revoked_host_is_refused_and_its_drifts_end,
    contract::two_dashboards_take_a_report_once,
    contract::two_dashboards_send_each_mail_once,
    contract::two_dashboards_write_each_alert_once,
    contract::the_latest_look_at_a_day_counts,
    contract::two_dashboards_keep_one_day,
    contract::a_demonstration_is_made_once,
    contract::lost_connections_are_made_again,
}

//! The acts of the audit log in words.

use tenken_model::Language;

/// How people read an act.
type Label = fn(Language) -> String;

/// Every act that is known, with how people read it.
const ACTS: &[(&str, Label)] = &[
    ("signed_in", Language::act_signed_in),
    ("signed_in_by_provider", Language::act_signed_in_by_provider),
    ("local_sign_in_refused", Language::act_local_sign_in_refused),
    ("signed_out", Language::act_signed_out),
    ("first_administrator", Language::act_first_administrator),
    ("code_confirmed", Language::act_code_confirmed),
    ("confirmed_by_provider", Language::act_confirmed_by_provider),
    ("identity_bound", Language::act_identity_bound),
    ("identity_unbound", Language::act_identity_unbound),
    ("identity_refused", Language::act_identity_refused),
    ("recovery_code_used", Language::act_recovery_code_used),
    ("second_factor_set", Language::act_second_factor_set),
    ("second_factor_removed", Language::act_second_factor_removed),
    ("recovery_codes_made", Language::act_recovery_codes_made),
    ("password_changed", Language::act_password_changed),
    ("sessions_ended", Language::act_sessions_ended),
    ("email_changed", Language::act_email_changed),
    ("person_added", Language::act_person_added),
    ("person_joined", Language::act_person_joined),
    ("person_disabled", Language::act_person_disabled),
    ("person_enabled", Language::act_person_enabled),
    ("person_reset", Language::act_person_reset),
    ("role_changed", Language::act_role_changed),
    ("token_made", Language::act_token_made),
    ("token_withdrawn", Language::act_token_withdrawn),
    ("backup_made", Language::act_backup_made),
    ("backup_restored", Language::act_backup_restored),
    ("host_enrolled", Language::act_host_enrolled),
    ("host_revoked", Language::act_host_revoked),
    ("drift_acknowledged", Language::act_drift_acknowledged),
    ("item_attested", Language::act_item_attested),
    ("attestation_withdrawn", Language::act_attestation_withdrawn),
    ("declaration_taken_in", Language::act_declaration_taken_in),
    ("version_accepted", Language::act_version_accepted),
    ("change_proposed", Language::act_change_proposed),
    ("change_accepted", Language::act_change_accepted),
    ("change_refused", Language::act_change_refused),
    ("change_withdrawn", Language::act_change_withdrawn),
    ("publication_confirmed", Language::act_publication_confirmed),
    ("public_address_set", Language::act_public_address_set),
    ("waiver_asked", Language::act_waiver_asked),
    ("waiver_granted", Language::act_waiver_granted),
    ("waiver_refused", Language::act_waiver_refused),
    ("waiver_withdrawn", Language::act_waiver_withdrawn),
    ("waiver_ended", Language::act_waiver_ended),
    ("own_rule_written", Language::act_own_rule_written),
    ("own_rule_asked", Language::act_own_rule_asked),
    ("own_rule_taken_back", Language::act_own_rule_taken_back),
    ("own_rule_approved", Language::act_own_rule_approved),
    ("own_rule_refused", Language::act_own_rule_refused),
    ("own_rule_rolled_out", Language::act_own_rule_rolled_out),
    ("own_rule_withdrawn", Language::act_own_rule_withdrawn),
    ("parameter_set", Language::act_parameter_set),
    ("parameter_cleared", Language::act_parameter_cleared),
    ("calendar_set", Language::act_calendar_set),
    ("register_row_added", Language::act_register_row_added),
    ("register_row_changed", Language::act_register_row_changed),
    ("register_row_closed", Language::act_register_row_closed),
    ("log_sheet_signed", Language::act_log_sheet_signed),
    ("register_row_approved", Language::act_register_row_approved),
    ("register_row_approval_taken_back", Language::act_register_row_approval_taken_back),
    ("register_imported", Language::act_register_imported),
    ("presence_set", Language::act_presence_set),
    ("alerts_set", Language::act_alerts_set),
    ("route_added", Language::act_route_added),
    ("route_changed", Language::act_route_changed),
    ("route_removed", Language::act_route_removed),
    ("owner_mails_set", Language::act_owner_mails_set),
    ("owner_asked", Language::act_owner_asked),
    ("owner_thanked", Language::act_owner_thanked),
    ("package_made", Language::act_package_made),
    ("results_taken", Language::act_results_taken),
    ("sheet_taken", Language::act_sheet_taken),
    ("register_taken", Language::act_register_taken),
    ("evidence_taken", Language::act_evidence_taken),
];

/// An act as people read it; one that is not known, such as that of another version, as it is.
pub fn label(act: &str, language: Language) -> String {
    let known = ACTS.iter().find(|(word, _)| *word == act);
    known.map_or_else(|| act.to_owned(), |(_, label)| label(language))
}

/// The words of the acts that a search means: a part of how people read them, or of the word itself.
pub fn meant(text: &str, language: Language) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let fits = |(word, label): &&(&str, Label)| word.contains(&text) || label(language).to_lowercase().contains(&text);
    ACTS.iter().filter(fits).map(|(word, _)| *word).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn acts_are_read_in_words_and_an_unknown_one_as_it_is() {
        assert_eq!(label("role_changed", Language::Japanese), "役割を変更");
        assert_eq!(label("moon_landed", Language::English), "moon_landed");
        for language in [Language::Japanese, Language::English] {
            let labels: BTreeSet<String> = ACTS.iter().map(|(_, label)| label(language)).collect();
            assert_eq!(labels.len(), ACTS.len(), "no two acts read the same");
        }
    }

    #[test]
    fn a_search_means_acts_by_their_words() {
        assert_eq!(meant("役割", Language::Japanese), ["role_changed"]);
        assert_eq!(meant("ROLE", Language::English), ["role_changed"]);
        assert_eq!(meant("zz", Language::English), [""; 0]);
    }
}

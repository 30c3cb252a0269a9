//! What was just done, carried to the next page in its address.

use tenken_model::{Language, choice};

/// The query field.
const FIELD: &str = "done";

choice! {
    /// What was just done.
    pub enum Done {
        /// A row was saved.
        Saved = "saved",
        /// A row was closed.
        Closed = "closed",
        /// A row was approved.
        Approved = "approved",
        /// The approval of a row was taken back.
        ApprovalTakenBack = "approval_taken_back",
        /// A file was taken into a register.
        Imported = "imported",
        /// A host was revoked.
        Revoked = "revoked",
        /// An enrolment token was withdrawn.
        TokenWithdrawn = "token_withdrawn",
        /// A drift was acknowledged.
        Acknowledged = "acknowledged",
        /// The user of a PC was asked.
        OwnerAsked = "owner_asked",
        /// An item was attested.
        Attested = "attested",
        /// The sheet of a month's logs was made anew.
        LogsMade = "logs_made",
        /// The sheet of a month's logs was signed.
        LogsSigned = "logs_signed",
        /// A published form was taken in.
        TakenIn = "taken_in",
        /// What differs from the form in force was proposed.
        TakenInProposed = "taken_in_proposed",
        /// A form was read that says the same.
        TakenInSame = "taken_in_same",
        /// A change was proposed.
        Proposed = "proposed",
        /// Changes were accepted.
        Accepted = "accepted",
        /// A change was refused.
        Refused = "refused",
        /// A proposal was taken back.
        Withdrawn = "withdrawn",
        /// The public address was set.
        AddressSet = "address_set",
        /// The home page was looked at.
        Checked = "checked",
        /// A waiver was asked for.
        WaiverAsked = "waiver_asked",
        /// A waiver was granted or refused.
        WaiverDecided = "waiver_decided",
        /// A waiver was ended.
        WaiverEnded = "waiver_ended",
        /// An own rule was written.
        OwnRuleSaved = "own_rule_saved",
        /// The approval of an own rule was asked for.
        OwnRuleAsked = "own_rule_asked",
        /// An own rule was approved or refused.
        OwnRuleDecided = "own_rule_decided",
        /// An own rule was rolled out.
        OwnRuleRolledOut = "own_rule_rolled_out",
        /// An own rule was withdrawn.
        OwnRuleWithdrawn = "own_rule_withdrawn",
        /// A parameter was set.
        ParameterSet = "parameter_set",
        /// The visitor's password was changed.
        PasswordChanged = "password_changed",
        /// The visitor's second factor was removed.
        SecondFactorRemoved = "second_factor_removed",
        /// An account of the identity provider was bound.
        IdentityBound = "identity_bound",
        /// A binding was taken away.
        IdentityUnbound = "identity_unbound",
        /// The visitor showed the identity provider who it is, but with one factor alone.
        IdentityShown = "identity_shown",
        /// The visitor's other sessions ended.
        SessionsEnded = "sessions_ended",
        /// A person was disabled.
        PersonDisabled = "person_disabled",
        /// A person was enabled.
        PersonEnabled = "person_enabled",
        /// The visitor signed out.
        SignedOut = "signed_out",
    }
}

impl Done {
    /// It, as people read it.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Saved => language.register_saved(),
            Self::Closed => language.done_closed(),
            Self::Approved => language.done_approved(),
            Self::ApprovalTakenBack => language.done_approval_taken_back(),
            Self::Imported => language.done_imported(),
            Self::Revoked => language.done_revoked(),
            Self::TokenWithdrawn => language.done_token_withdrawn(),
            Self::Acknowledged => language.done_acknowledged(),
            Self::OwnerAsked => language.done_owner_asked(),
            Self::Attested => language.done_attested(),
            Self::LogsMade => language.done_logs_made(),
            Self::LogsSigned => language.done_logs_signed(),
            Self::TakenIn => language.done_taken_in(),
            Self::TakenInProposed => language.done_taken_in_proposed(),
            Self::TakenInSame => language.done_taken_in_same(),
            Self::Proposed => language.done_proposed(),
            Self::Accepted => language.done_accepted(),
            Self::Refused => language.done_refused(),
            Self::Withdrawn => language.done_withdrawn(),
            Self::AddressSet => language.done_address_set(),
            Self::Checked => language.done_checked(),
            Self::WaiverAsked => language.done_waiver_asked(),
            Self::WaiverDecided => language.done_waiver_decided(),
            Self::WaiverEnded => language.done_waiver_ended(),
            Self::OwnRuleSaved => language.done_own_rule_saved(),
            Self::OwnRuleAsked => language.done_own_rule_asked(),
            Self::OwnRuleDecided => language.done_own_rule_decided(),
            Self::OwnRuleRolledOut => language.done_own_rule_rolled_out(),
            Self::OwnRuleWithdrawn => language.done_own_rule_withdrawn(),
            Self::ParameterSet => language.done_parameter_set(),
            Self::PasswordChanged => language.done_password_changed(),
            Self::SecondFactorRemoved => language.done_second_factor_removed(),
            Self::IdentityBound => language.done_identity_bound(),
            Self::IdentityUnbound => language.done_identity_unbound(),
            Self::IdentityShown => language.done_identity_shown(),
            Self::SessionsEnded => language.done_sessions_ended(),
            Self::PersonDisabled => language.done_person_disabled(),
            Self::PersonEnabled => language.done_person_enabled(),
            Self::SignedOut => language.signed_out(),
        }
    }

    /// An address that says it. It has no fragment.
    pub fn join(self, address: &str) -> String {
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{FIELD}={}", self.word())
    }

    /// An address without what it says was done, so that it is said once.
    pub fn split(address: &str) -> (String, Option<Self>) {
        let Some((path, query)) = address.split_once('?') else { return (address.to_owned(), None) };
        let mut done = None;
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| match pair.split_once('=') {
                Some((FIELD, word)) => {
                    done = Self::from_word(word);
                    false
                }
                _ => true,
            })
            .collect();
        let address = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) };
        (address, done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_once_and_leaves_the_address_as_it_was() {
        for address in ["/hosts", "/?state=drift", "/registers/accounts?q=a&closed=true"] {
            for done in Done::ALL {
                assert_eq!(Done::split(&done.join(address)), (address.to_owned(), Some(*done)));
            }
            assert_eq!(Done::split(address), (address.to_owned(), None));
        }
        assert_eq!(Done::split("/?done=<script>"), ("/".to_owned(), None));
    }
}

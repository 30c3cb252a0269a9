//! How many factors a person showed to the provider. Pure.

use serde::{Deserialize, Serialize};

/// How a person showed the provider who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// With one factor, or the provider does not say.
    Single,
    /// With more than one.
    Several,
}

/// Whether what the provider says of factors counts, or the agency's word that it always asks for more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factors {
    /// The ID token shows it: `amr` or `acr`.
    #[default]
    Shown,
    /// The provider lets nobody in without more than one, which its administrator states.
    Enforced,
}

/// A kind of factor (NIST SP 800-63B section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Known,
    Owned,
    Inborn,
}

/// The kind of a method of RFC 8176. Methods that are no factor of their own, such as `user`, `geo` or `rba`, have none.
fn kind(method: &str) -> Option<Kind> {
    match method {
        "pwd" | "pin" | "kba" => Some(Kind::Known),
        "otp" | "hwk" | "swk" | "sc" | "sms" | "tel" | "pop" => Some(Kind::Owned),
        "face" | "fpt" | "iris" | "retina" | "vbm" => Some(Kind::Inborn),
        _ => None,
    }
}

/// What `amr` and `acr` of an ID token show. `acr` has no common words: those count that the agency's settings name.
pub fn strength(amr: &[String], acr: Option<&str>, known_acr: &[String], factors: Factors) -> Strength {
    let kinds = |wanted: Kind| amr.iter().any(|method| kind(method) == Some(wanted));
    let several = [Kind::Known, Kind::Owned, Kind::Inborn].into_iter().filter(|wanted| kinds(*wanted)).count() > 1;
    let said = amr.iter().any(|method| method == "mfa");
    let class = acr.is_some_and(|acr| known_acr.iter().any(|known| known == acr));
    if factors == Factors::Enforced || said || several || class { Strength::Several } else { Strength::Single }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_kinds_are_more_than_one_factor_and_two_of_a_kind_are_not() {
        let shown = |amr: &[&str]| {
            let amr: Vec<String> = amr.iter().map(|method| (*method).to_owned()).collect();
            strength(&amr, None, &[], Factors::Shown)
        };
        for several in [&["mfa"][..], &["pwd", "otp"], &["pin", "hwk"], &["swk", "fpt"], &["pwd", "mfa", "x"]] {
            assert_eq!(shown(several), Strength::Several, "{several:?}");
        }
        for single in
            [&[][..], &["pwd"], &["otp"], &["pwd", "pin"], &["otp", "sms"], &["pwd", "user"], &["MFA"], &["mca"]]
        {
            assert_eq!(shown(single), Strength::Single, "{single:?}");
        }
    }

    #[test]
    fn a_class_counts_if_the_settings_name_it() {
        let known = ["phr".to_owned(), "phrh".to_owned()];
        let class = |acr| strength(&["pwd".to_owned()], acr, &known, Factors::Shown);
        assert_eq!(class(Some("phr")), Strength::Several);
        for other in [None, Some(""), Some("ph"), Some("1")] {
            assert_eq!(class(other), Strength::Single, "{other:?}");
        }
        assert_eq!(strength(&[], None, &[], Factors::Enforced), Strength::Several);
    }
}

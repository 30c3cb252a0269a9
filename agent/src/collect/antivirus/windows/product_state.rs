//! How a product stands by Windows Security Center (`productState` of `AntiVirusProduct`).
//!
//! The number is not documented. What is read of it here is what the field agrees on (`WSC_SECURITY_PRODUCT_STATE` and
//! `WSC_SECURITY_SIGNATURE_STATUS` of iwscapi.h, packed): the fourth nibble is the state, the second whether signatures are
//! current, the third whose product it is. Any other value of a nibble is not known.

/// What a product does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// It protects.
    On,
    /// It is switched off.
    Off,
    /// It is switched off for a time.
    Snoozed,
    /// Its licence has run out, and it protects no more.
    Expired,
    /// A state that is not known.
    Unknown,
}

/// How a product stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductState {
    /// What it does.
    pub activity: Activity,
    /// It says that its signatures are current; nothing where the number does not tell. Many products say otherwise only
    /// after several days.
    pub current: Option<bool>,
    /// It is part of Windows.
    pub of_windows: bool,
}

/// Takes the number apart.
pub fn decode(state: u32) -> ProductState {
    ProductState {
        activity: match state >> 12 & 0xf {
            0 => Activity::Off,
            1 => Activity::On,
            2 => Activity::Snoozed,
            3 => Activity::Expired,
            _ => Activity::Unknown,
        },
        current: match state >> 4 & 0xf {
            0 => Some(true),
            1 => Some(false),
            _ => None,
        },
        of_windows: state >> 8 & 0xf == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_seen_in_the_field() {
        use Activity::{Off, On};
        for (number, activity, current, of_windows) in [
            (397_568, On, true, true),
            (397_584, On, false, true),
            (393_472, Off, true, true),
            (266_240, On, true, false),
            (266_256, On, false, false),
            (262_144, Off, true, false),
            (462_848, On, true, false),
        ] {
            let found = decode(number);
            assert_eq!(found, ProductState { activity, current: Some(current), of_windows }, "{number:#x}");
        }
    }

    #[test]
    fn other_states() {
        assert_eq!(decode(0x04_2000).activity, Activity::Snoozed);
        assert_eq!(decode(0x04_3010).activity, Activity::Expired);
        assert_eq!(decode(0x04_5000).activity, Activity::Unknown);
        assert_eq!(decode(0x04_1020).current, None);
        assert_eq!(decode(u32::MAX), ProductState { activity: Activity::Unknown, current: None, of_windows: false });
    }
}

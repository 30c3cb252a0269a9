//! What endpoints answer, and their addresses in the register.

use tenken_agent::collect::exchange_endpoints::hello::{self, Said};
use tenken_agent::collect::exchange_endpoints::suites::{self, OTHERS};
use tenken_agent::collect::exchange_endpoints::{address, reply};

/// What was said stays said when more comes, and an address means the same when it is written as it was understood.
pub(super) fn answers(data: &[u8]) {
    stays_said(data, hello::said);
    stays_said(data, |data| suites::said(data, &OTHERS));
    let _ = reply::status(data);
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(target) = address::parse(text)
    {
        assert!(target.port > 0 && !target.host.is_empty());
        assert_eq!(address::parse(&target.server()), Ok(target));
    }
}

fn stays_said<T: PartialEq + std::fmt::Debug>(data: &[u8], said: impl Fn(&[u8]) -> Said<T>) {
    let all = said(data);
    for cut in [data.len() / 2, data.len().saturating_sub(1)] {
        let before = said(data.get(..cut).unwrap_or_default());
        assert!(before == Said::Incomplete || before == all, "{before:?} became {all:?}");
    }
}

//! The overview.

use axum::extract::Query;
use axum::response::Html;
use serde::Deserialize;
use tenken_calendar::{WorkingCalendar, japan};
use tenken_model::{Instant, Span};

use super::failure::Failure;
use super::visit::Visit;
use crate::pages::overview::{self, Filter, News, OverviewView, Reporting};
use crate::pages::trend::Plot;
use crate::status::Known;
use crate::tasks::{Causes, ending_soon, tasks};
use crate::trend::Axis;
use crate::working_calendar;

/// Which items are listed.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
}

/// `GET /`
pub(super) async fn overview(visit: Visit, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let (checklist, catalog) = (&visit.site.app.checklist, &visit.site.app.catalog);
    let calendar = working_calendar::read(&mut transaction).await?;
    let causes = Causes::read(&mut transaction, &known, &visit.site.app.terms.correlations, checklist).await?;
    let since = news_since(&calendar, visit.now);
    let opened = transaction.drifts_opened(since, visit.now).await?;
    let resolved = transaction.drifts_resolved(since, visit.now).await?.len();
    let axis = Axis::until(japan::date_of(visit.now), &calendar);
    let kept = transaction.day_counts(axis.from()).await?;
    let mut statuses = known.statuses(checklist);
    Known::tell(&mut transaction, statuses.values_mut(), 1).await?;
    let view = OverviewView {
        checklist,
        catalog,
        statuses: &statuses,
        hosts: Reporting {
            hosts: known.hosts.len(),
            reporting: known.reporting(),
            silent: known.silent(),
            without_agent: known.without_agent.len(),
        },
        filter: Filter::from_word(&asked.state),
        soon: ending_soon(&tasks(&causes, checklist, &calendar, visit.now), visit.now),
        news: News { since, opened: &opened, resolved },
        plot: &Plot::new(&axis, &kept, visit.language()),
    };
    Ok(Html(overview::render(&view, &chrome)?))
}

/// The beginning of the last business day before today: what was found over a weekend is new on Monday.
fn news_since(calendar: &WorkingCalendar, now: Instant) -> Instant {
    let today = japan::date_of(now);
    let day = calendar.add_business_days(today, -1).or_else(|| today.pred_opt()).unwrap_or(today);
    Span::from_days(-1).after(japan::end_of(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_monday_everything_since_friday_is_new() {
        let since = |now: &str| news_since(&WorkingCalendar::default(), now.parse().unwrap()).to_string();
        assert_eq!(since("2026-11-16T00:05:00Z"), "2026-11-12 15:00:00 UTC", "Friday, 0:00 in Japan");
        assert_eq!(since("2026-11-24T00:05:00Z"), "2026-11-19 15:00:00 UTC", "after a holiday on Monday");
        assert_eq!(since("2026-11-26T14:59:00Z"), "2026-11-24 15:00:00 UTC");
    }
}

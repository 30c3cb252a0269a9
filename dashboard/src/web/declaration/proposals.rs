//! Deciding on proposed changes.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};

use super::show;
use crate::declaration::{self, Deciding, REASON_CHARS_MAX};
use crate::web::done::Done;
use crate::web::failure::Failure;
use crate::web::sent::Sent;
use crate::web::visit::{Visit, number};

/// `POST /proposals/accept`
pub(in crate::web) async fn do_accept(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    visit.confirmed("/declaration")?;
    let ids = sent.all("proposal").map(number).collect::<Result<Vec<i64>, Failure>>()?;
    if ids.is_empty() {
        return refuse(&visit, visit.language().deciding_nothing()).await;
    }
    let note: String = sent.get("note").trim().chars().take(REASON_CHARS_MAX).collect();
    let decided = declaration::accept(visit.store(), &ids, &note, visit.person(), visit.now).await?;
    answer(&visit, decided, Done::Accepted).await
}

/// `POST /proposals/{id}/refuse`
pub(in crate::web) async fn do_refuse(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Failure> {
    visit.confirmed("/declaration")?;
    let note: String = sent.get("note").trim().chars().take(REASON_CHARS_MAX).collect();
    let decided = declaration::refuse(visit.store(), number(&id)?, &note, visit.person(), visit.now).await?;
    answer(&visit, decided, Done::Refused).await
}

/// `POST /proposals/{id}/withdraw`
pub(in crate::web) async fn do_withdraw(
    visit: Visit,
    Path(id): Path<String>,
    _sent: Sent,
) -> Result<Response, Failure> {
    let decided = declaration::withdraw(visit.store(), number(&id)?, visit.person(), visit.now).await?;
    answer(&visit, decided, Done::Withdrawn).await
}

async fn answer(visit: &Visit, decided: Deciding, done: Done) -> Result<Response, Failure> {
    let t = visit.language();
    let why = match decided {
        Deciding::Done(_) => return Ok(Visit::done("/declaration", done).into_response()),
        Deciding::Own => t.proposal_own(),
        Deciding::Incomplete => t.deciding_incomplete(),
        Deciding::Stale => t.deciding_stale(),
        Deciding::Gone => t.deciding_gone(),
    };
    refuse(visit, why).await
}

/// The page of the declaration as it is now, with why nothing was done.
async fn refuse(visit: &Visit, why: String) -> Result<Response, Failure> {
    Ok(show(&visit.leading_to("/declaration".to_owned()), Some(why)).await?.into_response())
}

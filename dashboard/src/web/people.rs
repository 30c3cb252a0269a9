//! The listeners of people: pages, and hosts that are to be enrolled.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use super::agents::REQUEST_WITHIN;
use super::failure::Failure;
use super::site::Site;
use super::{
    account, agents, assets, attest, audit, audit_package, authority, calendar, code, declaration, drifts, enrolment,
    entry, gate, groups, headers, hosts, identity, items, join, live, log_review, overview, packages, persons,
    registers, routing, rules, search, settings, tasks, waivers,
};
use crate::pages::failure::FailureView;

/// The largest form, in bytes; files have a limit of their own.
pub(super) const FORM_BYTES_MAX: usize = 64 << 10;

/// Every address of the people's listeners.
pub fn router(site: Site) -> Router {
    let (gate, channel) = (site.clone(), site.channel);
    // What is sent as it happens must not wait in a compressor, and a package is compressed in itself.
    let compressed = DefaultPredicate::new()
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::const_new("application/octet-stream"));
    let upload = DefaultBodyLimit::max(registers::UPLOAD_BYTES_MAX);
    let apply = DefaultBodyLimit::max(registers::APPLY_BYTES_MAX);
    let statement = DefaultBodyLimit::max(attest::UPLOAD_BYTES_MAX);
    let pages = Router::new()
        .route("/", get(overview::overview))
        .route("/live", get(changes))
        .route("/assets/{name}", get(assets::asset))
        .route("/items/{id}", get(items::item))
        .route("/items/{id}/rules/{rule}", get(items::rule))
        .route("/items/{id}/attest", post(attest::do_attest).layer(statement))
        .route("/items/{id}/attestations/{number}/withdraw", post(attest::do_withdraw))
        .route("/items/{id}/sheet", get(audit_package::evidence_sheet))
        .route("/evidence/{digest}", get(attest::evidence))
        .route("/items/{id}/propose", get(declaration::propose).post(declaration::do_propose))
        .route("/tasks", get(tasks::list))
        .route("/search", get(search::search))
        .route("/waivers", get(waivers::waivers))
        .route("/waivers/{id}/grant", post(waivers::do_grant))
        .route("/waivers/{id}/refuse", post(waivers::do_refuse))
        .route("/waivers/{id}/end", post(waivers::do_end))
        .route("/drifts/{id}/waiver", get(waivers::ask).post(waivers::do_ask))
        .route("/hosts", get(hosts::hosts))
        .route("/hosts/new", get(enrolment::new).post(enrolment::do_new))
        .route("/hosts/new/{token}/withdraw", post(enrolment::do_withdraw))
        .route("/hosts/versions", get(packages::versions))
        .route("/authority.crt", get(authority::certificate))
        .route("/packages/{name}", get(packages::file))
        .route("/packages/./{name}", get(packages::file))
        .route("/hosts/{id}", get(hosts::host))
        .route("/hosts/{id}/revoke", post(hosts::do_revoke))
        .route("/groups", get(groups::groups))
        .route("/groups/{name}", get(groups::group))
        .route("/sites/{name}", get(groups::site))
        .route("/drifts", get(drifts::drifts))
        .route("/drifts/{id}", get(drifts::drift))
        .route("/drifts/{id}/acknowledge", post(drifts::do_acknowledge))
        .route("/drifts/{id}/owner", post(drifts::do_ask_owner))
        .route("/log-review", get(log_review::sheets))
        .route("/log-review/{month}", get(log_review::sheet).post(log_review::do_sign))
        .route("/log-review/{month}/make", post(log_review::do_make))
        .route("/registers", get(registers::registers))
        .route("/registers/{slug}", get(registers::register))
        .route("/registers/{slug}/new", get(registers::new).post(registers::do_new))
        .route("/registers/{slug}/export", get(registers::export))
        .route("/registers/{slug}/import", get(registers::import).post(registers::do_preview).layer(upload))
        .route("/registers/{slug}/import/apply", post(registers::do_apply).layer(apply))
        .route("/registers/{slug}/{id}", get(registers::row).post(registers::do_change))
        .route("/registers/{slug}/{id}/close", post(registers::do_close))
        .route("/registers/{slug}/{id}/approve", post(registers::do_approve))
        .route("/registers/{slug}/{id}/take-back", post(registers::do_take_back))
        .route("/outbox", get(drifts::mails))
        .route("/settings", get(settings::settings).post(settings::do_set))
        .route("/settings/test-mail", post(settings::do_test))
        .route("/settings/routing", get(routing::routing).post(routing::do_add))
        .route("/settings/routing/remove", post(routing::do_remove))
        .route("/settings/routing/{id}", get(routing::edit).post(routing::do_change))
        .route("/settings/routing/owners", post(routing::do_set_owners))
        .route("/settings/calendar", get(calendar::calendar).post(calendar::do_set))
        .route("/audit", get(audit::audit))
        .route("/audit-package", get(audit_package::explain).post(audit_package::do_make))
        .route("/audit-package/{kind}", get(audit_package::part))
        .merge(doors())
        .merge(of_rules())
        .merge(the_form())
        .merge(people())
        .fallback(async || Failure::NOT_FOUND)
        .method_not_allowed_fallback(async || Failure(FailureView::Method))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_WITHIN))
        .layer(CsrfLayer::new())
        .layer(from_fn(move |request, next| gate::pass(gate.clone(), request, next)))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn(move |request, next| headers::guard(channel, request, next)))
        .with_state(site.clone());
    agents::uncertified(site.app).merge(pages)
}

/// Coming in, going out, and showing that one is still there.
fn doors() -> Router<Site> {
    Router::new()
        .route("/sign-in", get(entry::sign_in).post(entry::do_sign_in))
        .route("/sign-in/code", get(code::sign_in).post(code::do_sign_in))
        .route("/sign-in/provider", post(identity::do_sign_in))
        .route("/sign-in/provider/callback", get(identity::callback))
        .route("/confirm", get(code::confirm).post(code::do_confirm))
        .route("/confirm/provider", post(identity::do_confirm))
        .route("/sign-out", post(entry::sign_out))
        .route("/first-run", get(entry::first_run).post(entry::do_first_run))
        .route("/join", get(join::join).post(join::do_join))
        .route("/join/provider", post(identity::do_join))
        .route("/language", post(entry::language))
}

/// Rules, those that people write themselves, and thresholds.
fn of_rules() -> Router<Site> {
    let text = DefaultBodyLimit::max(rules::FORM_BYTES_MAX);
    Router::new()
        .route("/rules", get(rules::list))
        .route("/rules/new", get(rules::new).post(rules::do_new).layer(text))
        .route("/rules/{id}", get(rules::rule))
        .route("/rules/{id}/edit", get(rules::edit).post(rules::do_edit).layer(text))
        .route("/rules/{id}/ask", post(rules::do_ask))
        .route("/rules/{id}/take-back", post(rules::do_take_back))
        .route("/rules/{id}/versions/{version}", get(rules::version))
        .route("/rules/{id}/versions/{version}/approve", post(rules::do_approve))
        .route("/rules/{id}/versions/{version}/refuse", post(rules::do_refuse))
        .route("/rules/{id}/versions/{version}/roll-out", post(rules::do_roll_out))
        .route("/rules/{id}/versions/{version}/trial", get(rules::trial))
        .route("/rules/{id}/withdraw", post(rules::do_withdraw))
        .route("/rules/{id}/parameters", get(rules::parameters).post(rules::do_set))
}

/// The published form and what changes it.
fn the_form() -> Router<Site> {
    let form_upload = DefaultBodyLimit::max(declaration::UPLOAD_BYTES_MAX);
    let form_apply = DefaultBodyLimit::max(declaration::APPLY_BYTES_MAX);
    Router::new()
        .route("/declaration", get(declaration::declaration))
        .route("/declaration/form/{kind}", get(declaration::form))
        .route("/declaration/versions", get(declaration::versions))
        .route("/declaration/versions/{id}", get(declaration::version))
        .route("/declaration/versions/{id}/{kind}", get(declaration::version_form))
        .route("/declaration/import", get(declaration::import).post(declaration::do_read).layer(form_upload))
        .route("/declaration/import/apply", post(declaration::do_apply).layer(form_apply))
        .route("/declaration/header", get(declaration::header).post(declaration::do_header))
        .route("/declaration/publication", get(declaration::publication).post(declaration::do_set))
        .route("/declaration/publication/check", post(declaration::do_check))
        .route("/declaration/publication/confirm", post(declaration::do_confirm))
        .route("/proposals/accept", post(declaration::do_accept))
        .route("/proposals/{id}/refuse", post(declaration::do_refuse))
        .route("/proposals/{id}/withdraw", post(declaration::do_withdraw))
}

/// People, and what each does about the own account.
fn people() -> Router<Site> {
    Router::new()
        .route("/people", get(persons::people))
        .route("/people/new", get(persons::new).post(persons::do_new))
        .route("/people/{id}", get(persons::person))
        .route("/people/{id}/role", post(persons::do_role))
        .route("/people/{id}/disable", post(persons::do_disable))
        .route("/people/{id}/enable", post(persons::do_enable))
        .route("/people/{id}/reset", post(persons::do_reset))
        .route("/people/{id}/email", post(persons::do_email))
        .route("/people/{id}/unbind", post(persons::do_unbind))
        .route("/account", get(account::account).post(account::do_profile))
        .route("/account/password", post(account::do_password))
        .route("/account/second-factor", get(account::second_factor).post(account::do_second_factor))
        .route("/account/second-factor/remove", post(account::do_remove))
        .route("/account/recovery-codes", post(account::do_codes))
        .route("/account/identity", post(identity::do_bind))
        .route("/account/identity/unbind", post(identity::do_unbind))
        .route("/account/sessions/end", post(account::do_end_others))
}

/// `GET /live`
async fn changes(State(site): State<Site>) -> impl IntoResponse {
    live::stream(site.app.store.changes())
}

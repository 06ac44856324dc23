//! Every address with the right that it needs, in one table. A route cannot be added without
//! saying who may use it, and a test walks the table.

use crate::answer::{Stop, stop_page};
use crate::asked::Asked;
use crate::desk::Desk;
use crate::{
    board, campaign, contact, crisis, exchange, law, membership, organisation, panel, people, release, wage_census,
};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use federation::policy::{Action, Subject};
use std::sync::Arc;

/// What an address asks of whoever calls it. The page itself still asks for the subject that it
/// shows; this is the door, not the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: what everybody may see, and the door itself.
    Nothing,
    /// A session.
    SignedIn,
    /// The action, for some subject.
    Somewhere(Action),
    /// The action, for the federation as a whole.
    Federation(Action),
    /// A demonstration, on which a visitor chooses who to be.
    Demo,
}

macro_rules! routes {
    ($($method:ident $path:literal $needs:expr => $handler:path;)+) => {
        /// The table: method, address, need.
        pub const TABLE: &[(&str, &str, Needs)] = &[$((stringify!($method), $path, $needs)),+];

        fn areas(desk: &Arc<Desk>) -> Router<Arc<Desk>> {
            Router::new()
                $(.route(
                    $path,
                    routing::$method($handler).layer(from_fn_with_state((Arc::clone(desk), $needs), guard)),
                ))+
        }
    };
}

routes! {
    get "/" Needs::Nothing => campaign::pages::home;
    get "/help" Needs::Nothing => campaign::pages::help;
    get "/language/{tag}" Needs::Nothing => people::pages::language;
    get "/sign-in" Needs::Nothing => people::pages::sign_in;
    post "/sign-in" Needs::Nothing => people::forms::sign_in;
    get "/welcome" Needs::Nothing => people::pages::welcome;
    get "/welcome/{code}" Needs::Nothing => people::pages::welcome_code;
    post "/welcome" Needs::Nothing => people::forms::welcome;
    post "/sign-out" Needs::SignedIn => people::forms::sign_out;
    post "/sign-out-everywhere" Needs::SignedIn => people::forms::sign_out_everywhere;
    get "/account" Needs::SignedIn => people::pages::account;
    get "/people" Needs::Somewhere(Action::SeePeople) => people::pages::list;
    get "/people/hand-over" Needs::Somewhere(Action::SeePeople) => people::handover::show;
    get "/people/new" Needs::Somewhere(Action::Invite) => people::pages::new;
    post "/people/new" Needs::Somewhere(Action::Invite) => people::forms::open;
    post "/people/{account}/invite" Needs::Somewhere(Action::Invite) => people::forms::invite;
    post "/people/duties/{duty}/end" Needs::Somewhere(Action::GrantDuty) => people::forms::end_duty;
    get "/today" Needs::SignedIn => campaign::pages::today;
    get "/units/{unit}" Needs::Somewhere(Action::SeeHistory) => campaign::pages::unit;
    get "/units/{unit}/years/{year}" Needs::Somewhere(Action::SeeHistory) => campaign::past_year::show;
    get "/units/{unit}/report" Needs::Somewhere(Action::SeeHistory) => campaign::pages::report;
    post "/units/{unit}/report" Needs::Somewhere(Action::SeeHistory) => campaign::forms::report;
    get "/units/{unit}/situation/{zone}" Needs::Somewhere(Action::SeeHistory) => campaign::pages::situation;
    post "/units/{unit}/situation/{zone}" Needs::Somewhere(Action::SeeHistory) => campaign::forms::situation;
    get "/units/{unit}/strike-mandate" Needs::Somewhere(Action::SeeHistory) => campaign::pages::strike_mandate;
    post "/units/{unit}/strike-mandate" Needs::Somewhere(Action::SeeHistory) => campaign::forms::strike_mandate;
    post "/units/{unit}/sharing" Needs::Somewhere(Action::SetSharing) => campaign::forms::sharing;
    post "/statements/{statement}/confirm" Needs::Somewhere(Action::Confirm) => campaign::forms::confirm;
    post "/statements/{statement}/withdraw" Needs::Somewhere(Action::Withdraw) => campaign::forms::withdraw;
    post "/statements/{statement}/keep" Needs::Somewhere(Action::DecideRivals) => campaign::forms::keep;
    get "/statements/{statement}/send-back" Needs::Somewhere(Action::SendBack) => campaign::send_back::ask;
    post "/statements/{statement}/send-back" Needs::Somewhere(Action::SendBack) => campaign::send_back::send_back;
    get "/statements/{statement}/questions/{question}" Needs::Somewhere(Action::SeeHistory)
        => campaign::send_back::question;
    post "/statements/{statement}/questions/{question}" Needs::Somewhere(Action::SeeHistory)
        => campaign::send_back::answer;
    post "/statements/{statement}/questions/{question}/take-back" Needs::Somewhere(Action::SendBack)
        => campaign::send_back::take_back;
    get "/statements/{statement}/move" Needs::Somewhere(Action::Withdraw) => campaign::move_to::form;
    post "/statements/{statement}/move" Needs::Somewhere(Action::Withdraw) => campaign::move_to::move_to;
    post "/statements/{statement}/restore" Needs::Somewhere(Action::Withdraw) => campaign::move_to::restore;
    get "/regions/{region}/confirm" Needs::Somewhere(Action::Confirm) => campaign::confirm_many::list;
    post "/regions/{region}/confirm" Needs::Somewhere(Action::Confirm) => campaign::confirm_many::confirm;
    get "/units/{unit}/history" Needs::Somewhere(Action::SeeHistory) => campaign::history::page;
    post "/units/{unit}/expected" Needs::Somewhere(Action::SeeHistory) => campaign::expected::record;
    put "/drafts/{*form}" Needs::SignedIn => campaign::forms::put_draft;
    delete "/drafts/{*form}" Needs::SignedIn => campaign::forms::delete_draft;
    post "/drafts/{*form}" Needs::SignedIn => campaign::forms::discard_draft;
    get "/participants" Needs::Somewhere(Action::SeeParticipants) => campaign::participants::participants;
    get "/regions" Needs::Somewhere(Action::SeeRegion) => campaign::pages::regions;
    get "/regions/{region}" Needs::Somewhere(Action::SeeRegion) => campaign::pages::region;
    get "/regions/{region}/workbook.xlsx" Needs::Somewhere(Action::ReportByProxy) => exchange::templates::workbook;
    get "/regions/{region}/forms" Needs::Somewhere(Action::ReportByProxy) => exchange::form::of_region;
    get "/units/{unit}/template.xlsx" Needs::Somewhere(Action::SeeHistory) => exchange::templates::unit;
    get "/units/{unit}/everything" Needs::Somewhere(Action::SeeHistory) => exchange::everything::of_unit;
    get "/units/{unit}/form" Needs::Somewhere(Action::SeeHistory) => exchange::form::of_unit;
    get "/regions/{region}/live" Needs::Somewhere(Action::SeeRegion) => campaign::pages::region_live;
    get "/calls" Needs::Somewhere(Action::Call) => contact::list::all;
    get "/regions/{region}/calls" Needs::Somewhere(Action::Call) => contact::list::of_region;
    get "/regions/{region}/calls/print" Needs::Somewhere(Action::Call) => contact::print::sheet;
    get "/regions/{region}/calls/{unit}" Needs::Somewhere(Action::Call) => contact::call::page;
    post "/regions/{region}/calls/{unit}" Needs::Somewhere(Action::Call) => contact::forms::called;
    post "/calls/{call}/undo" Needs::Somewhere(Action::Call) => contact::forms::undo;
    get "/units/{unit}/contact" Needs::Somewhere(Action::SetContact) => contact::details::form;
    post "/units/{unit}/contact" Needs::Somewhere(Action::SetContact) => contact::details::save;
    get "/units/{unit}/case" Needs::Somewhere(Action::ManageCase) => crisis::case::page;
    post "/units/{unit}/case/{step}" Needs::Somewhere(Action::ManageCase) => crisis::forms::case;
    get "/suspensions" Needs::Somewhere(Action::SeeHistory) => crisis::held::register;
    get "/units/{unit}/alert" Needs::Somewhere(Action::Alert) => crisis::alerts::form;
    post "/units/{unit}/alert" Needs::Somewhere(Action::Alert) => crisis::forms::raise;
    get "/alerts" Needs::Somewhere(Action::SeeAlerts) => crisis::alerts::list;
    get "/alerts/live" Needs::Somewhere(Action::SeeAlerts) => crisis::alerts::live;
    get "/alerts/{alert}" Needs::Somewhere(Action::SeeAlerts) => crisis::alerts::one;
    post "/alerts/{alert}/acknowledge" Needs::Somewhere(Action::SeeAlerts) => crisis::forms::acknowledge;
    get "/board" Needs::Federation(Action::SeeBoard) => board::pages::show;
    get "/board/live" Needs::Federation(Action::SeeBoard) => board::pages::live;
    get "/board/source" Needs::Federation(Action::SeeBoard) => board::pages::source;
    get "/board/years" Needs::Federation(Action::SeeBoard) => board::years::show;
    get "/board/same-unions" Needs::Federation(Action::SeeBoard) => board::same_unions::show;
    get "/board/same-unions/rows" Needs::Federation(Action::SeeBoard) => board::same_unions::rows;
    get "/board/same-unions/export" Needs::Federation(Action::SeeBoard) => board::same_unions::export;
    get "/board/export" Needs::Federation(Action::SeeBoard) => board::pages::export;
    get "/meetings/late" Needs::Somewhere(Action::SeeRegion) => campaign::meeting::late;
    get "/units/{unit}/follow-up" Needs::Somewhere(Action::FollowUp) => campaign::follow_up::show;
    post "/units/{unit}/follow-up" Needs::Somewhere(Action::FollowUp) => campaign::follow_up::record;
    get "/section" Needs::Somewhere(Action::SeeSection) => campaign::section_page::show;
    get "/panel" Needs::Somewhere(Action::SeePanel) => panel::pages::show;
    post "/panel/pick" Needs::Somewhere(Action::ProposeForPanel) => panel::forms::pick;
    post "/panel/freeze" Needs::Federation(Action::RunPanel) => panel::forms::freeze;
    post "/panel/thaw" Needs::Federation(Action::RunPanel) => panel::forms::thaw;
    post "/panel/change" Needs::Federation(Action::RunPanel) => panel::forms::change;
    get "/releases" Needs::Nothing => release::archive::list;
    get "/releases/feed.atom" Needs::Nothing => release::archive::feed;
    get "/releases/recipients" Needs::Federation(Action::DeliverRelease) => release::handing::register;
    post "/releases/recipients" Needs::Federation(Action::DeliverRelease) => release::handing::add;
    post "/releases/recipients/{recipient}/strike" Needs::Federation(Action::DeliverRelease)
        => release::handing::strike;
    get "/releases/{release}" Needs::Nothing => release::pages::show;
    get "/releases/{release}/tables.csv" Needs::Nothing => release::pages::export;
    get "/releases/{release}/check" Needs::Federation(Action::VerifyJournal) => release::check::show;
    get "/releases/{release}/sheet" Needs::Nothing => release::sheet::show;
    get "/releases/{release}/sheet.xlsx" Needs::Nothing => release::sheet::export;
    get "/releases/{release}/regions/{region}" Needs::Somewhere(Action::SeeRegion) => release::packs::region;
    post "/releases/{release}/regions/{region}" Needs::Somewhere(Action::ReceiveRelease)
        => release::packs::receive;
    get "/releases/{release}/packs.zip" Needs::Somewhere(Action::SeeRegion) => release::bundle::packs;
    get "/releases/{release}/totals/{recipient}/{format}" Needs::Federation(Action::DeliverRelease)
        => release::packs::totals_file;
    get "/releases/{release}/deliveries" Needs::Federation(Action::DeliverRelease) => release::handing::deliveries;
    post "/releases/{release}/deliveries" Needs::Federation(Action::DeliverRelease) => release::handing::mark;
    get "/releases/{release}/notices/{receiver}" Needs::SignedIn => release::handing::notice_page;
    post "/releases/{release}/notices/{receiver}" Needs::Somewhere(Action::ReceiveRelease)
        => release::handing::acknowledge;
    get "/prepare" Needs::Federation(Action::PrepareRelease) => release::pages::prepare;
    post "/prepare" Needs::Federation(Action::PrepareRelease) => release::forms::prepare;
    post "/prepare/{release}/approve" Needs::Federation(Action::ApproveRelease) => release::approval::approve;
    post "/prepare/{release}/return" Needs::Federation(Action::ApproveRelease) => release::approval::send_back;
    post "/prepare/{release}/cancel" Needs::Federation(Action::PrepareRelease) => release::forms::cancel;
    get "/law" Needs::Nothing => law::pages::list;
    get "/law/changes" Needs::Nothing => law::pages::what_changed;
    get "/law/minimum-wages" Needs::Nothing => law::pages::minimum_wages;
    get "/law/older-worker-model" Needs::Nothing => law::pages::older_worker_model;
    get "/law/values" Needs::Nothing => law::pages::values;
    get "/law/{calculator}" Needs::Nothing => law::pages::calculator;
    get "/journal" Needs::Federation(Action::VerifyJournal) => board::pages::journal;
    post "/journal/verify" Needs::Federation(Action::VerifyJournal) => board::pages::verify;
    get "/organisations" Needs::Federation(Action::ManageOrganisations) => organisation::pages::list;
    get "/organisations/new" Needs::Federation(Action::ManageOrganisations) => organisation::pages::new;
    post "/organisations/new" Needs::Federation(Action::ManageOrganisations) => organisation::forms::register;
    get "/organisations/{organisation}" Needs::Federation(Action::ManageOrganisations) => organisation::pages::one;
    post "/organisations/{organisation}/{change}" Needs::Federation(Action::ManageOrganisations)
        => organisation::forms::change;
    get "/setup" Needs::Federation(Action::ManageOrganisations) => exchange::setup::show;
    post "/setup/campaign" Needs::Federation(Action::ManageOrganisations) => exchange::setup::open;
    post "/setup/printed" Needs::Federation(Action::ManageOrganisations) => exchange::setup::printed;
    post "/setup/undo" Needs::Federation(Action::ManageOrganisations) => exchange::setup::undo;
    get "/imports" Needs::Somewhere(Action::Import) => exchange::import::form;
    post "/imports" Needs::Somewhere(Action::Import) => exchange::import::send;
    get "/imports/columns" Needs::Somewhere(Action::Import) => exchange::import::columns;
    post "/imports/columns" Needs::Somewhere(Action::Import) => exchange::import::say_columns;
    get "/imports/preview" Needs::Somewhere(Action::Import) => exchange::import::preview;
    post "/imports/preview" Needs::Somewhere(Action::Import) => exchange::import::accept;
    get "/imports/annotated.xlsx" Needs::Somewhere(Action::Import) => exchange::import::annotated;
    get "/imports/{import}" Needs::Somewhere(Action::Import) => exchange::import_result::show;
    get "/imports/{import}/live" Needs::Somewhere(Action::Import) => exchange::import_result::progress_live;
    get "/imports/{import}/file" Needs::Somewhere(Action::Import) => exchange::import_result::file;
    post "/imports/{import}/decide" Needs::Somewhere(Action::Import) => exchange::import_result::decide;
    post "/imports/{import}/undo" Needs::Somewhere(Action::Import) => exchange::import_result::undo;
    get "/census" Needs::Somewhere(Action::SeeWageCensus) => wage_census::pages::list;
    post "/census" Needs::Federation(Action::RunWageCensus) => wage_census::forms::open;
    get "/census/{round}" Needs::Somewhere(Action::SeeWageCensus) => wage_census::pages::show;
    post "/census/{round}/close" Needs::Federation(Action::RunWageCensus) => wage_census::forms::close;
    get "/census/{round}/book" Needs::Somewhere(Action::SeeWageCensus) => wage_census::book_pages::show;
    post "/census/{round}/book" Needs::Federation(Action::RunWageCensus) => wage_census::book_pages::release;
    get "/census/{round}/making" Needs::Federation(Action::RunWageCensus) => wage_census::book_pages::preview;
    get "/census/{round}/units/{unit}/pack" Needs::Somewhere(Action::HandInWages) => wage_census::pack::show;
    get "/census/{round}/units/{unit}" Needs::Somewhere(Action::HandInWages) => wage_census::own::show;
    get "/census/{round}/units/{unit}/plot.svg" Needs::Somewhere(Action::HandInWages)
        => wage_census::own::plot_file;
    post "/census/{round}/units/{unit}/withdraw" Needs::Somewhere(Action::HandInWages)
        => wage_census::forms::withdraw;
    get "/census/{round}/units/{unit}/file" Needs::Somewhere(Action::HandInWages) => wage_census::hand_in::form;
    post "/census/{round}/units/{unit}/file" Needs::Somewhere(Action::HandInWages) => wage_census::hand_in::send;
    get "/census/{round}/units/{unit}/columns" Needs::Somewhere(Action::HandInWages)
        => wage_census::hand_in::columns;
    post "/census/{round}/units/{unit}/columns" Needs::Somewhere(Action::HandInWages)
        => wage_census::hand_in::say_columns;
    get "/census/{round}/units/{unit}/preview" Needs::Somewhere(Action::HandInWages)
        => wage_census::hand_in::preview;
    post "/census/{round}/units/{unit}/preview" Needs::Somewhere(Action::HandInWages)
        => wage_census::hand_in::accept;
    get "/census/{round}/units/{unit}/annotated.xlsx" Needs::Somewhere(Action::HandInWages)
        => wage_census::hand_in::annotated;
    get "/membership" Needs::Federation(Action::CountMembers) => membership::pages::whole;
    post "/membership" Needs::Federation(Action::RunCampaign) => membership::forms::open;
    get "/membership/export" Needs::Federation(Action::CountMembers) => membership::pages::download;
    post "/membership/close" Needs::Federation(Action::RunCampaign) => membership::forms::close;
    get "/regions/{region}/membership" Needs::Somewhere(Action::SeeRegion) => membership::pages::region;
    post "/regions/{region}/membership/confirm" Needs::Somewhere(Action::Confirm)
        => membership::forms::confirm_all;
    post "/regions/{region}/membership/remind" Needs::Somewhere(Action::SeeRegion) => membership::forms::remind;
    get "/regions/{region}/membership/form.xlsx" Needs::Somewhere(Action::CountMembers)
        => membership::templates::of_region;
    get "/regions/{region}/membership/form" Needs::Somewhere(Action::CountMembers)
        => membership::templates::paper_of_region;
    get "/units/{unit}/membership/form.xlsx" Needs::Somewhere(Action::CountMembers)
        => membership::templates::of_unit;
    get "/units/{unit}/membership/form" Needs::Somewhere(Action::CountMembers)
        => membership::templates::paper_of_unit;
    get "/units/{unit}/membership" Needs::Somewhere(Action::SeeHistory) => membership::unit_form::show;
    post "/units/{unit}/membership" Needs::Somewhere(Action::CountMembers) => membership::unit_form::send;
    post "/units/{unit}/membership/decline" Needs::Somewhere(Action::CountMembers)
        => membership::unit_form::decline;
    post "/units/{unit}/membership/confirm" Needs::Somewhere(Action::Confirm) => membership::unit_form::confirm;
    get "/campaigns/next" Needs::Federation(Action::RunCampaign) => campaign::next::show;
    post "/campaigns/next" Needs::Federation(Action::RunCampaign) => campaign::next::step;
    post "/campaigns/next/file" Needs::Federation(Action::RunCampaign) => campaign::next::file;
    get "/campaigns" Needs::Federation(Action::RunCampaign) => campaign::run::list;
    post "/campaigns" Needs::Federation(Action::RunCampaign) => campaign::run::open;
    get "/campaigns/{campaign}/kit" Needs::Federation(Action::RunCampaign) => campaign::kit::show;
    post "/campaigns/{campaign}/kit" Needs::Federation(Action::RunCampaign) => campaign::kit::adopt;
    get "/campaigns/{campaign}/kit.toml" Needs::Federation(Action::RunCampaign) => campaign::kit::file;
    post "/campaigns/{campaign}/kit/file" Needs::Federation(Action::RunCampaign) => campaign::kit::look;
    post "/campaigns/{campaign}/{step}" Needs::Federation(Action::RunCampaign) => campaign::run::change;
    get "/demo" Needs::Demo => people::pages::demo;
    post "/demo" Needs::Demo => people::forms::demo;
}

/// All routes of one federation, with the files that the pages need. Wrap it with
/// [`crate::shell::wrap`] before serving.
pub fn router(desk: &Arc<Desk>) -> Router {
    areas(desk)
        .fallback_service(
            routing::any(not_found)
                .layer(from_fn_with_state((Arc::clone(desk), Needs::Nothing), guard))
                .with_state(Arc::clone(desk)),
        )
        .merge(crate::shell::assets::routes())
        .with_state(Arc::clone(desk))
}

async fn not_found() -> Stop {
    Stop::NotFound
}

async fn guard(State((desk, needs)): State<(Arc<Desk>, Needs)>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let asked = Asked::new(desk, request.headers(), path);
    people::touch(&asked);
    if let Some(stop) = refused(&asked, needs) {
        // Whoever opened a page by a link wants the sign-in page and then the page.
        if matches!(stop, Stop::SignIn) && request.method().is_safe() {
            return crate::answer::see(&format!("/sign-in?to={}", people::encode(&asked.path)));
        }
        return stop_page(&asked, &stop);
    }
    request.extensions_mut().insert(asked.clone());
    let safe = request.method().is_safe();
    let mut response = next.run(request).await;
    let shown = safe && response.status().is_success();
    if let Some(file) = shown.then(|| exchange::export::taken(&asked)).flatten() {
        response = file.into_response();
    }
    match response.extensions().get::<Stop>() {
        Some(stop) => stop_page(&asked, &stop.clone()),
        None => response,
    }
}

fn refused(asked: &Asked, needs: Needs) -> Option<Stop> {
    let allowed = match needs {
        Needs::Nothing => true,
        Needs::SignedIn => asked.signed.is_some(),
        Needs::Somewhere(action) => asked.viewer.may_somewhere(action),
        Needs::Federation(action) => asked.may(action, Subject::Federation),
        Needs::Demo => asked.desk.options.demo,
    };
    if allowed {
        return None;
    }
    Some(match (needs, &asked.signed) {
        (Needs::Demo, _) => Stop::NotFound,
        (_, None) => Stop::SignIn,
        _ => Stop::Forbidden,
    })
}

//! The frame of our pages: who looks, where one can go, what the figures know.

use crate::asked::Asked;
use crate::look::{NavGroup, NavItem, Page, Seal, SignOut, ViewerLabel};
use federation::organisation::{OrganisationId, OrganisationKind};
use federation::policy::{Action, Subject};
use kernel::{Arg, Date, Digest, Seq};

/// A page of the federation with navigation for this viewer.
pub fn page<'a>(asked: &'a Asked, title: &str) -> Page<'a> {
    let speaker = &asked.speaker;
    let foundation = asked.state().organisations.foundation.as_ref();
    let mut page = Page::new(asked, asked.language(), title)
        .organisation(foundation.map_or("", |foundation| foundation.name.as_str()))
        .fictitious(foundation.is_some_and(|foundation| foundation.fictitious))
        .printed_on(speaker.date(asked.today()))
        .csrf(asked.csrf())
        .nav(nav(asked))
        .footer_links(footer_links(asked))
        .languages(languages(asked));
    if let Some(viewer) = viewer_label(asked) {
        page = page.viewer(viewer);
    }
    if federation::crisis::view::waiting(asked.state(), &asked.viewer) > 0 {
        page = page.banner(crate::crisis::alerts::banner(speaker, asked.state(), &asked.viewer));
    }
    page
}

/// The same for staff: figures that are not public.
pub fn internal_page<'a>(asked: &'a Asked, title: &str) -> Page<'a> {
    page(asked, title).handling(asked.speaker.text("page.handling"))
}

fn item(asked: &Asked, key: &str, href: &str) -> NavItem {
    let path = asked.path.split('?').next().unwrap_or_default();
    let current = path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    NavItem { label: asked.speaker.text(key).to_owned(), href: href.to_owned(), current, count: None }
}

/// From how many entries on the menu is divided into groups; a shorter one is read at a glance.
const GROUPED_FROM: usize = 10;

/// The menu in the order of the work: what is mine, what comes in, what goes out, what stands
/// behind it.
fn nav(asked: &Asked) -> Vec<NavGroup> {
    let groups = [
        (None, mine(asked)),
        (Some("nav.group.gathering"), gathering(asked)),
        (Some("nav.group.figures"), figures(asked)),
        (Some("nav.group.office"), office(asked)),
    ];
    if groups.iter().map(|(_, items)| items.len()).sum::<usize>() < GROUPED_FROM {
        let items = groups.into_iter().flat_map(|(_, items)| items).collect();
        return vec![NavGroup { heading: None, items }];
    }
    let filled = groups.into_iter().filter(|(_, items)| !items.is_empty());
    filled
        .map(|(heading, items)| NavGroup { heading: heading.map(|key| asked.speaker.text(key).to_owned()), items })
        .collect()
}

/// What stands open all day: today, the board, one's own units.
fn mine(asked: &Asked) -> Vec<NavItem> {
    let mut items = Vec::new();
    if asked.signed.is_some() {
        items.push(item(asked, "nav.today", "/today"));
    }
    if asked.may(Action::SeeBoard, Subject::Federation) {
        items.push(item(asked, "nav.board", "/board"));
    }
    for unit in crate::campaign::own_units(asked) {
        let href = format!("/units/{}", unit.code);
        items.push(NavItem { label: unit.name, current: asked.path.starts_with(&href), href, count: None });
    }
    items
}

/// What comes in.
fn gathering(asked: &Asked) -> Vec<NavItem> {
    let mut items = Vec::new();
    let anywhere = |action| asked.viewer.may_somewhere(action);
    if anywhere(Action::SeeRegion) {
        let regions = item(asked, "nav.regions", "/regions");
        items.push(NavItem { current: regions.current && !asked.path.contains("/calls"), ..regions });
    }
    if anywhere(Action::Call) {
        let calls = item(asked, "nav.calls", "/calls");
        items.push(NavItem { current: calls.current || asked.path.contains("/calls"), ..calls });
    }
    if anywhere(Action::SeeRegion) {
        items.push(item(asked, "nav.suspensions", "/suspensions"));
    }
    if anywhere(Action::SeeParticipants) {
        items.push(item(asked, "nav.participants", "/participants"));
    }
    if anywhere(Action::SeeSection) {
        items.push(item(asked, "nav.section", "/section"));
    }
    if anywhere(Action::FollowUp) {
        items.push(item(asked, "meeting.title", "/meetings/late"));
    }
    if anywhere(Action::SeeWageCensus) {
        items.push(item(asked, "nav.census", "/census"));
    }
    if anywhere(Action::Import) {
        items.push(item(asked, "nav.imports", "/imports"));
    }
    items
}

/// What goes out.
fn figures(asked: &Asked) -> Vec<NavItem> {
    let mut items = Vec::new();
    if asked.viewer.may_somewhere(Action::SeePanel) {
        items.push(item(asked, "nav.panel", "/panel"));
    }
    items.push(item(asked, "nav.releases", "/releases"));
    if asked.viewer.may_somewhere(Action::PrepareRelease) {
        items.push(item(asked, "nav.prepare", "/prepare"));
    }
    items
}

/// What stands behind it: campaigns, organisations, people, and oneself.
fn office(asked: &Asked) -> Vec<NavItem> {
    let mut items = Vec::new();
    let federation = |action| asked.may(action, Subject::Federation);
    if federation(Action::RunCampaign) {
        items.push(item(asked, "nav.campaigns", "/campaigns"));
    }
    if federation(Action::CountMembers) {
        items.push(item(asked, "nav.membership", "/membership"));
    }
    if federation(Action::ManageOrganisations) {
        items.push(item(asked, "nav.organisations", "/organisations"));
    }
    if asked.viewer.may_somewhere(Action::Invite) || asked.viewer.may_somewhere(Action::SeePeople) {
        items.push(item(asked, "nav.people", "/people"));
    }
    if federation(Action::VerifyJournal) {
        items.push(item(asked, "nav.journal", "/journal"));
    }
    match asked.signed {
        Some(_) => items.push(item(asked, "nav.account", "/account")),
        None => items.push(item(asked, "nav.sign-in", "/sign-in")),
    }
    items
}

fn footer_links(asked: &Asked) -> Vec<(String, String)> {
    let mut links = vec![
        (asked.speaker.text("nav.help").to_owned(), "/help".to_owned()),
        (asked.speaker.text("law.page-title").to_owned(), "/law".to_owned()),
    ];
    if asked.desk.options.demo {
        links.push((asked.speaker.text("nav.choose").to_owned(), "/demo".to_owned()));
    }
    links
}

/// The other languages, each leading back to this page.
fn languages(asked: &Asked) -> Vec<(String, String, String)> {
    let here = crate::people::encode(&asked.path);
    let others = texts::Locale::ALL.iter().filter(|info| info.tag != asked.language());
    others
        .map(|info| (info.tag.to_owned(), info.own_name.to_owned(), format!("/language/{}?to={here}", info.tag)))
        .collect()
}

/// An organisation's name in the viewer's language; unions have one name only.
pub fn organisation_name(asked: &Asked, id: OrganisationId) -> String {
    let Some(found) = asked.state().organisations.get(id) else { return String::new() };
    match found.kind {
        OrganisationKind::Region => {
            let name = federation::board::view::region_name(asked.state(), id, &found.code);
            name.of(asked.language()).to_owned()
        }
        _ => found.name_on(asked.today()).to_owned(),
    }
}

fn viewer_label(asked: &Asked) -> Option<ViewerLabel> {
    let signed = asked.signed.as_ref()?;
    let state = asked.state();
    let account = state.people.accounts.get(&signed.account)?;
    let duties = asked.viewer.duties().iter().map(|duty| {
        let organisation = organisation_name(asked, duty.organisation);
        format!("{} {organisation}", asked.speaker.label(&format!("role.{}", duty.role.word())))
    });
    Some(ViewerLabel {
        // One's own name is no access to somebody's data.
        name: asked.desk.read_unlogged("name", &account.name).unwrap_or_default(),
        duty: duties.collect::<Vec<_>>().join("、"),
        account: signed.account.to_string(),
        sign_out: Some(SignOut {
            action: "/sign-out".to_owned(),
            label: asked.speaker.text("nav.sign-out").to_owned(),
        }),
    })
}

/// 「3月16日 14:05 現在 記録 12,345」.
pub fn as_of(asked: &Asked, seq: Seq, day: Date) -> String {
    let entry = Arg::Count(i64::try_from(seq.0).unwrap_or(i64::MAX));
    asked.speaker.say("page.as-of", &[("day", Arg::Date(day)), ("entry", entry)])
}

/// Number and hash of an entry, for those who may check the journal.
pub fn seal(seq: Seq, hash: Digest) -> Seal {
    Seal { entry: seq.0, hash: hash.to_string() }
}

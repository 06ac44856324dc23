//! From the journal to the content of a release: which states it is made of, and the same again for
//! what was released before.
//!
//! Nothing here draws; a page, a command and the check of the command line are three users of it.

use super::{day_of, which_of};
use crate::desk::Desk;
use federation::State;
use federation::board::publish::{Made, Publication, Told, definition_digest, published_definition};
use federation::campaign::{Campaign, CampaignId};
use federation::names::CodeName;
use federation::policy::Viewer;
use federation::release::check::{Difference, differences};
use federation::release::checklist::{Checklist, checklist};
use federation::release::correction::corrected;
use federation::release::rules::{Corrects, Prepare};
use federation::release::{DisclosureRule, Release, ReleaseContent, ReleaseId};
use journal::{Fault, Published};
use kernel::{Seq, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What published releases told. A release never changes, so it is computed once for each process.
#[derive(Default)]
pub struct ToldBefore(Mutex<BTreeMap<ReleaseId, Arc<Told>>>);

/// What a release is made of, with the states that it is read from.
#[derive(Clone)]
pub(crate) struct Making {
    /// What was known at the snapshot.
    pub facts: Arc<State>,
    /// 公開範囲, earlier releases and corrections as of this.
    pub present: Arc<State>,
    /// The campaign, corrected where the release is a correction.
    pub campaign: Campaign,
    /// The round.
    pub round: CodeName,
    /// The instant of the snapshot.
    pub snapshot_at: Timestamp,
    /// The rule of disclosure.
    pub rule: DisclosureRule,
    /// What it corrects.
    pub corrects: Option<ReleaseId>,
}

impl Making {
    /// What a round would say, facts at its snapshot, everything else as of `present`.
    pub(crate) fn of_round(
        facts: Arc<State>,
        present: Arc<State>,
        campaign: CampaignId,
        round: CodeName,
        snapshot_at: Timestamp,
        corrects: Option<ReleaseId>,
    ) -> Option<Making> {
        let then = facts.campaigns.get(campaign)?;
        let campaign = match corrects {
            Some(_) => corrected(then, present.campaigns.get(campaign)?),
            None => then.clone(),
        };
        let rule = DisclosureRule::AllReleases;
        Some(Making { facts, present, campaign, round, snapshot_at, rule, corrects })
    }

    /// What a release was made of.
    pub(crate) fn of_release(desk: &Desk, release: &Release) -> Result<Making, Fault> {
        let prepared = &release.prepared;
        let facts = desk.engine.state_at_blocking(prepared.known_at)?;
        let made_at = prepared.made_at.unwrap_or(Seq(release.seq.0.saturating_sub(1)));
        let present = desk.engine.state_at_blocking(made_at)?;
        let gone = || Fault::Panicked("a release without its campaign".to_owned());
        let then = facts.campaigns.get(prepared.campaign).ok_or_else(gone)?;
        let campaign = match (&prepared.correction, present.campaigns.get(prepared.campaign)) {
            (Some(_), Some(later)) => corrected(then, later),
            _ => then.clone(),
        };
        Ok(Making {
            campaign,
            round: prepared.round.clone(),
            snapshot_at: prepared.snapshot_at,
            rule: prepared.disclosure,
            corrects: prepared.corrects,
            facts,
            present,
        })
    }

    fn publication<'a>(&'a self, told: &'a [Told]) -> Publication<'a> {
        Publication {
            facts: &self.facts,
            present: &self.present,
            campaign: &self.campaign,
            which: which_of(&self.round),
            day: day_of(&self.facts, self.snapshot_at),
            rule: self.rule,
            corrects: self.corrects,
            told,
        }
    }

    /// Everything that was told before it, in this campaign and the one before.
    fn told(&self, desk: &Desk) -> Result<Vec<Told>, Fault> {
        if self.rule == DisclosureRule::OneTable {
            return Ok(Vec::new());
        }
        let before = self.facts.campaigns.before(&self.campaign).map(|campaign| campaign.id);
        let mut told = Vec::new();
        for release in self.present.releases.told() {
            let prepared = &release.prepared;
            if prepared.campaign == self.campaign.id || Some(prepared.campaign) == before {
                told.extend(desk.told.of(desk, release)?.map(|told| told.as_ref().clone()));
            }
        }
        Ok(told)
    }

    /// The content.
    pub(crate) fn make(&self, desk: &Desk) -> Result<Option<Made>, Fault> {
        let told = self.told(desk)?;
        Ok(self.publication(&told).make())
    }

    /// The check list for it, beside the last release of the same kind in the campaign.
    pub(crate) fn checklist(
        &self,
        desk: &Desk,
        content: &ReleaseContent,
        viewer: &Viewer,
    ) -> Result<Checklist, Fault> {
        let alike = |release: &&Release| {
            let prepared = &release.prepared;
            let same = prepared.campaign == self.campaign.id;
            let other = prepared.round != self.round || self.corrects.is_some();
            let earlier = prepared.snapshot_at <= self.snapshot_at;
            same && other && earlier && which_of(&prepared.round) == which_of(&self.round)
        };
        let before = self.present.releases.published().map(|(release, ..)| release).find(alike);
        let made = before.map(|release| Making::of_release(desk, release)).transpose()?;
        let then = made.as_ref().map(|made| made.publication(&[]));
        let before = then.as_ref().zip(before.map(|release| release.prepared.content.as_ref()));
        Ok(checklist(&self.publication(&[]), content, before, viewer))
    }
}

/// A round with its figures, as somebody would freeze them now.
pub struct Frozen {
    /// The entry of the snapshot.
    pub known_at: Seq,
    /// The entry as of which everything else was taken.
    pub made_at: Seq,
    /// The content, with what is worth knowing about it.
    pub made: Made,
    making: Making,
}

impl Frozen {
    /// The figures of a round as of an instant that has passed; with `corrects`, the facts of that
    /// release with their mistakes mended. Nothing where no campaign was open then.
    ///
    /// # Errors
    /// The instant has not passed, or the journal could not be read.
    pub async fn of_round(
        desk: &Arc<Desk>,
        round: &CodeName,
        snapshot_at: Timestamp,
        corrects: Option<ReleaseId>,
    ) -> Result<Option<Frozen>, Fault> {
        let published = desk.now();
        let corrected = corrects.and_then(|id| published.state.releases.get(id));
        let (known_at, snapshot_at) = match corrected {
            Some(release) => (release.prepared.known_at, release.prepared.snapshot_at),
            None => (desk.engine.seq_at(snapshot_at).await?, snapshot_at),
        };
        let facts = desk.engine.state_at(known_at).await?;
        Frozen::of(desk, &published, (facts, known_at), round, snapshot_at, corrects).await
    }

    /// The same of facts that were looked up already.
    pub(crate) async fn of(
        desk: &Arc<Desk>,
        published: &Published<State>,
        (facts, known_at): (Arc<State>, Seq),
        round: &CodeName,
        snapshot_at: Timestamp,
        corrects: Option<ReleaseId>,
    ) -> Result<Option<Frozen>, Fault> {
        let made_at = published.head.seq;
        let Some(campaign) = facts.campaigns.current().map(|campaign| campaign.id) else { return Ok(None) };
        let present = Arc::clone(&published.state);
        let making = Making::of_round(facts, present, campaign, round.clone(), snapshot_at, corrects);
        let Some(making) = making else { return Ok(None) };
        let desk = Arc::clone(desk);
        let work = move || {
            let made = making.make(&desk)?;
            Ok(made.map(|made| Frozen { known_at, made_at, made, making }))
        };
        beside(work).await
    }

    /// The check list for it.
    pub(crate) fn checklist(&self, desk: &Desk, viewer: &Viewer) -> Result<Checklist, Fault> {
        self.making.checklist(desk, &self.made.content, viewer)
    }

    /// Its campaign.
    pub(crate) fn campaign(&self) -> CampaignId {
        self.making.campaign.id
    }

    /// The instant of the snapshot.
    pub(crate) fn snapshot_at(&self) -> Timestamp {
        self.making.snapshot_at
    }

    /// What prepares it for that hour; nothing where the campaign's kit is gone.
    pub fn prepare(&self, corrects: Option<Corrects>, embargo_until: Timestamp) -> Option<Prepare> {
        let definition = published_definition(&self.making.present, self.campaign())?;
        Some(Prepare {
            campaign: self.campaign(),
            round: self.making.round.clone(),
            corrects,
            known_at: self.known_at,
            made_at: self.made_at,
            snapshot_at: self.making.snapshot_at,
            embargo_until,
            frame_version: self.making.campaign.frame.version,
            program_version: CodeName::new(env!("CARGO_PKG_VERSION")).ok()?,
            definition_digest: definition_digest(&definition),
            disclosure: self.making.rule,
            content: Box::new(self.made.content.clone()),
        })
    }
}

impl ToldBefore {
    fn of(&self, desk: &Desk, release: &Release) -> Result<Option<Arc<Told>>, Fault> {
        let id = release.prepared.release;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if kept.is_some() {
            return Ok(kept);
        }
        let making = Making::of_release(desk, release)?;
        let told = making.publication(&[]).told(id, &release.prepared.content).map(Arc::new);
        if let Some(told) = &told {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(told));
        }
        Ok(told)
    }
}

/// Computes a stored release again, from the journal alone: every place in which it would differ.
///
/// # Errors
/// The journal could not be read.
pub fn check(desk: &Desk, release: &Release) -> Result<Vec<Difference>, Fault> {
    let made = Making::of_release(desk, release)?.make(desk)?;
    let content = made.map(|made| made.content).unwrap_or_default();
    Ok(differences(&release.prepared.content, &content))
}

/// How many totals a waiting correction tells although they give something away about one or two
/// unions: what the second person has to know before approving. None for a first publication.
///
/// # Errors
/// The journal could not be read.
pub(crate) fn given_away(desk: &Desk, release: &Release) -> Result<usize, Fault> {
    if release.prepared.corrects.is_none() {
        return Ok(0);
    }
    let made = Making::of_release(desk, release)?.make(desk)?;
    Ok(made.map_or(0, |made| made.given_away))
}

/// Runs what reads the past beside the threads that serve.
pub(crate) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Fault::Panicked(error.to_string())))
}

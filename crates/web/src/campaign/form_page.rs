//! The report form as a page, for a thumb on a train: one question after another, what was won
//! last year beside it, and everything rare folded away.

use super::entry::{About, Typed, known};
use crate::asked::Asked;
use crate::look::{
    Button, Choice, Column, Field, Form, NumberKind, Table, Words, error_summary, facts, fold, hidden,
    link_button, section, submit,
};
use crate::write;
use federation::campaign::content::Step;
use federation::campaign::fields::Said;
use federation::campaign::rules::Report;
use federation::campaign::standing::Standing;
use federation::campaign::state::Statement;
use federation::campaign::view::{StatementView, UnitPage};
use federation::campaign::{Campaign, Track};
use federation::kit::Kit;
use kernel::CommandId;
use maud::{Markup, html};

/// The word of a step in an address.
pub fn step_word(step: Step) -> &'static str {
    match step {
        Step::Demand => "demand",
        Step::Response => "response",
        Step::Continued => "continued",
        Step::Settlement => "settlement",
    }
}

/// The step of that word.
pub fn step_of(word: &str) -> Option<Step> {
    [Step::Demand, Step::Response, Step::Continued, Step::Settlement]
        .into_iter()
        .find(|step| step_word(*step) == word)
}

/// What a form page is made of.
pub struct FormPage<'a> {
    /// Who asks.
    pub asked: &'a Asked,
    /// What it is about.
    pub about: About<'a>,
    /// The unit's page, for names and last year.
    pub page: &'a UnitPage,
    /// What was typed.
    pub typed: &'a Typed,
    /// The id of the command that it would make.
    pub command_id: CommandId,
    /// Is it entered for the unit by somebody else?
    pub by_proxy: bool,
    /// Was a draft restored into it?
    pub restored: bool,
    /// Tracks on which the form has to ask how the report relates to what stands.
    pub ask_relation: Vec<Track>,
    /// What was typed, as it was read, where something else stands that was not seen.
    pub said: &'a [Report],
    /// On a call of this region's list: what is sent is what came of the call.
    pub call: Option<&'a str>,
}

impl FormPage<'_> {
    pub(super) fn text(&self, key: &str) -> String {
        self.asked.text(key)
    }

    pub(super) fn field(&self, name: &str, label_key: &str) -> Field {
        Field::new(name, self.text(label_key))
            .value(self.typed.get(name))
            .error(self.typed.errors.get(name).cloned())
    }

    pub(super) fn number(&self, name: &str, label_key: &str, kind: NumberKind) -> Markup {
        let mut field = self.field(name, label_key);
        if let Some(last) = self.last_year(name) {
            field = field.last_year(last);
        }
        html! {
            (field.number(self.asked, kind))
            (self.question(name))
        }
    }

    /// 「5千円」: a question with answers, each as large as a thumb.
    fn question(&self, name: &str) -> Markup {
        let Some(proposals) = self.typed.proposals.get(name) else { return html! {} };
        let mut choices: Vec<Choice> =
            proposals.iter().map(|(value, shown)| Choice::new(value.as_str(), shown.as_str())).collect();
        choices.push(Choice::new("", self.text("entry.none-of-these")).chosen(true));
        Field::new(format!("{name}.meant"), self.text("entry.which-do-you-mean")).radios(self.asked, &choices)
    }

    /// Last year's value of a field, as a phrase.
    fn last_year(&self, name: &str) -> Option<String> {
        use federation::campaign::Figures;
        let (prefix, rest) = name.split_once('.')?;
        let track = Track::from_word(prefix)?;
        let content = self.page.tracks.iter().find(|view| view.track == track)?.last_year.as_ref()?;
        let speaker = &self.asked.speaker;
        match (content.figures()?, rest) {
            (Figures::Wage(wage), "total") => wage.total.as_ref().map(|value| write::yen(speaker, value)),
            (Figures::Wage(wage), "rate") => wage.total_rate.as_ref().map(|value| write::percent(speaker, value)),
            (Figures::Wage(wage), "maintenance") => {
                wage.maintenance.as_ref().map(|value| write::yen(speaker, value))
            }
            (Figures::Wage(wage), "base_up") => wage.base_up.as_ref().map(|value| write::yen(speaker, value)),
            (Figures::Wage(wage), "base_wage") => wage.base_wage_yen.map(|yen| speaker.yen(yen)),
            (Figures::Bonus(bonus), "months") => bonus.months.as_ref().map(|value| write::months(speaker, value)),
            (Figures::Bonus(bonus), "yen") => bonus.yen.as_ref().map(|value| write::yen(speaker, value)),
            _ => None,
        }
    }

    pub(super) fn choices(&self, field: &str, default: &str, options: &[(&str, &str)]) -> Vec<Choice> {
        let now = self.typed.get(field);
        let now = if now.is_empty() { default } else { now };
        options.iter().map(|(value, key)| Choice::new(*value, self.text(key)).chosen(*value == now)).collect()
    }

    /// The whole form.
    pub fn render(&self) -> Markup {
        let step = step_word(self.about.step);
        let mut form = Form::new(format!("/units/{}/report", self.page.line.code), self.asked.csrf())
            .command_id(self.command_id)
            .outbox(format!("{} {}", self.page.line.name, self.text(&format!("entry.title.{step}"))))
            .draft(self.draft_url());
        if self.restored {
            form = form.restored(self.draft_url());
        }
        let fields = html! {
            (hidden("step", step))
            @if let Some(region) = self.call { (hidden("call", region)) }
            @for track in self.about.tracks { (hidden("track", track.word())) }
            @if self.by_proxy { (self.proxy()) }
            @if self.about.step == Step::Demand { (self.no_demand()) }
            @for track in self.about.tracks { (self.track(*track)) }
            @if self.about.step == Step::Settlement { (self.stage()) }
            (self.fold("entry.when-and-remark", &["given_on", "given_time", "remark"], html! {
                (self.when())
                (self.field("remark", "entry.remark").hint(self.text("entry.remark.hint")).optional()
                    .lines(self.asked, 2))
            }))
        };
        let back = match self.call {
            Some(region) => format!("/regions/{region}/calls"),
            None => format!("/units/{}", self.page.line.code),
        };
        html! {
            @if !self.typed.errors.is_empty() {
                (error_summary(&self.text("entry.errors"), &self.errors()))
            }
            (form.render(self.asked, fields, html! {
                (submit(Button::Primary, &self.text("button.send")))
                (link_button(Button::Quiet, &self.text("button.back"), &back))
            }))
        }
    }

    /// Where its draft is kept.
    pub fn draft_url(&self) -> String {
        draft_url(self.page.line.code.as_str(), self.about)
    }

    fn errors(&self) -> Vec<(String, String)> {
        let errors = self.typed.errors.iter();
        errors.map(|(field, sentence)| (format!("#f-{}", crate::look::slug(field)), sentence.clone())).collect()
    }

    /// What is rarely needed, folded away; open where something stands in it or is wrong with it.
    pub(super) fn fold(&self, summary_key: &str, names: &[&str], body: Markup) -> Markup {
        let used = |name: &&str| !self.typed.get(name).trim().is_empty() || self.typed.errors.contains_key(*name);
        // On the telephone the clocks are asked for while they are remembered.
        let open = names.iter().any(used) || (self.call.is_some() && names.contains(&"given_time"));
        fold(open, &self.text(summary_key), html! { div.stack { (body) } })
    }

    fn proxy(&self) -> Markup {
        let channel = self.choices(
            "channel",
            "telephone",
            &[("telephone", "channel.telephone"), ("paper", "channel.paper"), ("file", "channel.file")],
        );
        section(
            &self.text("entry.proxy"),
            html! {
                p.hint { (self.text("entry.proxy.hint")) }
                (Field::new("channel", self.text("entry.channel")).segmented(self.asked, &channel))
                div.short-pair {
                    (self.field("heard_on", "entry.heard-on").hint(self.text("entry.day.hint")).optional()
                        .date(self.asked))
                    (self.field("heard_time", "entry.heard-time").optional().time(self.asked))
                }
            },
        )
    }

    fn no_demand(&self) -> Markup {
        let choices = self.choices(
            "no_demand",
            "no",
            &[("no", "entry.demanded"), ("none", "no-demand.none"), ("abandoned", "no-demand.abandoned")],
        );
        Field::new("no_demand", self.text("entry.demand-question")).radios(self.asked, &choices)
    }

    pub(super) fn stage(&self) -> Markup {
        let choices = self.choices(
            "stage",
            "provisional",
            &[("provisional", "entry.stage.provisional"), ("confirmed", "entry.stage.confirmed")],
        );
        Field::new("stage", self.text("entry.stage")).radios(self.asked, &choices)
    }

    fn when(&self) -> Markup {
        let key = match self.about.step {
            Step::Demand => "entry.demanded-on",
            Step::Settlement => "entry.settled-on",
            _ => "entry.given-on",
        };
        html! {
            div.short-pair {
                (self.field("given_on", key).hint(self.text("entry.day.hint")).optional().date(self.asked))
                (self.field("given_time", "entry.time").hint(self.text("entry.time.hint")).optional().time(self.asked))
            }
        }
    }

    fn track(&self, track: Track) -> Markup {
        let inside = match (self.about.step, track) {
            (Step::Continued, _) => html! { p { (self.text("entry.continued")) } },
            (_, Track::Wage) => self.wage(),
            (_, Track::Bonus) => self.bonus(),
            (_, Track::MinimumWage) => self.minimum(),
            (_, Track::Agreements) => self.agreements(),
            (_, Track::Package) => self.package(),
        };
        section(
            write::track(&self.asked.speaker, track),
            html! {
                (self.relation(track))
                (inside)
                @if self.about.step != Step::Continued { (self.kind(track)) }
            },
        )
    }

    /// On a second amount: 訂正, 上積み回答, 並べる. What stands is shown beside the question.
    fn relation(&self, track: Track) -> Markup {
        let Some(standing) = standing_statement(self.about.campaign, self.page, track, self.about.step) else {
            return html! {};
        };
        let prefix = track.word();
        let latest = standing.latest();
        let mut options = vec![("correction", "relation.correction")];
        if self.about.step == Step::Response {
            options.insert(0, ("further", "relation.further"));
        }
        options.push(("beside", "relation.beside"));
        let name = format!("{prefix}.relation");
        let choices = self.choices(&name, "", &options);
        let error = self.ask_relation.contains(&track).then(|| self.text("relation.needed"));
        let error = error.or_else(|| self.typed.errors.get(&name).cloned());
        let kit = self.asked.kit();
        // What stands as this viewer may see it: a figure that its owner has closed is not shown here.
        let view = self.page.tracks.iter().find(|view| view.track == track);
        let seen = view.and_then(|view| view.statements.iter().find(|seen| seen.id == standing.id));
        let figures = seen.and_then(|seen| seen.versions.first()).and_then(|version| version.content.figures());
        let lines = figures.map(|f| write::figure_lines(&self.asked.speaker, kit, f)).unwrap_or_default();
        let number = self
            .about
            .campaign
            .slot(self.page.line.id, track)
            .map_or(1, |slot| slot.standing(self.about.step).count());
        html! {
            div.stands {
                p { strong {
                    (self.text("relation.stands")) " "
                    (write::heading(&self.asked.speaker, &latest.content, number))
                } }
                @if let Some(version) = seen.and_then(|seen| seen.versions.first()) {
                    p.hint { (super::stale::author(self.asked, version)) }
                }
                (facts(&lines.into_iter().map(|(label, value)| (label, html! { (value) })).collect::<Vec<_>>()))
            }
            (self.beside(track, seen))
            (hidden(&format!("{prefix}.known"), &known(standing.id, latest.seq)))
            (Field::new(name, self.text("relation.question")).error(error).radios(self.asked, &choices))
        }
    }

    /// What was typed beside what stands, field by field.
    fn beside(&self, track: Track, stands: Option<&StatementView>) -> Markup {
        let report = self.said.iter().find(|report| report.track == track);
        let stands = stands.and_then(|stands| stands.versions.first());
        let (Some(report), Some(version)) = (report, stands) else { return html! {} };
        let columns = vec![
            Column::text(self.text("correction.field")),
            Column::text(self.text("stale.typed")),
            Column::text(self.text("stale.now")),
        ];
        let typed = Said {
            content: &report.content,
            // What a report does not mention it leaves as it is.
            given_at: report.given_at.or(version.given_at),
            heard_at: report.heard_at.or(version.heard_at),
        };
        let rows = super::stale::rows(self.asked, track, typed, super::send_back::said(version));
        Table::new(self.text("stale.table"), columns)
            .id(format!("beside-{}", track.word()))
            .rows(rows)
            .render(self.asked)
    }

    fn kind(&self, track: Track) -> Markup {
        let options: &[(&str, &str)] = match (self.about.step, track) {
            (_, Track::Agreements | Track::Package) => return html! {},
            (Step::Demand, _) => &[
                ("figure", "kind.figure"),
                ("unknown", "kind.unknown"),
                ("not-here", "kind.not-here"),
                ("skip", "kind.skip"),
            ],
            _ => &[
                ("figure", "kind.figure"),
                ("words", "kind.words"),
                ("withheld", "kind.withheld"),
                ("suspended", "kind.suspended"),
                ("skip", "kind.skip"),
            ],
        };
        let name = format!("{}.kind", track.word());
        // "figure" is what an untouched form says; left empty, the section says nothing.
        let choices = self.choices(&name, "figure", options);
        let error = self.typed.errors.get(&name).cloned();
        let open = error.is_some() || choices.iter().any(|choice| choice.chosen && choice.value != "figure");
        let demand = self.about.step == Step::Demand;
        let summary = self.text(if demand { "kind.fold.demand" } else { "kind.fold" });
        let body = html! {
            div.stack {
                (Field::new(name, self.text("kind.question")).error(error).segmented(self.asked, &choices))
                @if !demand && matches!(track, Track::Wage | Track::Bonus) { (self.suspension(track.word())) }
            }
        };
        fold(open, &summary, body)
    }

    fn wage(&self) -> Markup {
        let basis = self.choices(
            "wage.basis",
            "observed",
            &[("observed", "basis.observed"), ("stand-in", "basis.stand-in")],
        );
        html! {
            (self.number("wage.total", "figure.total", NumberKind::Yen))
            (self.fold("entry.parts", &["wage.rate", "wage.maintenance", "wage.base_up", "wage.base_wage"], html! {
                (self.number("wage.maintenance", "figure.maintenance", NumberKind::Yen))
                (Field::new("wage.basis", self.text("basis.question")).radios(self.asked, &basis))
                (self.number("wage.base_up", "figure.base-up", NumberKind::Yen))
                (self.number("wage.rate", "figure.total-rate", NumberKind::Percent))
                (self.number("wage.base_wage", "figure.base-wage", NumberKind::Yen))
            }))
            (self.fold("entry.points", &["wage.total_high", "wage.p30_raise", "wage.p30_before", "wage.p30_reached",
                "wage.p35_raise", "wage.p35_before", "wage.p35_reached"], html! {
                (self.form_choice("wage.total"))
                (self.number("wage.total_high", "entry.total-high", NumberKind::Yen))
                @for age in [30u8, 35] { (self.point(age)) }
            }))
        }
    }

    pub(super) fn form_choice(&self, name: &str) -> Markup {
        let field = format!("{name}_form");
        let choices = self.choices(
            &field,
            "exact",
            &[("exact", "form.exact"), ("at-least", "form.at-least"), ("range", "form.range")],
        );
        Field::new(field, self.text("form.question")).segmented(self.asked, &choices)
    }

    pub(super) fn suspension(&self, prefix: &str) -> Markup {
        let field = format!("{prefix}.condition");
        let choices = self.choices(
            &field,
            "other",
            &[
                ("results", "suspension.results"),
                ("restructuring", "suspension.restructuring"),
                ("renegotiation", "suspension.renegotiation"),
                ("other", "suspension.other"),
            ],
        );
        html! {
            (Field::new(field, self.text("entry.suspension")).select(self.asked, &choices))
            (self.field(&format!("{prefix}.suspended_until"), "entry.suspended-until").optional().date(self.asked))
        }
    }

    pub(super) fn point(&self, age: u8) -> Markup {
        let name = |part: &str| format!("wage.p{age}_{part}");
        let method = self.choices(&name("method"), "b", &[("a", "point.a"), ("b", "point.b")]);
        let age_arg = [("age", kernel::Arg::Number(i64::from(age)))];
        html! {
            fieldset.stack.boxed {
                legend { (self.asked.speaker.say("point.title", &age_arg)) }
                (Field::new(name("method"), self.text("point.method")).segmented(self.asked, &method))
                (self.number(&name("raise"), "point.raise", NumberKind::Yen))
                (self.number(&name("before"), "point.before", NumberKind::Yen))
                (self.number(&name("reached"), "point.reached", NumberKind::Yen))
            }
        }
    }

    fn bonus(&self) -> Markup {
        let pattern = self.choices(
            "bonus.pattern",
            "annual",
            &[
                ("annual", "bonus-pattern.annual"),
                ("summer-winter", "bonus-pattern.summer-winter"),
                ("winter-summer", "bonus-pattern.winter-summer"),
                ("seasonal", "bonus-pattern.seasonal"),
                ("performance", "bonus-pattern.performance"),
            ],
        );
        html! {
            (self.number("bonus.months", "figure.months", NumberKind::Months))
            (self.fold("entry.bonus-more", &["bonus.yen", "bonus.months_high"], html! {
                (self.number("bonus.yen", "figure.bonus-yen", NumberKind::Yen))
                (Field::new("bonus.pattern", self.text("figure.bonus-pattern")).select(self.asked, &pattern))
                (self.form_choice("bonus.months"))
                (self.number("bonus.months_high", "entry.months-high", NumberKind::Months))
            }))
        }
    }

    fn minimum(&self) -> Markup {
        let agreement = self.choices(
            "minimum-wage.agreement",
            "",
            &[
                ("", "entry.unsaid"),
                ("none", "agreement.none"),
                ("exists", "agreement.exists"),
                ("revised", "agreement.revised"),
                ("new", "agreement.new"),
            ],
        );
        html! {
            (Field::new("minimum-wage.agreement", self.text("figure.agreement")).select(self.asked, &agreement))
            (self.number("minimum-wage.monthly", "figure.minimum-monthly", NumberKind::Yen))
            (self.number("minimum-wage.hourly", "figure.minimum-hourly", NumberKind::Yen))
        }
    }

    fn agreements(&self) -> Markup {
        let clauses = self.asked.kit().map(|kit: &Kit| kit.clauses.as_slice()).unwrap_or_default();
        html! {
            @for clause in clauses {
                @let name = format!("agreements.{}", clause.code);
                @let choices = self.choices(&name, "", &[
                    ("", "entry.unsaid"),
                    ("demanded", "clause.demanded"),
                    ("under-discussion", "clause.under-discussion"),
                    ("agreed", "clause.agreed"),
                    ("refused", "clause.refused"),
                ]);
                (Field::new(name, clause.name.of(self.asked.language())).select(self.asked, &choices))
            }
        }
    }

    fn package(&self) -> Markup {
        let matters = [
            ("wage-freeze", "package-matter.wage-freeze"),
            ("regular-raise-stopped", "package-matter.regular-raise-stopped"),
            ("employment", "package-matter.employment"),
            ("restructuring", "package-matter.restructuring"),
        ];
        let choices: Vec<Choice> = matters
            .iter()
            .map(|(value, key)| {
                Choice::new(*value, self.text(key)).chosen(self.typed.ticked("package.matters", value))
            })
            .collect();
        let forms = self.choices(
            "package.wage_form",
            "exact",
            &[("exact", "kind.figure"), ("suspended", "kind.suspended"), ("withheld", "kind.withheld")],
        );
        html! {
            (Field::new("package.matters", self.text("figure.package")).checkboxes(self.asked, &choices))
            (Field::new("package.wage_form", self.text("crisis.wage-form")).segmented(self.asked, &forms))
            (self.number("package.wage", "figure.total", NumberKind::Yen))
            (self.fold("crisis.wage-suspension", &["package.suspended_until"], self.suspension("package")))
        }
    }
}

/// Where the draft of such a form is kept.
pub fn draft_url(unit_code: &str, about: About<'_>) -> String {
    let tracks: Vec<&str> = about.tracks.iter().map(|track| track.word()).collect();
    format!("/drafts/units/{unit_code}/{}/{}", step_word(about.step), tracks.join("+"))
}

/// What stands of that step on that track.
pub fn standing_statement<'a>(
    campaign: &'a Campaign,
    page: &UnitPage,
    track: Track,
    step: Step,
) -> Option<&'a Statement> {
    let slot = campaign.slot(page.line.id, track);
    let standing = Standing::of(slot);
    match step {
        Step::Demand => standing.demand,
        Step::Response => standing.response,
        Step::Settlement => standing.settlement,
        Step::Continued => slot?.standing(Step::Continued).next_back(),
    }
}

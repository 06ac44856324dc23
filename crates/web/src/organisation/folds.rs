//! The forms of an organisation's page, each folded until it is wanted, or until it comes back.

use super::LEAVING;
use super::entry::Typed;
use super::pages::{industries, prefectures, worksite_words};
use crate::asked::Asked;
use crate::look::{Button, Choice, Form, NumberKind, submit};
use crate::write::word;
use federation::organisation::{BargainingUnit, Organisation};
use maud::{Markup, html};

/// A page's forms: who asks, about what, and the one that came back.
struct Folds<'a> {
    asked: &'a Asked,
    found: &'a Organisation,
    units: &'a [&'a BargainingUnit],
    typed: &'a Typed,
}

/// Every form.
pub(super) fn all(asked: &Asked, found: &Organisation, units: &[&BargainingUnit], typed: &Typed) -> Markup {
    let folds = Folds { asked, found, units, typed };
    html! {
        (folds.rename())
        (folds.count())
        (folds.place())
        (folds.affiliation())
        (folds.worksites())
        (folds.merge())
        (folds.units())
    }
}

impl Folds<'_> {
    fn text(&self, key: &str) -> &'static str {
        self.asked.speaker.text(key)
    }

    /// One form: its fields under the sentence that says what it does.
    fn fold(&self, action: &str, key: &str, button: Button, fields: Markup) -> Markup {
        let form = Form::new(format!("/organisations/{}/{action}", self.found.code), self.asked.csrf())
            .command_id(self.typed.next_id(action));
        html! {
            details.more open[self.typed.came_back(action)] {
                summary { (self.text(key)) }
                div.more-body { (form.render(self.asked, fields, submit(button, self.text("organisations.record")))) }
            }
        }
    }

    fn line(&self, name: &str, key: &str, otherwise: &str) -> Markup {
        self.typed.field(name, self.text(key), otherwise).required().text(self.asked)
    }

    fn which(&self, name: &str, key: &str, hint: &str) -> Markup {
        self.typed.field(name, self.text(key), "").required().hint(self.text(hint)).text(self.asked)
    }

    fn day(&self, name: &str, key: &str) -> Markup {
        let hint = self.text("organisations.from.hint");
        self.typed.field(name, self.text(key), "").required().hint(hint).date(self.asked)
    }

    fn members(&self, name: &str, otherwise: &str) -> Markup {
        let field = self.typed.field(name, self.text("organisations.members"), otherwise);
        field.required().number(self.asked, NumberKind::People)
    }

    fn select(&self, name: &str, key: &str, choices: &[(String, String)]) -> Markup {
        let chosen = self.typed.value(name, "");
        let choices: Vec<Choice> =
            choices.iter().map(|(value, label)| Choice::new(value, label).chosen(*value == chosen)).collect();
        self.typed.field(name, self.text(key), "").select(self.asked, &choices)
    }

    fn rename(&self) -> Markup {
        let now = self.found.name_on(self.asked.today());
        self.fold(
            "rename",
            "organisations.rename",
            Button::Plain,
            html! {
                (self.line("rename-name", "organisations.name.new", now))
                (self.day("rename-from", "organisations.from"))
            },
        )
    }

    fn count(&self) -> Markup {
        self.fold(
            "count",
            "organisations.count",
            Button::Plain,
            html! {
                (self.members("count-members", ""))
                (self.day("count-on", "organisations.counted-on"))
            },
        )
    }

    fn place(&self) -> Markup {
        let trees = self.asked.state().kit().map(|kit| kit.trees.as_slice()).unwrap_or_default();
        let trees: Vec<(String, String)> = trees
            .iter()
            .map(|tree| (tree.code.to_string(), tree.name.of(self.asked.language()).to_owned()))
            .collect();
        let parent = self.typed.field("place-parent", self.text("organisations.parent"), "");
        self.fold(
            "place",
            "organisations.place",
            Button::Plain,
            html! {
                (self.select("place-tree", "organisations.tree", &trees))
                (parent.optional().hint(self.text("organisations.place.hint")).text(self.asked))
                (self.day("place-from", "organisations.from"))
            },
        )
    }

    fn affiliation(&self) -> Markup {
        let label = |word: &str| self.asked.speaker.label(&format!("leaving.{word}")).to_owned();
        let reasons: Vec<(String, String)> =
            LEAVING.iter().map(|reason| (word(reason), label(&word(reason)))).collect();
        html! {
            (self.fold("join", "organisations.join", Button::Plain, self.day("join-from", "organisations.from")))
            (self.fold("leave", "organisations.leave", Button::Danger, html! {
                (self.select("leave-reason", "organisations.reason", &reasons))
                (self.day("leave-on", "organisations.first-day-without"))
            }))
        }
    }

    fn worksites(&self) -> Markup {
        let open = self.found.worksites.iter().filter(|one| one.held.until.is_none());
        let open: Vec<(String, String)> = open
            .map(|one| (one.id.to_string(), worksite_words(self.asked, one.prefecture, &one.industry)))
            .collect();
        let field = |name: &str, key: &str| self.typed.field(name, self.text(key), "").required();
        let prefecture = field("open-prefecture", "organisations.prefecture");
        let industry = field("open-industry", "organisations.industry");
        let chosen = |name: &str| self.typed.value(name, "");
        html! {
            (self.fold("open-worksite", "organisations.open-worksite", Button::Plain, html! {
                (prefecture.select(self.asked, &prefectures(self.asked, &chosen("open-prefecture"))))
                (industry.select(self.asked, &industries(self.asked, &chosen("open-industry"))))
                (self.day("open-from", "organisations.from"))
            }))
            @if !open.is_empty() {
                (self.fold("close-worksite", "organisations.close-worksite", Button::Danger, html! {
                    (self.select("close-which", "organisations.worksite", &open))
                    (self.day("close-on", "organisations.first-day-without"))
                }))
            }
        }
    }

    fn merge(&self) -> Markup {
        html! {
            (self.fold("merge", "organisations.merge", Button::Danger, html! {
                p { (self.text("organisations.merge.text")) }
                (self.which("merge-others", "organisations.merge.others", "organisations.codes.hint"))
                (self.line("merge-target", "organisations.merge.target", self.found.code.as_str()))
                (self.day("merge-on", "organisations.merge.on"))
            }))
            (self.fold("split", "organisations.split", Button::Danger, html! {
                p { (self.text("organisations.split.text")) }
                (self.which("split-targets", "organisations.split.targets", "organisations.codes.hint"))
                (self.day("split-on", "organisations.merge.on"))
            }))
        }
    }

    fn units(&self) -> Markup {
        let code = |unit: &&BargainingUnit| (unit.code.to_string(), unit.code.to_string());
        let held: Vec<(String, String)> =
            self.units.iter().filter(|unit| unit.held.until.is_none()).map(code).collect();
        let apart: Vec<(String, String)> =
            [("yes", "organisations.bonus.apart"), ("no", "organisations.bonus.with-spring")]
                .map(|(word, key)| (word.to_owned(), self.text(key).to_owned()))
                .into();
        html! {
            @if !held.is_empty() {
                (self.fold("separate-bonus", "organisations.separate-bonus", Button::Plain, html! {
                    (self.select("bonus-unit", "organisations.unit", &held))
                    (self.select("bonus-apart", "organisations.bonus", &apart))
                    (self.day("bonus-from", "organisations.from"))
                }))
                (self.fold("change-unit", "organisations.change-unit", Button::Plain, html! {
                    (self.select("change-unit", "organisations.unit", &held))
                    (self.which("change-who", "organisations.together", "organisations.together.hint"))
                    (self.members("change-members", ""))
                    (self.day("change-from", "organisations.from"))
                }))
            }
            (self.fold("form-unit", "organisations.form-unit", Button::Plain, html! {
                (self.line("form-code", "organisations.unit-code", ""))
                (self.which("form-who", "organisations.together", "organisations.together.hint"))
                (self.members("form-members", ""))
                (self.day("form-from", "organisations.from"))
            }))
        }
    }
}

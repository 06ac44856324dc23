// Reporting: what an officer types, what is asked back, what is kept, and what the other side sees
// of it.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { assertNoProblems, axe, startBrowser } from "./harness.mjs";
import { cast, choose, field, fill, ownUnit, pageOf, send, sendAndLand, signIn, startFederation, text } from "./federation.mjs";

const PHONE = { width: 390, height: 844 };

let server;
let browser;
let people;
let officers;
let taken = 0;

before(async () => {
  server = await startFederation({ units: 60 });
  browser = await startBrowser();
  people = await cast(server);
  officers = people.filter((person) => person.duty === "単組役員");
});

/** An officer that no other test speaks for, on a page of her own, with her unit's address. Units
    that have nothing on wages yet, unless `any`. */
async function officer({ fresh = true, ...options } = {}) {
  for (;;) {
    const person = officers[taken++];
    assert.ok(person, "an officer for each test");
    const page = await pageOf(browser, server, person, { ...PHONE, ...options });
    const unit = await ownUnit(page, server);
    await page.goto(`${unit}/report?step=response`);
    if (fresh && (await page.locator('[name="wage.relation"]').count()) > 0) continue;
    return { page, unit, person };
  }
}

/** Whoever is the region's staff for this unit, on her page. */
async function regionOf(unit, options = {}) {
  const page = await browser.newPage(options);
  for (const person of people.filter((one) => one.duty === "地方担当")) {
    await signIn(page, server, person);
    if ((await page.context().request.get(unit)).status() === 200) return page;
  }
  throw new Error(`nobody answers for ${unit}`);
}

const cards = (page, track) => page.locator(`#${track} article.card`);

test("what could mean two things is asked back, with answers as large as a thumb", async () => {
  const { page, unit } = await officer();
  await fill(page, { "wage.total": "5千円" });
  await send(page).click();
  await page.locator("[data-error-summary]").waitFor();
  assert.equal(await (await field(page, "wage.total")).inputValue(), "5千円", "what was typed stays");
  const answers = page.locator('.choice:has([name="wage.total.meant"])');
  assert.match(await text(answers.first()), /5,000円/);
  assert.ok((await answers.first().boundingBox()).height >= 44);
  assert.equal(await page.locator('[name="wage.total.meant"]:checked').inputValue(), "", "nothing is guessed");
  await axe(page);
  await answers.first().click();
  await sendAndLand(page);
  assert.match(await text(cards(page, "wage").first()), /5,000円/);
  assert.equal(page.url().startsWith(unit), true);
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("422")), []);
});

test("the field itself asks while one types, and takes the answer", async () => {
  const { page } = await officer();
  await fill(page, { "wage.total": "5千円" });
  const use = page.locator(".reading button");
  await use.click();
  assert.equal(await (await field(page, "wage.total")).inputValue(), "5,000");
  await sendAndLand(page);
  assertNoProblems(page);
});

test("an empty form says what to do, and leads to the field", async () => {
  const { page } = await officer();
  await send(page).click();
  const summary = page.locator("[data-error-summary]");
  await summary.waitFor();
  assert.equal(await summary.evaluate((element) => element === document.activeElement), true, "the summary has the focus");
  assert.match(await page.title(), /^誤り/);
  await summary.locator("a").first().click();
  const focused = await page.evaluate(() => document.activeElement.name);
  assert.equal(focused, "wage.kind");
  assert.equal(await page.locator('[name="wage.kind"]').first().isVisible(), true, "it is unfolded");
  await axe(page);
});

test("what cannot be read is told beside its field, and nothing that was typed is lost", async () => {
  const { page } = await officer();
  await fill(page, { "wage.total": "たくさん", "bonus.months": "4.5", remark: "確認中" });
  await send(page).click();
  await page.locator("[data-error-summary]").waitFor();
  const total = await field(page, "wage.total");
  assert.equal(await total.getAttribute("aria-invalid"), "true");
  const described = await total.getAttribute("aria-describedby");
  const told = described.split(" ").find((id) => id.endsWith("-error"));
  assert.ok(await page.locator(`#${told}`).isVisible());
  assert.equal(await total.inputValue(), "たくさん");
  assert.equal(await (await field(page, "remark")).inputValue(), "確認中");
  assert.equal(await page.locator('[name="remark"]').isVisible(), true, "what was typed is unfolded");
});

test("a second amount: corrected, raised, or left beside, and decided", async () => {
  const { page, unit } = await officer();
  await fill(page, { "wage.total": "4,100" });
  await sendAndLand(page);

  await page.goto(`${unit}/report?step=response`);
  assert.match(await text(page.locator(".stands").first()), /4,100円/);
  await fill(page, { "wage.total": "4,300" });
  await send(page).click();
  await page.locator("[data-error-summary], .has-error").first().waitFor();
  assert.match(await text(page.locator("main")), /訂正か、上積み回答か、並べて残すか/);
  await choose(page, "wage.relation", "further");
  await sendAndLand(page);
  assert.equal(await page.locator("#wage article.card h3", { hasText: "次回答" }).count(), 2, "two rounds");
  assert.match(await text(cards(page, "wage").first()), /第2次回答/);

  await page.goto(`${unit}/report?step=response`);
  await fill(page, { "wage.total": "4,400" });
  await choose(page, "wage.relation", "correction");
  await sendAndLand(page);
  const second = cards(page, "wage").first();
  assert.match(await text(second), /第2次回答.*4,400円/);
  assert.match(await text(second.locator("details", { hasText: "これまでの版" })), /これまでの版（2）/);
  await second.locator("summary", { hasText: "これまでの版" }).click();
  assert.match(await text(second.locator(".history")), /4,300円/, "the version before stays");

  await page.goto(`${unit}/report?step=response`);
  await fill(page, { "wage.total": "4,700" });
  await choose(page, "wage.relation", "beside");
  await sendAndLand(page);
  assert.match(await text(page.locator("#wage")), /並んだ報告/);
  await axe(page);
  await page.goto(`${server.origin}/today`);
  await page.locator(".card.task", { hasText: "違う報告が並んでいます" }).locator("a.button").click();
  await page.waitForURL(/\/units\//);
  const rival = cards(page, "wage").filter({ hasText: "4,700円" });
  await rival.locator("button", { hasText: "この報告を採用" }).click();
  await page.waitForURL(/recorded=/);
  assert.doesNotMatch(await text(page.locator("#wage h2")), /並んだ/);
  assert.equal(await page.locator("#wage button", { hasText: "採用" }).count(), 0);
  assertNoProblemsBut(page, /422|409/);
});

function assertNoProblemsBut(page, expected) {
  assert.deepEqual(page.problems.filter((problem) => !expected.test(problem)), []);
}

test("a draft survives a reload and a dead battery, and waits on the other device", async () => {
  const { page, unit, person } = await officer();
  await fill(page, { "wage.total": "4,050", "wage.maintenance": "5,349" });
  await page.locator("[data-draft-state]", { hasText: "保存しました" }).waitFor();
  await page.reload();
  assert.match(await text(page.locator("[data-draft-notice]")), /復元しました/);
  assert.equal(await page.locator('[name="wage.total"]').inputValue(), "4,050");

  const other = await pageOf(browser, server, person, { width: 1280, height: 800 });
  await other.goto(`${unit}/report?step=response`);
  assert.equal(await other.locator('[name="wage.total"]').inputValue(), "4,050");
  assert.equal(await other.locator('[name="wage.maintenance"]').isVisible(), true, "what is kept is not folded away");

  await page.context().setOffline(true);
  await fill(page, { "bonus.months": "3.9" });
  await page.locator("[data-draft-state]", { hasText: "この端末に" }).waitFor();
  await page.context().setOffline(false);
  await page.locator("[data-draft-state]", { hasText: "入力途中を保存しました" }).waitFor();
  await other.reload();
  assert.equal(await other.locator('[name="bonus.months"]').inputValue(), "3.9");

  await sendAndLand(other);
  await page.goto(`${unit}/report?step=settlement`);
  await page.goto(`${unit}/report?step=response`);
  assert.equal(await page.locator("[data-draft-notice]").count(), 0, "a sent draft is gone");
  assertNoProblemsBut(page, /ERR_INTERNET_DISCONNECTED/);
});

test("last year's value stands beside the field, marked as last year's", async () => {
  for (;;) {
    const { page } = await officer({ fresh: false });
    const last = page.locator(".field:has([name='wage.total']) .last-year");
    if ((await last.count()) === 0) continue;
    assert.match(await text(last), /^昨年の値 [\d,]+円/);
    assert.equal(await page.locator('[name="wage.total"]').inputValue(), "", "it is not filled in");
    return;
  }
});

test("without scripts the same form is sent the plain way", async () => {
  const { page, unit } = await officer({ scripts: false });
  await page.locator('[name="wage.total"]').fill("3千円");
  await page.locator('[name="bonus.months"]').fill("４．０か月");
  await send(page).click();
  assert.match(await text(page.locator(".error-summary")), /3,000円/);
  await axe(page);
  await page.locator('[name="wage.total.meant"][value="3000"]').check();
  await sendAndLand(page);
  assert.match(await text(page.locator("#wage")), /3,000円/);
  assert.match(await text(page.locator("#bonus")), /4(\.0)?[かヵ]月/);
  await page.goto(`${unit}/report?step=response`);
  assert.match(await text(page.locator(".stands").first()), /3,000円/);
});

test("a tenfold slip is told on the page that follows, and hinders nothing", async () => {
  const { page } = await officer();
  await fill(page, { "wage.total": "42,000" });
  await sendAndLand(page);
  assert.match(await text(page.locator("#wage .notice").first()), /桁/);
});

test("entered by the region after a call: the unit sees that it was, and confirms it", async () => {
  const { page, unit } = await officer();
  const region = await regionOf(unit);
  await region.goto(`${unit}/report?step=response`);
  assert.match(await text(region.locator("main")), /代わりに入力します/);
  await choose(region, "channel", "telephone");
  await fill(region, { "wage.total": "4,460" });
  await sendAndLand(region);

  await page.goto(`${server.origin}/today`);
  await page.locator(".card.task", { hasText: "代わりに入力された報告を確かめる" }).first().locator("a.button").click();
  await page.waitForURL(/\/units\//);
  const given = cards(page, "wage").first();
  assert.match(await text(given), /代行（聞き取り）/);
  await given.locator("button", { hasText: "この内容で確認する" }).click();
  await page.waitForURL(/recorded=\d/);
  assert.match(await text(cards(page, "wage").first().locator("h3")), /確認済み/);
  await region.goto(unit);
  assert.match(await text(cards(region, "wage").first().locator("h3")), /確認済み/);
  assertNoProblems(page);
  assertNoProblems(region);
});

test("a strike mandate: more votes than voters are refused at the field", async () => {
  const { page, unit } = await officer({ fresh: false });
  await page.goto(`${unit}/strike-mandate`);
  await choose(page, "established", "yes");
  await fill(page, { voted_on: "3/11", entitled: "１００", voted: "120", in_favour: "80" });
  await send(page).click();
  await page.locator("[data-error-summary]").waitFor();
  await fill(page, { voted: "90" });
  await sendAndLand(page);
  assert.match(await text(page.locator("main")), /ストライキ権 確立 2004年3月11日/);
});

test("the questions of a zone are answered, and stand there", async () => {
  const { page, unit } = await officer({ fresh: false });
  await page.goto(unit);
  await page.locator('main a[href*="/situation/"]').first().click();
  for (const group of await page.locator("main fieldset").all()) await group.locator("input").last().check();
  const said = await text(page.locator("main fieldset").first().locator("label").last());
  await sendAndLand(page);
  assert.match(await text(page.locator("main")), new RegExp(said));
});

test("公開範囲: closed, the figures leave the others' pages; opened, they come back", async () => {
  // Two units of one region that speak for themselves, the other having shown its own.
  const byRegion = new Map();
  for (const person of officers) {
    const region = person.code.split("-")[0];
    byRegion.set(region, [...(byRegion.get(region) ?? []), person]);
  }
  const pairs = [...byRegion.values()].filter((group) => group.length > 1);
  assert.ok(pairs.length > 0);
  const [one, two] = pairs.at(-1);
  const page = await pageOf(browser, server, one);
  const other = await pageOf(browser, server, two);
  for (const [who, amount] of [[page, "4,444"], [other, "4,555"]]) {
    const unit = await ownUnit(who, server);
    await who.goto(`${unit}/report?step=response`);
    if (await who.locator('[name="wage.relation"]').count()) await choose(who, "wage.relation", "further");
    await fill(who, { "wage.total": amount });
    await sendAndLand(who);
  }
  const unit = await ownUnit(page, server);
  const share = async (audience) => {
    await page.goto(unit);
    await choose(page, "figures.rows_to", audience);
    await page.locator('form[action$="/sharing"] button').click();
    await page.waitForURL(/recorded=/);
  };
  const seen = async () => {
    await other.goto(`${server.origin}/participants`);
    return text(other.locator("main"));
  };
  await share("participants");
  assert.match(await seen(), /4,444/);
  await share("region");
  assert.doesNotMatch(await seen(), /4,444/);
  await share("participants");
  assert.match(await seen(), /4,444/);
});

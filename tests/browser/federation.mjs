// The fictitious federation for the browser tests: a demonstration whose clock stands, the people
// who can be chosen in it, and what every test does on its pages.

import assert from "node:assert/strict";
import { startServer } from "./harness.mjs";

/** Starts the demonstration with its clock standing at `start` (Japanese time). */
export function startFederation({ units = 60, start } = {}) {
  const args = ["demo", "--units", String(units), "--speed", "0", "--data", "{data}", "--listen", "127.0.0.1:{port}", "--quiet"];
  if (start) args.push("--start", start);
  return startServer({ args });
}

/** Everybody who can be chosen: { account, label, duty, organisation, code }. */
export async function cast(server) {
  const people = [];
  for (let page = 1; ; page += 1) {
    const html = await (await fetch(`${server.origin}/demo?page=${page}`, { headers: { "accept-language": "ja" } })).text();
    for (const [, card] of html.matchAll(/<section class="card">(.*?)<\/section>/gs)) {
      const label = /<h3>(.*?)<\/h3>/s.exec(card)[1];
      const [, duty, organisation, code] = /<li>(.*?)　(.*?) \((\S+)\) </s.exec(card) ?? [];
      const account = /name="account" value="(.*?)"/.exec(card)[1];
      people.push({ account, label, duty, organisation, code });
    }
    if (!html.includes(`/demo?page=${page + 1}"`)) return people;
  }
}

/** Signs in as somebody of the cast, in this page's context. */
export async function signIn(page, server, person) {
  const answer = await page.context().request.post(`${server.origin}/demo`, { form: { account: person.account } });
  assert.equal(answer.status(), 200, `${person.label} does not come in`);
}

/** A page of its own for somebody of the cast. */
export async function pageOf(browser, server, person, options) {
  const page = await browser.newPage(options);
  await signIn(page, server, person);
  return page;
}

/** A field of a form, unfolded as a person would. */
export async function field(page, name) {
  const found = page.locator(`[name="${name}"]`).first();
  await found.waitFor({ state: "attached" });
  const folds = page.locator(`details:not([open]):has([name="${name}"]) > summary`);
  while ((await folds.count()) > 0) await folds.first().click();
  return found;
}

/** Types into fields, each under its name. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await (await field(page, name)).fill(value);
}

/** Chooses one of the radio buttons of a name, or of a list. */
export async function choose(page, name, value) {
  const found = await field(page, name);
  if ((await found.evaluate((element) => element.tagName)) === "SELECT") return found.selectOption(value);
  return page.locator(`[name="${name}"][value="${value}"]`).check();
}

/** The main button of the page's form. */
export const send = (page) => page.locator("main form.form .button.primary").first();

/** Presses it and waits for the receipt on the unit's page; the entry's number. */
export async function sendAndLand(page) {
  await send(page).click();
  await page.waitForURL(/recorded=\d+/);
  return Number(/recorded=(\d+)/.exec(page.url())[1]);
}

/** The address of the only unit that this officer speaks for: /units/CODE. */
export async function ownUnit(page, server) {
  await page.goto(`${server.origin}/today`);
  const href = await page.locator('.site-nav a[href^="/units/"]').first().getAttribute("href");
  return `${server.origin}${href}`;
}

/** A text without the differences of blanks. */
export const text = async (locator) => (await locator.innerText()).replaceAll(/\s+/g, " ").trim();

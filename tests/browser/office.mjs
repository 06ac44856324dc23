// An office that begins with nothing: the federation of the demonstration on its first day, whose
// clock is set by starting the program again, and what an office does on its pages to fill it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "./harness.mjs";
import { cast, fill, pageOf, send, signIn, text } from "./federation.mjs";

const KIT = fileURLToPath(new URL("../../kits/jam-2004/kit.toml", import.meta.url));
/** Rounds as these stories have them: frozen on the response day at 16:45 and out at 17:00, and the next morning. */
const ROUNDS = {
  "response-1": ['snapshot_on = "2004-03-17"', 'snapshot_time = "16:45"', 'release_on = "2004-03-17"', 'release_time = "17:00"'],
  "response-2": ['snapshot_on = "2004-03-18"', 'snapshot_time = "10:00"', 'release_on = "2004-03-18"', 'release_time = "15:00"'],
};

const folder = mkdtempSync(join(tmpdir(), "danketsu-office-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A file of its own for a test. */
export function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function kit() {
  let toml = readFileSync(KIT, "utf8");
  for (const [code, lines] of Object.entries(ROUNDS)) {
    const before = toml;
    toml = toml.replace(new RegExp(`(code = "${code}"\\n.*\\n)(?:.*\\n){4}`), (_, head) => `${head}${lines.join("\n")}\n`);
    assert.notEqual(toml, before, `the round ${code} of the kit`);
  }
  return file("kit.toml", toml);
}

/** What starts it: with `{data}` and `{port}` to be filled in. */
export const args = (start) => [
  "demo", "--empty", "--kit", join(folder, "kit.toml"), "--speed", "0", "--start", start,
  "--data", "{data}", "--listen", "127.0.0.1:{port}", "--quiet",
];

/** Starts a federation without units and campaigns, its clock standing at `start` (Japanese time). */
export async function startOffice(start) {
  kit();
  const server = await startServer({ args: args(start) });
  server.desks = [];
  // Time passes by starting again: what fell due meanwhile is done then. Whoever was away for long
  // signs in anew.
  server.at = async (instant) => {
    for (const { page } of server.desks) await page.goto("about:blank");
    await server.restart({ args: args(instant) });
    for (const { page, person } of server.desks) await signIn(page, server, person);
  };
  server.people = await cast(server);
  server.first = (duty) => server.people.find((person) => person.duty === duty);
  server.staffOf = (code) => server.people.find((person) => person.duty === "地方担当" && person.code === code);
  return server;
}

/** A page of somebody of the office. */
export async function desk(browser, server, person, options) {
  const page = await pageOf(browser, server, person, options);
  server.desks.push({ page, person });
  return page;
}

/** The five numbers of an import: new, identical, changed, in conflict, to be mended. */
export async function counts(page) {
  const found = [];
  for (const word of ["新規", "同一", "変更", "衝突", "要修正"]) {
    const value = await page.locator(`dt:text-is("${word}") + dd .value`).first().innerText();
    found.push(Number(value.replaceAll(/[^\d]/g, "")));
  }
  return found;
}

/**
 * Brings in a table as a person does: pasted or as a file, columns looked at, preview, and entered.
 * What the preview counted; with `preview` the page stays there.
 */
export async function bringIn(page, server, { matter = "reports", on, pasted, path, preview = false }) {
  await page.goto(`${server.origin}/imports?matter=${matter}`);
  if (on) await fill(page, { on });
  if (pasted) await page.locator("textarea[name=pasted]").fill(pasted);
  if (path) await page.locator('input[type="file"]').setInputFiles(path);
  await page.getByRole("button", { name: "何が変わるか見る" }).first().click();
  await page.waitForURL(/\/imports\/(columns|preview)/);
  if (page.url().includes("/columns")) {
    await page.getByRole("button", { name: "何が変わるか見る" }).click();
    await page.waitForURL("**/imports/preview");
  }
  const counted = await counts(page);
  if (!preview) await enter(page);
  return counted;
}

/** Enters what the preview shows, leaving out what is to be mended; what was entered. */
export async function enter(page) {
  const skip = page.locator("input[name=skip]");
  if (await skip.count()) await skip.check();
  await page.getByRole("button", { name: "この内容で取り込む" }).click();
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/);
  await page.getByText("取り込みが終わりました").first().waitFor({ timeout: 60_000 });
  await page.reload();
  return counts(page);
}

/** Opens a campaign and fixes its frame as of a day. */
export async function openCampaign(page, server, { code, year, on, tracks = ["wage"] }) {
  await page.goto(`${server.origin}/campaigns`);
  await fill(page, { code, year: String(year) });
  for (const box of await page.locator('input[name="tracks"]').all()) await box.setChecked(tracks.includes(await box.inputValue()));
  await page.locator('form[action="/campaigns"] .button.primary').click();
  await page.waitForLoadState();
  await fill(page, { [`${code}-fix-on`]: on });
  await page.locator(`form[action="/campaigns/${code}/fix"] .button`).first().click();
  await page.waitForLoadState();
  const [, month, day] = on.split("-").map(Number);
  assert.match(await text(page.locator("main")), new RegExp(`${year}年${month}月${day}日.*の組織による`));
}

/** Freezes the figures of a round for its hour; where the release stands. */
export async function prepare(page, server, round, { embargo, corrects, remark } = {}) {
  await page.goto(`${server.origin}/prepare?round=${round}`);
  if (embargo) await fill(page, { embargo });
  if (corrects) await page.locator(`[name="reason"][value="${corrects}"]`).check();
  if (remark) await fill(page, { remark });
  await send(page).click();
  await page.waitForURL(/\/prepare$/);
  const card = page.locator("section.card", { has: page.locator(`form[action$="/cancel"]`) });
  return new URL(await card.locator('a[href^="/releases/"]').last().getAttribute("href"), server.origin).href;
}

/** A second person finds it right. */
export async function approve(page, release) {
  await page.goto(release);
  await page.locator('form[action$="/approve"] .button').first().click();
  await page.waitForLoadState();
}

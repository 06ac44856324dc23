// A secretary on a laptop without network: 1,648 rows come in, one of them bad; the next year is
// opened with the frame and without the answers; everything goes to a second machine and is there.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { before, test } from "node:test";
import { assertNoHorizontalScroll, assertNoProblems, axe, shot, startBrowser, startServer } from "./harness.mjs";
import { fill, signIn, text } from "./federation.mjs";
import { args, bringIn, desk, enter, openCampaign, startOffice } from "./office.mjs";

const UNITS = 1_648;
const BAD = 1_024;
let browser;

before(async () => {
  browser = await startBrowser();
});

function danketsu(...words) {
  const done = spawnSync(process.env.DANKETSU_BIN, words, { encoding: "utf8" });
  assert.equal(done.status, 0, `danketsu ${words.join(" ")}\n${done.stdout}\n${done.stderr}`);
  return done.stdout + done.stderr;
}

test("the secretary", async (t) => {
  const server = await startOffice("2004-03-29T09:00");
  const headquarters = await desk(browser, server, server.first("本部局員"));
  const regions = ["埼玉", "東京千葉", "大阪", "北海道"];
  const codes = Array.from({ length: UNITS }, (_, at) => String(at + 1).padStart(4, "0"));

  await t.test("the roster: 1,648 unions, the zeros of their codes kept", async () => {
    const rows = codes.map((code, at) => `${code}\t架空第${code}労働組合\t${regions[at % 4]}\t${10 + (at * 37) % 900}`);
    const pasted = ["単組コード\t単組名\t地方\t組合員数", ...rows].join("\n");
    assert.deepEqual(await bringIn(headquarters, server, { matter: "roster", on: "2004-01-01", pasted }), [UNITS, 0, 0, 0, 0]);
    await openCampaign(headquarters, server, { code: "2004", year: 2004, on: "2004-02-01" });
  });

  await t.test("1,648 settlements out of the office's own table: one is 5千円 and is named by its cell", async () => {
    const rows = codes.map((code, at) => `${Number(code)}\t${at === BAD - 1 ? "5千円" : 4_000 + (at % 30) * 100}`);
    const pasted = ["組合コード\t妥結額", ...rows].join("\n");
    const counted = await bringIn(headquarters, server, { pasted, preview: true });
    assert.deepEqual(counted, [UNITS - 1, 0, 0, 0, 1]);
    const page = await text(headquarters.locator("main"));
    assert.match(page, new RegExp(`B${BAD + 1}`), "the cell");
    assert.match(page, /5千円/);
    await axe(headquarters);
    await shot(headquarters, "scene-laptop-preview");
    assert.deepEqual(await enter(headquarters), [UNITS - 1, 0, 0, 0, 1]);
    await headquarters.goto(`${server.origin}/board`);
    assert.match(await text(headquarters.locator('[data-part="headline"]')), /1,647/);
  });

  await t.test("the next year: the frame is there, the answers are not", async () => {
    await server.at("2004-11-01T10:00");
    await headquarters.goto(`${server.origin}/campaigns/next`);
    await axe(headquarters);
    await headquarters.locator('button[name="step"][value="look"]').click();
    await headquarters.waitForLoadState();
    await shot(headquarters, "scene-laptop-next");
    await headquarters.setViewportSize({ width: 390, height: 844 });
    await assertNoHorizontalScroll(headquarters);
    await headquarters.setViewportSize({ width: 1280, height: 800 });
    await headquarters.locator('button[name="step"][value="open"]').click();
    await headquarters.waitForURL(/\/campaigns\?/);
    assert.match(await text(headquarters.locator("main")), /2005年.*1,648単位/);
    await headquarters.goto(`${server.origin}/board`);
    const headline = await text(headquarters.locator('[data-part="headline"]'));
    assert.doesNotMatch(headline, /1,647/);
    // Last year's is a suggestion beside the field, and nothing else.
    await headquarters.goto(`${server.origin}/units/0001/report?step=response&track=wage`);
    const form = await text(headquarters.locator("main"));
    assert.match(form, /4,000円/);
    assert.equal(await headquarters.locator('[name="wage.total"]').inputValue(), "");
    assertNoProblems(headquarters);
  });

  await t.test("backup, another machine, verify; the next year is there, too", async () => {
    const folder = dirname(server.data);
    const [copy, second] = [join(folder, "copy"), join(folder, "second")];
    const began = Date.now();
    danketsu("backup", "--data", server.data, "--to", copy);
    assert.equal(await server.stop(), "exit code 0");
    const keys = readdirSync(folder).filter((name) => name.startsWith(`${basename(copy)}.keys-`));
    assert.ok(keys.length > 0, "the keys of the objects lie beside the copy");
    danketsu("restore", "--from", copy, "--keys", join(folder, keys.toSorted().at(-1)), "--data", second);
    copyFileSync(`${server.data}.key`, `${second}.key`);
    assert.match(danketsu("verify", "--data", second), /鎖は切れていません/);
    assert.ok(Date.now() - began < 600_000, "ten minutes are enough");
    const other = await startServer({ args: args("2004-11-01T11:00").map((word) => word.replace("{data}", second)) });
    const page = await browser.newPage();
    await signIn(page, other, server.first("本部局員"));
    await page.goto(`${other.origin}/campaigns`);
    assert.match(await text(page.locator("main")), /2005年.*1,648単位.*2004年/);
    await page.goto(`${other.origin}/units/0001/years/2004`);
    assert.match(await text(page.locator("main")), /4,000円/);
    await page.goto(`${other.origin}/board`);
    await fill(page, { at: "2004-03-30 10:00" });
    await page.locator('form[action="/board"] .button').click();
    await page.waitForURL(/at=/);
    assert.match(await text(page.locator('[data-part="headline"]')), /1,647/, "the past is there as well");
    await other.stop();
  });
});

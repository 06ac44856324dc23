// A region with 80 units on 17 March: 52 answers are in, 28 units are to be called. Two officers
// work at once, one at the telephone, one off line in the region's workbook. In the evening one more
// settles, is heard at night and typed the next morning.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { assertNoHorizontalScroll, assertNoProblems, axe, shot, startBrowser } from "./harness.mjs";
import { choose, fill, send, text } from "./federation.mjs";
import { approve, bringIn, desk, enter, file, openCampaign, prepare, startOffice } from "./office.mjs";

const PYTHON = "/usr/bin/python3";
const SCRIPT = new URL("./workbook.py", import.meta.url).pathname;
const LIST = "/regions/saitama/calls";
const unit = (number) => `U${String(number).padStart(2, "0")}`;
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => unit(from + at));

let browser;

before(async () => {
  browser = await startBrowser();
});

function python(...args) {
  const done = spawnSync(PYTHON, [SCRIPT, ...args], { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, `${args[0]}: ${done.stderr}`);
  return done.stdout;
}

test("a region of eighty", async (t) => {
  const server = await startOffice("2004-02-20T15:00");
  const headquarters = await desk(browser, server, server.first("本部局員"));
  const duty = await desk(browser, server, server.first("公表担当"));
  const staff = server.staffOf("saitama");
  const region = await desk(browser, server, staff);
  const all = range(1, 80);

  await t.test("80 unions, their demands, and 52 answers", async () => {
    const roster = all.map((code, at) => `${code}\t架空第${code.slice(1)}労働組合\t埼玉\t${20 + at}`);
    const pasted = ["単組コード\t単組名\t地方\t組合員数", ...roster].join("\n");
    assert.deepEqual(await bringIn(headquarters, server, { matter: "roster", on: "2004-01-01", pasted }), [80, 0, 0, 0, 0]);
    await openCampaign(headquarters, server, { code: "2004", year: 2004, on: "2004-02-01" });
    const demands = ["組合コード\t要求額", ...all.map((code) => `${code}\t6,000`)].join("\n");
    assert.deepEqual(await bringIn(region, server, { pasted: demands }), [80, 0, 0, 0, 0]);
    await server.at("2004-03-16T18:00");
    const answers = ["組合コード\t回答額", ...all.slice(0, 52).map((code) => `${code}\t5,000`)].join("\n");
    assert.deepEqual(await bringIn(region, server, { pasted: answers }), [52, 0, 0, 0, 0]);
  });

  await t.test("28 are to be called", async () => {
    await server.at("2004-03-17T10:00");
    assert.deepEqual(await listed(region, server), range(53, 80));
    await axe(region);
    await shot(region, "scene-region-list");
  });

  const book = file("region.xlsx", "");
  await t.test("one tells at once; then a colleague takes the workbook along", async () => {
    await report(region, server, 53, { amount: "5,000" });
    const answer = await region.context().request.get(`${server.origin}/regions/saitama/workbook.xlsx`);
    assert.equal(answer.status(), 200);
    file("region.xlsx", await answer.body());
  });

  await t.test("at the telephone: eight more, one of them typed for the wrong unit and moved", async () => {
    await server.at("2004-03-17T10:40");
    for (const number of [55, 56, 57, 58, 59, 60]) await report(region, server, number, { amount: "5,000" });
    await report(region, server, 62, { amount: "4,200" });
    // What the officer of U54 told is typed where U70 stands.
    await report(region, server, 70, { amount: "4,800" });
    await region.goto(`${server.origin}/units/U70`);
    await region.locator("#wage article.card", { hasText: "4,800" }).locator('a[href$="/move"]').click();
    await fill(region, { to: "U54" });
    await send(region).click();
    await region.waitForLoadState();
    // Shown beside each other first, then moved.
    assert.match(await text(region.locator("main")), /架空第54労働組合/);
    await shot(region, "scene-region-move");
    await send(region).click();
    await region.waitForURL(/\/units\//);
    for (const code of ["U70", "U54"]) {
      await region.goto(`${server.origin}/units/${code}/history`);
      assert.match(await text(region.locator("main")), /付け替え/, `${code}: the history says so`);
    }
  });

  await t.test("six absent with an hour to call back, three bargaining, one cannot tell, one suspended", async () => {
    for (const number of [70, 71, 72, 73, 74, 75]) await outcome(region, server, number, "absent", { callback: "15時" });
    for (const number of [76, 77, 78]) await outcome(region, server, number, "bargaining");
    await region.goto(`${server.origin}${LIST}/U79`);
    await region.locator('[name="withheld"][value="wage"]').check();
    await region.locator('main button[name="outcome"][value="cannot-tell"]').click();
    await region.waitForURL(/call=/);
    await report(region, server, 80, { kind: "suspended", condition: "results", until: "2004-06-30" });
    assert.deepEqual((await listed(region, server)).toSorted(), [...range(61, 61), ...range(63, 69), ...range(76, 78)]);
  });

  await t.test("ten rows of the workbook come back: 8 new, 1 identical, 1 in conflict", async () => {
    await server.at("2004-03-17T12:10");
    const sheets = JSON.parse(python("read", book));
    const title = Object.keys(sheets).find((name) => name.startsWith("回答"));
    assert.ok(title, `the sheets are ${Object.keys(sheets).join(", ")}`);
    const rows = { U53: {}, U62: { 賃上げ計: 4_000 } };
    for (const code of [unit(61), ...range(63, 69)]) rows[code] = { 賃上げ計: 4_500 };
    const back = file("back.xlsx", "");
    python("keep", book, back, title, JSON.stringify(rows));
    assert.deepEqual(await bringIn(region, server, { path: back, preview: true }), [8, 1, 0, 1, 0]);
    await axe(region);
    await shot(region, "scene-region-preview");
    assert.match(await text(region.locator("main")), /4,200円.*4,000円|4,000円.*4,200円/, "both stand side by side");
    assert.deepEqual(await enter(region), [8, 1, 0, 1, 0]);
    await shot(region, "scene-region-entered");
    await region.goto(`${server.origin}/units/U62`);
    const standing = await text(region.locator("#wage"));
    assert.match(standing, /4,200円/);
    assert.doesNotMatch(standing, /4,000円/, "nothing was overwritten");
  });

  await t.test("the states add up to eighty", async () => {
    await region.goto(`${server.origin}${LIST}`);
    const page = await text(region.locator("main"));
    for (const part of [/回答（有額） ?69/, /回答（非公開） ?1/, /調査対象 ?80/]) assert.match(page, part);
    assert.deepEqual((await listed(region, server, "?pick=all")).toSorted(), range(70, 78));
    await region.setViewportSize({ width: 390, height: 844 });
    await assertNoHorizontalScroll(region);
    await region.setViewportSize({ width: 1280, height: 800 });
  });

  let release;
  let sheet;
  await t.test("the release of five o'clock counts 69", async () => {
    await server.at("2004-03-17T16:46");
    release = await prepare(duty, server, "response-1");
    await approve(headquarters, release);
    await server.at("2004-03-17T17:00");
    await region.waitForTimeout(300);
    sheet = await released(region, release);
    assert.match(sheet, /回答 71組合のうち額 69組合、数値にならないもの 2組合/);
  });

  await t.test("given 22:40, heard 23:00, typed at 8:10: the curve of the 17th gains it", async () => {
    await server.at("2004-03-18T08:10");
    const before = await curve(headquarters, server, "2004-03-17");
    await report(region, server, 70, {
      step: "settlement", amount: "5,200",
      clocks: { given_on: "2004-03-17", given_time: "22:40", heard_on: "2004-03-17", heard_time: "23:00" },
    });
    const after = await curve(headquarters, server, "2004-03-17");
    assert.equal((after["22時"] ?? 0) - (before["22時"] ?? 0), 1, JSON.stringify(after));
    assert.equal(await released(region, release), sheet, "what was released stays as it was");
  });

  await t.test("the tally of ten o'clock includes it; told beside the first one it would be known, so it is closed", async () => {
    await server.at("2004-03-18T10:05");
    await headquarters.goto(`${server.origin}/board?at=2004-03-18+10:00`);
    assert.match(await text(headquarters.locator('[data-part="headline"]')), /(?<!\d)72(?!\d)/);
    await headquarters.goto(`${server.origin}/board?at=2004-03-17+17:00`);
    assert.match(await text(headquarters.locator('[data-part="headline"]')), /(?<!\d)71(?!\d)/);
    await duty.goto(`${server.origin}/prepare?round=response-2`);
    assert.match(await text(duty.locator("main")), /うち未確認 70組合/, "the check list counts it");
    const next = await prepare(duty, server, "response-2", { embargo: "2004-03-18 15:00" });
    await approve(headquarters, next);
    await server.at("2004-03-18T15:00");
    await region.waitForTimeout(300);
    assert.doesNotMatch(await released(region, next), /5,200|額 70組合/, "one union is the whole difference");
    assert.equal(await released(region, release), sheet);
    for (const page of [region, headquarters, duty]) assertNoProblems(page);
  });
});

/** The codes of a call list in its order, over all its pages. */
async function listed(page, server, query = "") {
  const codes = [];
  for (let number = 1; number < 10; number += 1) {
    await page.goto(`${server.origin}${LIST}${query || "?"}${number > 1 ? `&page=${number}` : ""}`);
    const here = await page.locator("li.call").evaluateAll((all) => all.map((item) => item.id.replace("u-", "")));
    const fresh = here.filter((code) => !codes.includes(code));
    codes.push(...fresh);
    if (fresh.length === 0 || (await page.locator(`a[href*="page=${number + 1}"]`).count()) === 0) break;
  }
  return codes;
}

/** Typed while the officer listens. */
async function report(page, server, number, { step = "response", amount, kind, condition, until, clocks = {} }) {
  await page.goto(`${server.origin}${LIST}/${unit(number)}?step=${step}`);
  if (amount) await fill(page, { "wage.total": amount });
  if (kind) await choose(page, "wage.kind", kind);
  if (condition) await choose(page, "wage.condition", condition);
  if (until) await fill(page, { "wage.suspended_until": until });
  await fill(page, clocks);
  await page.locator('main form[action$="/report"] .button.primary').first().click();
  await page.waitForURL(/call=|recorded=/);
}

/** What came of a call, in one touch on its page. */
async function outcome(page, server, number, what, { callback } = {}) {
  await page.goto(`${server.origin}${LIST}/${unit(number)}`);
  if (callback) await fill(page, { callback });
  await page.locator(`main button[name="outcome"][value="${what}"]`).click();
  await page.waitForURL(/call=/);
}

async function released(page, release) {
  await page.goto(`${release}/sheet`);
  return text(page.locator("main"));
}

/** Responses by the hour of a day, as known now. */
async function curve(page, server, day) {
  await page.goto(`${server.origin}/board`);
  await page.locator('a[href*="#hours-chart"]').first().click();
  await page.waitForURL(new RegExp(`on=${day}`));
  const found = {};
  for (const row of await page.locator("tr").all()) {
    const [head, value] = await row.locator("th, td").allTextContents();
    if (/^\d+時/.test(head ?? "")) found[head.trim()] = Number((value ?? "0").replaceAll(/[^\d]/g, ""));
  }
  return found;
}

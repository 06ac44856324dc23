// Headquarters at five o'clock: 412 answers of which 380 are amounts, 37 unconfirmed; frozen at
// 16:45, approved by a colleague, public at 17:00 and not a second before; at 17:20 one of them was
// 4,540 and not 5,450. And the researcher, who asks how much more the same unions got.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { assertNoHorizontalScroll, assertNoProblems, axe, shot, startBrowser } from "./harness.mjs";
import { fill, send, text } from "./federation.mjs";
import { approve, bringIn, desk, openCampaign, prepare, startOffice } from "./office.mjs";

let browser;

before(async () => {
  browser = await startBrowser();
});

/** What an answer said: code of the unit, members, what stands in the cell of the amount, the rate. */
function answers() {
  const found = [];
  for (let at = 0; at < 412; at += 1) {
    const code = `U${String(at).padStart(3, "0")}`;
    // 380 amounts over 190,000 members.
    const members = at === 0 ? 1_000 : at <= 2 ? 250 : 500;
    const amount =
      at === 0 ? "5,450" : at === 3 ? "5,300" : at < 380 ? "5,400" : at < 398 ? "言葉" : at < 407 ? "非公開" : "";
    found.push({ code, members, amount, rate: at >= 407 ? "1.80" : "" });
  }
  return found;
}

test("headquarters at five o'clock", async (t) => {
  const server = await startOffice("2004-03-17T15:30");
  const headquarters = await desk(browser, server, server.first("本部局員"));
  const duty = await desk(browser, server, server.first("公表担当"));
  const region = await desk(browser, server, server.staffOf("saitama"));
  const everybody = await browser.newPage();
  const all = answers();

  await t.test("the roster of 412 unions comes in, and the frame is fixed", async () => {
    const rows = all.map(({ code, members }) => `${code}\t架空第${code.slice(1)}労働組合\t埼玉\t${members}`);
    const counted = await bringIn(headquarters, server, {
      matter: "roster", on: "2004-01-01", pasted: ["単組コード\t単組名\t地方\t組合員数", ...rows].join("\n"),
    });
    assert.deepEqual(counted, [412, 0, 0, 0, 0]);
    await openCampaign(headquarters, server, { code: "2004", year: 2004, on: "2004-02-01" });
  });

  await t.test("its region enters 412 answers: 380 amounts, 18 words, 9 withheld, 5 rates", async () => {
    const rows = all.map(({ code, amount, rate }) => `${code}\t${amount}\t${rate}`);
    const pasted = ["組合コード\t回答額\t賃上げ率", ...rows].join("\n");
    assert.deepEqual(await bringIn(region, server, { pasted }), [412, 0, 0, 0, 0]);
  });

  await t.test("headquarters confirms for it, all but 37", async () => {
    await confirmAllBut(headquarters, server, all.slice(343, 380).map(({ code }) => `架空第${code.slice(1)}労働組合`));
  });

  let release;
  await t.test("at 16:46 the figures of 16:45 are frozen, with their check list", async () => {
    await server.at("2004-03-17T16:46");
    await duty.goto(`${server.origin}/prepare?round=response-1`);
    const list = await text(duty.locator("main"));
    assert.match(list, /集計組合 380組合/);
    assert.match(list, /うち未確認 37組合/);
    await axe(duty);
    await shot(duty, "scene-hq-prepare");
    release = await prepare(duty, server, "response-1");
    await duty.goto(release);
    const own = duty.locator('form[action$="/approve"]');
    assert.equal(await own.count(), 0, "nobody approves what they prepared");
  });

  await t.test("a colleague approves it; until 16:59:59 nobody outside has it", async () => {
    await server.at("2004-03-17T16:50");
    await approve(headquarters, release);
    await server.at("2004-03-17T16:59:59");
    for (const path of [release, `${release}/sheet`, `${release}/sheet.xlsx`, `${release}/tables.csv`]) {
      const answer = await everybody.goto(path).catch((error) => assert.fail(`${path}: ${error.message}`));
      assert.equal(answer.status(), 404, path);
    }
    const list = await listOf(everybody, server);
    assert.match(list, /次の公表の予定：第1回 回答集計 2004年3月17日\(水\) 17:00/, "that something comes is no secret");
    assert.match(list, /まだ公表されたものはありません/);
    // A page that is not there says so to the console as well.
    everybody.problems.length = 0;
  });

  await t.test("at 17:00:00 the program publishes it by itself, as it was frozen", async () => {
    await server.at("2004-03-17T17:00:00");
    await published(everybody, server, release);
    await everybody.goto(release);
    const page = await text(everybody.locator("main"));
    assert.match(page, /5,400/);
    assert.match(page, /190,000/);
    await axe(everybody);
    const sheet = await text((await everybody.goto(`${release}/sheet`), everybody.locator("main")));
    assert.match(sheet, /5,400/);
    assert.match(sheet, /回答 412組合のうち額 380組合、数値にならないもの 32組合/);
    for (const reason of [/言葉 ?18/, /非公開 ?9/, /率のみ・額のみ ?5/]) assert.match(sheet, reason);
    assert.match(sheet, /未確認 37組合/, "the unconfirmed are printed");
    await shot(everybody, "scene-hq-sheet");
  });

  await t.test("its region takes what comes back to it", async () => {
    await region.goto(`${release}/regions/saitama`);
    await region.locator('main form[method="post"] .button').first().click();
    await region.waitForLoadState();
  });

  let correction;
  await t.test("at 17:20 it was 4,540: the same figures with one mistake mended", async () => {
    await server.at("2004-03-17T17:20");
    await correct(region, server, "U000", "4,540");
    // Somebody else is early for the next round: that is no part of the correction.
    await correct(region, server, "U004", "6,400", { further: true });
    correction = await prepare(duty, server, "response-1", { embargo: "2004-03-17 17:40", corrects: "entry", remark: "一桁の入れ違い" });
    await duty.goto(correction);
    await shot(duty, "scene-hq-correction");
    await approve(headquarters, correction);
  });

  await t.test("5,400 becomes 5,395 (r), the old sheet stays, and whoever had it is told", async () => {
    await server.at("2004-03-17T17:40");
    await published(everybody, server, correction);
    await everybody.goto(correction);
    assert.match(await text(everybody.locator("main")), /5,395\s*\(r\)/);
    const sheet = await text((await everybody.goto(`${correction}/sheet`), everybody.locator("main")));
    assert.match(sheet, /5,395\s*\(r\)/);
    await shot(everybody, "scene-hq-sheet-corrected");
    const answer = await everybody.goto(release);
    assert.equal(answer.status(), 200);
    assert.match(await text(everybody.locator("main")), /5,400/, "the old one is readable");
    await region.goto(`${server.origin}/today`);
    assert.match(await text(region.locator("main")), /訂正/, "the region is told");
    for (const page of [everybody, headquarters, duty, region]) assertNoProblems(page);
  });

  await t.test("computed again from the command line, nothing differs", async () => {
    assert.equal(await server.stop(), "exit code 0");
    const done = spawnSync(process.env.DANKETSU_BIN, ["release", "check", "--data", server.data], { encoding: "utf8" });
    assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
    assert.match(done.stdout + done.stderr, /2件/);
  });
});

/** Confirms what waits in the region of these units, all but those. */
async function confirmAllBut(page, server, kept) {
  const path = `${server.origin}/regions/saitama/confirm`;
  for (let round = 0; round < 20; round += 1) {
    await page.goto(path);
    const boxes = page.locator('main input[type="checkbox"][name="statement"]');
    const found = await boxes.evaluateAll((all) => all.map((box) => ({ value: box.value, row: box.closest("tr")?.innerText ?? "" })));
    const wanted = found.filter(({ row }) => !kept.some((name) => row.includes(name)));
    if (wanted.length === 0) return;
    for (const { value } of found.filter((one) => !wanted.includes(one))) await page.locator(`[name="statement"][value="${value}"]`).uncheck();
    await page.locator('main form[method="post"] .button.primary').first().click();
    await page.waitForLoadState();
  }
  assert.fail("there is no end of what waits");
}

async function listOf(page, server) {
  await page.goto(`${server.origin}/releases`);
  return text(page.locator("main"));
}

/** The runner works beside the pages: the release is there at once, or a moment later. */
async function published(page, server, release) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const answer = await page.goto(release);
    if (answer.status() === 200) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${release} was not published`);
}

/** Says again what a unit's answer was. */
async function correct(page, server, code, amount, { further = false } = {}) {
  await page.goto(`${server.origin}/units/${code}/report?step=response&track=wage`);
  await page.locator(`[name="wage.relation"][value="${further ? "further" : "correction"}"]`).check();
  await fill(page, { "wage.total": amount });
  await send(page).click();
  await page.waitForURL(/recorded=\d+/);
}

// A researcher: union A (1,000 members) got 6,000 last year and 6,100 now, B (1,000 members) 4,000
// now and nothing is known of last year. The means of two different samples say −950, the same union
// says +100. And the release, computed again by the command line, says the same as the day it was made.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { assertNoHorizontalScroll, axe, shot, startBrowser } from "./harness.mjs";
import { fill, send, text } from "./federation.mjs";
import { approve, bringIn, desk, openCampaign, prepare, startOffice } from "./office.mjs";

let browser;

before(async () => {
  browser = await startBrowser();
});

test("the researcher", async (t) => {
  const server = await startOffice("2004-01-20T10:00");
  const headquarters = await desk(browser, server, server.first("本部局員"));
  const duty = await desk(browser, server, server.first("公表担当"));

  await t.test("last year comes in by the first-year page: A settled for 6,000", async () => {
    const roster = ["A01\t架空甲労働組合\t埼玉\t1,000", "B01\t架空乙労働組合\t埼玉\t1,000"];
    // Unions too small to matter, so that a total can be told at all.
    const pasted = ["単組コード\t単組名\t地方\t組合員数", ...roster].join("\n");
    assert.deepEqual(await bringIn(headquarters, server, { matter: "roster", on: "2003-01-01", pasted }), [2, 0, 0, 0, 0]);
    await headquarters.goto(`${server.origin}/setup`);
    await fill(headquarters, { year: "2003", on: "2003-02-01" });
    await headquarters.locator('form[action="/setup/campaign"] .button.primary').click();
    await headquarters.waitForLoadState();
    const last = "組合コード\t妥結額\t妥結日\nA01\t6,000\t2003-03-14";
    assert.deepEqual(await bringIn(headquarters, server, { pasted: last }), [1, 0, 0, 0, 0]);
    await headquarters.goto(`${server.origin}/campaigns`);
    await fill(headquarters, { "spring-2003-close-code": "spring-2003" });
    await headquarters.locator('form[action="/campaigns/spring-2003/close"] .button').first().click();
    await headquarters.waitForLoadState();
  });

  await t.test("this year A got 6,100 and B 4,000", async () => {
    await openCampaign(headquarters, server, { code: "2004", year: 2004, on: "2004-02-01" });
    await server.at("2004-03-17T16:00");
    const now = "組合コード\t回答額\nA01\t6,100\nB01\t4,000";
    assert.deepEqual(await bringIn(headquarters, server, { pasted: now }), [2, 0, 0, 0, 0]);
  });

  await t.test("cross-section −950, same unions +100, one matched, one not", async () => {
    await headquarters.goto(`${server.origin}/board/same-unions`);
    const page = await text(headquarters.locator("main"));
    assert.match(page, /[▲−-]950/);
    assert.match(page, /\+?100(?![\d,])/);
    await axe(headquarters);
    await shot(headquarters, "scene-researcher");
    const rows = await headquarters.locator('main a[href^="/board/same-unions/rows"]').first().getAttribute("href");
    await headquarters.goto(server.origin + rows);
    const which = await text(headquarters.locator("main"));
    assert.match(which, /今年 5,050（2組合・2,000人）、比べる年 6,000（1組合・1,000人）、差 ▲950/);
    assert.match(which, /今年 6,100（1組合・1,000人）、比べる年 6,000（1組合・1,000人）、差 \+100/);
    assert.match(which, /比べた組合 1 今年だけ数値がある 1 比べる年だけ数値がある 0/);
    assert.match(which, /架空甲労働組合/);
    await headquarters.locator('main a[href*="show=now"]').first().click();
    await headquarters.waitForURL(/show=now/);
    assert.match(await text(headquarters.locator("main")), /架空乙労働組合/, "the one without a partner is named, too");
    await shot(headquarters, "scene-researcher-rows");
    await headquarters.setViewportSize({ width: 390, height: 844 });
    await assertNoHorizontalScroll(headquarters);
  });

  await t.test("of two unions nothing is told outside", async () => {
    await server.at("2004-03-17T16:46");
    const release = await prepare(duty, server, "response-1");
    await approve(headquarters, release);
    await server.at("2004-03-17T17:01");
    const everybody = await browser.newPage();
    await everybody.goto(release);
    const told = await text(everybody.locator("main"));
    for (const secret of ["6,100", "4,000", "5,050", "950"]) assert.doesNotMatch(told, new RegExp(`(?<![\\d,])${secret}(?!\\d)`), secret);
  });

  await t.test("a year of entries later the release, computed again, is the same", async () => {
    await server.at("2004-03-19T09:00");
    await headquarters.goto(`${server.origin}/units/A01/report?step=response&track=wage`);
    await headquarters.locator('[name="wage.relation"][value="correction"]').check();
    await fill(headquarters, { "wage.total": "6,900" });
    await send(headquarters).click();
    await headquarters.waitForURL(/recorded=\d+/);
    assert.equal(await server.stop(), "exit code 0");
    const done = spawnSync(process.env.DANKETSU_BIN, ["release", "check", "--data", server.data], { encoding: "utf8" });
    assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
    assert.match(done.stdout + done.stderr, /公表 1件を計算し直しました。違うもの 0件/);
  });
});

// Entry unions: sixty of them are picked with their region and frozen before the first tally; 41
// have answered in the first, 52 in the second. Both are tallied over all who answered, and over the
// same ones in both.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { assertNoHorizontalScroll, assertNoProblems, axe, shot, startBrowser } from "./harness.mjs";
import { text } from "./federation.mjs";
import { bringIn, desk, openCampaign, startOffice } from "./office.mjs";

let browser;

before(async () => {
  browser = await startBrowser();
});

test("a panel of sixty", async (t) => {
  const server = await startOffice("2004-03-10T10:00");
  const headquarters = await desk(browser, server, server.first("本部局員"));
  const region = await desk(browser, server, server.staffOf("saitama"));
  const codes = Array.from({ length: 70 }, (_, at) => `U${String(at + 1).padStart(2, "0")}`);
  const answer = (some, yen) => ["組合コード\t回答額", ...some.map((code) => `${code}\t${yen}`)].join("\n");

  await t.test("seventy small unions, of which the region proposes sixty", async () => {
    const rows = codes.map((code, at) => `${code}\t架空第${code.slice(1)}労働組合\t埼玉\t${100 + at}`);
    const pasted = ["単組コード\t単組名\t地方\t組合員数", ...rows].join("\n");
    assert.deepEqual(await bringIn(headquarters, server, { matter: "roster", on: "2004-01-01", pasted }), [70, 0, 0, 0, 0]);
    await openCampaign(headquarters, server, { code: "2004", year: 2004, on: "2004-02-01" });
    await pick(region, server, codes.slice(0, 60), "propose");
    await axe(region);
    await shot(region, "scene-panel-proposed");
  });

  await t.test("headquarters picks them and freezes the list", async () => {
    await pick(headquarters, server, codes.slice(0, 60), "choose");
    await headquarters.goto(`${server.origin}/panel`);
    await headquarters.locator('form[action="/panel/freeze"] .button').click();
    await headquarters.waitForLoadState();
    assert.match(await text(headquarters.locator("main")), /エントリー組合 ?60/);
  });

  await t.test("41 in the first round, 52 in the second; the same 41 in both", async () => {
    await server.at("2004-03-17T15:00");
    assert.deepEqual(await bringIn(region, server, { pasted: answer(codes.slice(0, 41), "5,000") }), [41, 0, 0, 0, 0]);
    await server.at("2004-03-18T09:00");
    const more = [...codes.slice(41, 52), ...codes.slice(60, 65)];
    assert.deepEqual(await bringIn(region, server, { pasted: answer(more, "4,000") }), [16, 0, 0, 0, 0]);
    await server.at("2004-03-18T10:30");
    await headquarters.goto(`${server.origin}/panel`);
    const page = await text(headquarters.locator("main"));
    assert.match(page, /(?<!\d)41(?!\d)/);
    assert.match(page, /(?<!\d)52(?!\d)/);
    await axe(headquarters);
    await shot(headquarters, "scene-panel-rounds");
    await headquarters.setViewportSize({ width: 390, height: 844 });
    await assertNoHorizontalScroll(headquarters);
    await shot(headquarters, "scene-panel-rounds-390");
    for (const one of [headquarters, region]) assertNoProblems(one);
  });
});

/** Ticks the units page by page and presses the button. */
async function pick(page, server, codes, what) {
  for (let number = 1; number < 10; number += 1) {
    await page.goto(`${server.origin}/panel?page=${number}`);
    const boxes = page.locator('input[name="unit"]');
    const values = await boxes.evaluateAll((all) => all.map((box) => box.value));
    const wanted = values.filter((code) => codes.includes(code));
    for (const code of wanted) await page.locator(`input[name="unit"][value="${code}"]`).check();
    if (wanted.length > 0) {
      await page.locator('[name="reason"]').first().selectOption({ index: 0 });
      await page.locator(`button[name="do"][value="${what}"]`).click();
      await page.waitForLoadState();
    }
    if ((await page.locator(`a[href*="page=${number + 1}"]`).count()) === 0) return;
  }
}

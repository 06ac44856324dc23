// A file on its way: pasted out of Excel, its columns, the preview, the run, the way back.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { assertNoHorizontalScroll, assertNoProblems, axe, shot, startBrowser } from "./harness.mjs";
import { cast, signIn, startFederation } from "./federation.mjs";

let server;
let browser;
let people;

before(async () => {
  server = await startFederation({ units: 60, start: "2004-03-17T15:00" });
  browser = await startBrowser();
  people = await cast(server);
});

const first = (duty) => people.find((person) => person.duty === duty);

/** The page as a phone and as a desk show it: no problem, nothing to scroll sideways. */
async function look(page, name) {
  await axe(page);
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await assertNoHorizontalScroll(page);
    await shot(page, `${name}-${width}`);
  }
}

/** Codes and names of the units of the region. */
async function units(page) {
  await page.goto(`${server.origin}/regions`);
  const links = await page.locator('#units a[href^="/units/"]').all();
  const found = [];
  for (const link of links) {
    const code = (await link.getAttribute("href")).split("/").at(-1);
    if (!found.includes(code)) found.push(code);
  }
  return found;
}

test("a region pastes a table, mends a cell, enters it and takes it back", async () => {
  // The regions of a small federation have few units: one with some is looked for.
  let page;
  let codes = [];
  for (const person of people.filter((one) => one.duty === "地方担当")) {
    await page?.close();
    page = await browser.newPage({ width: 390, height: 900, locale: "ja-JP" });
    await signIn(page, server, person);
    codes = await units(page);
    if (codes.length >= 4) break;
  }
  assert.ok(codes.length >= 4, `${codes.length} units`);
  const rows = codes.slice(0, 5).map((code, index) => `${code}\t${5000 + index * 100}\t${(1.7 + index / 10).toFixed(1)}`);
  const table = ["組合コード\t妥結額\t賃上げ率", ...rows, "Z999\t5000\t", `${codes[5] ?? "Z998"}\t5千円\t`].join("\n");
  await page.goto(`${server.origin}/imports`);
  await look(page, "imports");
  await page.locator("textarea[name=pasted]").fill(table);
  await page.getByRole("button", { name: "何が変わるか見る" }).click();
  await page.waitForURL("**/imports/columns");
  await look(page, "imports-columns");
  await page.getByRole("button", { name: "何が変わるか見る" }).click();
  await page.waitForURL("**/imports/preview");
  await look(page, "imports-preview");
  await page.locator("input[name=skip]").check();
  await page.getByRole("button", { name: "この内容で取り込む" }).click();
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/);
  // The page says by itself that the rows are in; the result is one step away, or already there.
  await page.getByText("取り込みが終わりました").first().waitFor();
  await page.reload();
  await look(page, "imports-result");
  await page.getByText("取り込みを取り消す").click();
  await page.getByRole("button", { name: "まとめて取り消す" }).click();
  await page.getByText("取り込みを取り消しました").waitFor();
  assertNoProblems(page);
  await page.close();
});

test("the first year, step by step", async () => {
  const page = await browser.newPage({ width: 390, height: 900, locale: "ja-JP" });
  await signIn(page, server, first("本部局員"));
  await page.goto(`${server.origin}/setup`);
  const printed = "規模\t組合数\t人員\t加重平均\t単純平均\n計\t50\t20,000\t5,000\t4,000\n1〜99人\t10\t500\t4,000\t4,100";
  await page.locator("form[action='/setup/printed'] textarea").fill(printed);
  await page.getByRole("button", { name: "比べる" }).click();
  await page.getByText("欄が合いません").waitFor();
  await look(page, "setup");
  assertNoProblems(page);
  await page.close();
});

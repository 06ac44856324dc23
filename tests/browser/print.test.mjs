// Paper: what the printer would get of the pages that are printed, counted, read, and drawn to
// pictures for a person to look at (tests/browser/shots).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { before, test } from "node:test";
import { startBrowser } from "./harness.mjs";
import { cast, fill, ownUnit, pageOf, send, startFederation } from "./federation.mjs";

const SHOTS = fileURLToPath(new URL("./shots", import.meta.url));
const A4 = [595, 842];
const A3 = [842, 1191];

let server;
let browser;
let people;

before(async () => {
  server = await startFederation({ units: 60, start: "2004-03-17T15:00" });
  browser = await startBrowser();
  people = await cast(server);
  mkdirSync(SHOTS, { recursive: true });
});

const one = (duty) => people.find((person) => person.duty === duty);

/** Prints as the style sheet says (`a4: false`) or on whatever lies in the printer (`a4: true`). */
async function print(t, page, name, { size, landscape = false, most, a4 = false }) {
  const pdf = await page.pdf(a4 ? { format: "A4", landscape, margin: {} } : { preferCSSPageSize: true });
  const path = join(SHOTS, `print-${name}.pdf`);
  writeFileSync(path, pdf);
  const raw = pdf.toString("latin1");
  const boxes = [...raw.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, width, height]) => [width, height].map(Number));
  assert.ok(boxes.length >= 1 && boxes.length <= most, `${name}: ${boxes.length} sheets, not more than ${most}`);
  const wanted = landscape ? size.toReversed() : size;
  for (const box of boxes) {
    assert.ok(Math.abs(box[0] - wanted[0]) <= 2 && Math.abs(box[1] - wanted[1]) <= 2, `${name}: a sheet of ${box.join(" × ")} points`);
  }
  if (existsSync("/usr/bin/pdftotext")) {
    const read = spawnSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8" }).stdout.split("\f").slice(0, boxes.length);
    assert.equal(read.length, boxes.length);
    read.forEach((sheet, index) => {
      assert.match(sheet.normalize("NFKC"), /架空データ/, `${name}: sheet ${index + 1} does not say that it is invented`);
      assert.match(sheet, new RegExp(`${index + 1} ?/ ?${boxes.length}`), `${name}: sheet ${index + 1} has its number`);
    });
  } else {
    t.diagnostic(`${name}: pdftotext is not installed; ${boxes.length} sheets were not read`);
  }
  if (existsSync("/usr/bin/pdftoppm")) {
    spawnSync("pdftoppm", ["-r", "60", "-png", path, join(SHOTS, `print-${name}`)]);
    assert.ok(readdirSync(SHOTS).some((file) => file.startsWith(`print-${name}-`) && file.endsWith(".png")));
  }
}

test("a unit's page is a letter", async (t) => {
  const page = await pageOf(browser, server, one("単組役員"));
  await page.goto(await ownUnit(page, server));
  await print(t, page, "unit", { size: A4, most: 5 });
});

test("the invitation is one sheet, with nothing on it but what the person needs", async (t) => {
  const page = await pageOf(browser, server, one("地方担当"));
  await page.goto(`${server.origin}/people/new`);
  await page.locator('[name="organisation"]').selectOption({ index: 1 });
  await fill(page, { family: "見本", given: "太郎" });
  await send(page).click();
  await page.waitForSelector(".invitation");
  await print(t, page, "invitation", { size: A4, most: 1 });
});

test("a region's table is a broad sheet, and fits on A4 as well", async (t) => {
  const page = await pageOf(browser, server, one("地方担当"));
  await page.goto(`${server.origin}/regions`);
  await print(t, page, "region", { size: A3, landscape: true, most: 2 });
  await print(t, page, "region-a4", { size: A4, landscape: true, most: 3, a4: true });
});

test("the board", async (t) => {
  const page = await pageOf(browser, server, one("本部局員"));
  await page.goto(`${server.origin}/board`);
  await print(t, page, "board", { size: A3, landscape: true, most: 8 });
  await print(t, page, "board-a4", { size: A4, landscape: true, most: 14, a4: true });
});

test("a release, before its hour for whoever prepares it", async (t) => {
  const page = await pageOf(browser, server, one("公表担当"));
  await page.goto(`${server.origin}/prepare`);
  await page.locator('main a[href^="/prepare?"], main a[href*="round="]').first().click();
  await send(page).click();
  await page.waitForURL(/\/releases\/|\/prepare/);
  const link = page.locator('main a[href^="/releases/"]').first();
  if (!page.url().includes("/releases/")) await link.click();
  await page.waitForURL(/\/releases\/[0-9a-f-]{36}/);
  await print(t, page, "release", { size: A3, landscape: true, most: 8 });
});

test("the form for the fax and the sheet of a release are one sheet each", async (t) => {
  const page = await pageOf(browser, server, one("地方担当"));
  await page.goto(`${server.origin}/regions`);
  const unit = await page.locator("#units a").first().getAttribute("href");
  await page.goto(`${server.origin}${unit}/form`);
  await print(t, page, "form", { size: A4, most: 1 });
  await page.goto(`${server.origin}/releases`);
  const releases = await page.locator('main a[href^="/releases/"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  await page.goto(`${server.origin}${releases.find((href) => /^\/releases\/[0-9a-f-]{36}$/.test(href))}/sheet`);
  await print(t, page, "sheet", { size: A4, landscape: true, most: 1 });
});

test("a calculation is one sheet, with its steps and sources", async (t) => {
  const page = await browser.newPage({ width: 1280, height: 900 });
  const calculations = [
    "pension-in-work?on=2004-04-01&age=62&pension=200000&remuneration=300000&bonus=600000",
    "pension-in-work?on=2025-04-01&age=63&pension=100000&remuneration=460000&compare=2026-04-01",
    "continued-benefit?on=2003-10-01&reached=2003-06-01&base=320000&wage=211000&mode=administrative",
    "joint-payment?on=2003-10-01&reached=2003-06-01&base=320000&remuneration=220000",
    "contributions?on=2024-06-01&remuneration=300000&insurer=kyokai-13&care=yes&business=general",
    "minimum-wage?on=2003-10-01&prefecture=47&monthly=100000&hours=2040",
    "hourly-demand?on=2004-01-16&prefecture=47&industry=750",
    "premium?on=2024-04-01&kind=over-60&night=yes&size=small&monthly=255000&hours=2040",
    "leave?on=2024-04-01&weekly=5&service=42&attendance=90",
    "standard-bonus?on=2024-06-15&bonus=456789",
    "next-generation?on=2004-01-16&workers=301",
  ];
  for (const address of calculations) {
    await page.goto(`${server.origin}/law/${address}`);
    await print(t, page, `law-${address.split("?")[0]}`, { size: A4, most: 1 });
  }
});

// Every workbook that leaves the program is opened by other programs: by openpyxl always, by
// LibreOffice where it is installed. What a page offers under .xlsx is found on the page itself.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startBrowser } from "./harness.mjs";
import { cast, ownUnit, pageOf, startFederation } from "./federation.mjs";

const SCRIPT = fileURLToPath(new URL("./workbook.py", import.meta.url));
const OFFICE = "/usr/bin/soffice";
const folder = mkdtempSync(join(tmpdir(), "danketsu-books-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let server;
let browser;
let people;

before(async () => {
  server = await startFederation({ units: 60, start: "2004-03-30T15:00" });
  browser = await startBrowser();
  people = await cast(server);
});

const first = (duty) => people.find((person) => person.duty === duty);

/** All workbooks that these pages offer, each once: the address and what came. */
async function offered(page, paths, more = []) {
  const found = new Set(more);
  for (const path of paths) {
    await page.goto(server.origin + path);
    const links = await page.locator("main a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    links.filter((href) => /\.xlsx($|\?)|[?&]format=xlsx|\/xlsx$/.test(href)).forEach((href) => found.add(href));
  }
  const books = [];
  for (const href of found) {
    const answer = await page.context().request.get(new URL(href, server.origin).href);
    assert.equal(answer.status(), 200, href);
    books.push({ href, bytes: await answer.body() });
  }
  return books;
}

/** Opened elsewhere, it has sheets with rows, says that it is invented, and computes nothing. */
function opened(books, name) {
  const paths = books.map(({ bytes }, at) => {
    const path = join(folder, `${name}-${at}.xlsx`);
    writeFileSync(path, bytes);
    return path;
  });
  const done = spawnSync("/usr/bin/python3", [SCRIPT, "read", ...paths], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(done.status, 0, `openpyxl says\n${done.stderr}`);
  const read = done.stdout.trimEnd().split("\n");
  assert.equal(read.length, books.length);
  books.forEach(({ href }, at) => {
    const sheets = Object.entries(JSON.parse(read[at]));
    assert.ok(sheets.length > 0, href);
    const cells = sheets.flatMap(([, rows]) => rows.flat()).filter((cell) => cell !== null);
    assert.ok(cells.length > 3, `${href}: ${cells.length} cells`);
    assert.ok(cells.some((cell) => String(cell).includes("架空データ")), `${href} does not say that it is invented`);
    const formula = cells.find((cell) => /^=/.test(String(cell)));
    assert.equal(formula, undefined, `${href}: a cell that another program would compute`);
  });
}

test("workbooks of a unit, a region and headquarters open in another program", async (t) => {
  const officer = await pageOf(browser, server, first("単組役員"));
  const unit = new URL(await ownUnit(officer, server)).pathname;
  opened(await offered(officer, ["/today", unit, `${unit}/history`, "/participants", "/section"]), "unit");

  const region = await pageOf(browser, server, first("地方担当"));
  await region.goto(`${server.origin}/regions`);
  const at = new URL(region.url()).pathname;
  const out = await newest(region);
  const paths = ["/today", at, `${at}/calls/print`, `${at}/membership`, "/meetings/late", "/suspensions", `${out}${at}`];
  opened(await offered(region, paths, [`${at}/workbook.xlsx`]), "region");

  const headquarters = await pageOf(browser, server, first("本部局員"));
  const staff = ["/board", "/board/same-unions", "/membership", "/organisations", "/releases", out, `${out}/deliveries`, "/panel", "/people"];
  const books = await offered(headquarters, staff, [`${out}/sheet.xlsx`]);
  opened(books, "headquarters");
  assert.ok(books.length > 10, `${books.length} workbooks`);
  t.diagnostic(`${readdirSync(folder).length} workbooks were opened`);
});

test("and in LibreOffice", async (t) => {
  if (!existsSync(OFFICE)) return t.diagnostic("LibreOffice is not installed; nothing was opened in it");
  // It takes its time: one of every six, the forms that people fill in among them.
  const all = readdirSync(folder).filter((name) => name.endsWith(".xlsx")).toSorted();
  const some = all.filter((name, at) => at % 6 === 0 || name === "region-0.xlsx").map((name) => join(folder, name));
  const profile = `-env:UserInstallation=file://${join(folder, "profile")}`;
  const done = spawnSync(OFFICE, [profile, "--headless", "--convert-to", "pdf", "--outdir", folder, ...some], { encoding: "utf8", timeout: 120_000 });
  assert.equal(done.status, 0, done.stderr);
  const drawn = readdirSync(folder).filter((name) => name.endsWith(".pdf"));
  assert.equal(drawn.length, some.length, `${drawn.length} of ${some.length} workbooks became paper`);
});

async function newest(page) {
  await page.goto(`${server.origin}/releases`);
  const links = await page.locator('main a[href^="/releases/"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  return links.find((href) => /^\/releases\/[0-9a-f-]{36}$/.test(href));
}

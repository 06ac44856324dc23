// Every page that somebody can reach, in both languages, from the narrowest phone to a wall.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { assertNoHorizontalScroll, axe, startBrowser } from "./harness.mjs";
import { cast, ownUnit, signIn, startFederation, text } from "./federation.mjs";

const WIDTHS = [390, 320, 1280, 3840];
const JAPANESE = /[\u3041-\u30ff\u3400-\u9fff々]+/u;

let server;
let browser;
let people;

before(async () => {
  server = await startFederation({ units: 60, start: "2004-03-17T15:00" });
  browser = await startBrowser();
  people = await cast(server);
});

/** The calculators: empty, answered, unknown, wrong. */
const LAW = [
  "/law", "/law/minimum-wages", "/law/minimum-wages?on=2026-10-15&target=1500&prefecture=02", "/law/older-worker-model",
  "/law/older-worker-model?on=2004-01-16&pension=150000&base=400000&target=355000&wage=250000&mode=statute&grades=off",
  "/law/pension-in-work", "/law/pension-in-work?on=2004-04-01&age=62&pension=200000&remuneration=300000&bonus=600000",
  "/law/continued-benefit?on=2003-10-01&reached=2003-06-01&base=320000&wage=211000&mode=administrative",
  "/law/minimum-wage?on=2003-10-01&prefecture=47&monthly=100000&hours=2040", "/law/hourly-demand?on=2004-01-16&prefecture=47&industry=750",
  "/law/contributions?on=2024-06-01&remuneration=300000&insurer=kyokai-13&care=yes&business=general",
  "/law/overtime?size=large&special=yes&variable=no&months=2024-04+60+40%0A2024-05+46:30+0%0A2024-06",
  "/law/premium?on=2024-04-01&kind=over-60&night=yes&size=small&monthly=255000&hours=2040", "/law/leave?on=abc&weekly=5&service=42&attendance=",
  "/law/period-ceiling?on=2024-04-01&days=31", "/law/joint-payment?on=2003-10-01&reached=2003-06-01&base=320000&remuneration=220000",
  "/law/age-minimum?on=2004-01-16&age=30&prefecture=47&index=2000", "/law/standard-bonus?on=2024-06-15&bonus=456789",
  "/law/petition?on=2005-06-01&case=agreement/revision&workers=1000&backings=200+780%0A100+760", "/law/petition?on=2026-04-01&case=agreement/new&workers=&backings=many",
  "/law/variable-hours?week=sunday&days=2024-04-07%0A2024-04-08+10+11%0A2024-04-09+6+6%0A2024-04-10+8+8%0A2024-04-11+8+8%0A2024-04-12+8+8%0A2024-04-13+0+5",
  "/law/next-generation?on=2004-01-16&workers=301", "/law/changes", "/law/changes?from=2025-10-01&until=2025-10-08&agreements=Machinery+13+1200",
  "/law/values", "/law/values?name=regional-minimum-wage&key=05",
  "/law/pension-in-work?on=2025-04-01&age=63&pension=100000&remuneration=460000&compare=2026-04-01",
  "/law/older-worker-model?on=2025-05-01&qualified=2025-04-10&pension=100000&base=400000&target=300000&wage=220000&mode=statute&grades=usual&insurer=usual&accident=3",
];

const first = (duty) => people.find((person) => person.duty === duty);

/** The newest release that is out. */
async function release(page) {
  await page.goto(`${server.origin}/releases`);
  const links = await page.locator('main a[href^="/releases/"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  return links.find((href) => /^\/releases\/[0-9a-f-]{36}$/.test(href));
}

/** Who looks, and where they can go. */
const VIEWERS = {
  everybody: () => ({
    person: undefined,
    paths: async (page) => {
      const out = await release(page);
      return ["/sign-in", "/welcome", "/help", "/releases", out, `${out}/sheet`, "/demo", "/no-such-page", ...LAW];
    },
  }),
  officer: () => ({
    person: first("単組役員"),
    paths: async (page) => {
      const unit = new URL(await ownUnit(page, server)).pathname;
      await page.goto(server.origin + unit);
      const zone = await page.locator('main a[href*="/situation/"]').first().getAttribute("href");
      const steps = ["demand", "response", "settlement", "continued"].map((step) => `${unit}/report?step=${step}`);
      const tracks = ["minimum-wage", "agreements", "package"].map((track) => `${unit}/report?track=${track}`);
      const more = ["contact", "case", "alert"].map((page) => `${unit}/${page}`);
      await page.goto(`${server.origin}/census`);
      const wages = await page.locator('main a[href*="/census/wages-2003/units/"]').first().getAttribute("href");
      return [
        "/census", "/census/wages-2003", wages, `${wages}?by=education`, `${wages}/file`, `${wages}/pack`,
        "/today", unit, `${unit}/history`, ...steps, ...tracks, ...more, zone, `${unit}/strike-mandate`, "/participants",
        "/section", "/alerts", "/account",
      ];
    },
  }),
  region: () => ({
    person: first("地方担当"),
    paths: async (page) => {
      await page.goto(`${server.origin}/regions`);
      const region = new URL(page.url()).pathname;
      const unit = await page.locator("#units a").first().getAttribute("href");
      const calls = `${region}/calls`;
      await page.goto(`${server.origin}${calls}?pick=all`);
      const call = await page.locator(".calls h3 a").first().getAttribute("href");
      await page.goto(`${server.origin}${region}/confirm`);
      const told = new URL(await page.locator("main table a").first().getAttribute("href"), server.origin).pathname;
      await page.goto(server.origin + told);
      const ask = await page.locator('main a[href$="/send-back"]').first().getAttribute("href");
      const move = await page.locator('main a[href$="/move"]').first().getAttribute("href");
      return [
        "/census", "/census/wages-2003", "/today", region, `${region}?state=settled`, unit, `${unit}/report?step=response`, "/people", "/people/new",
        `${region}/confirm`, told, `${told}/history`, `${told}/follow-up`, ask, move, "/meetings/late", "/panel",
        `${region}/forms`, `${unit}/form`, `${region}/membership`, `${unit}/membership`, `${await release(page)}${region}`,
        calls, `${calls}?pick=all`, `${calls}?pick=stale`, `${calls}/print`, call, `${unit}/case`, `${unit}/contact`, "/suspensions", "/alerts",
      ];
    },
  }),
  headquarters: () => ({
    person: first("本部局員"),
    paths: async (page) => {
      await page.goto(`${server.origin}/board`);
      const source = await page.locator('main a[href^="/board/source"]').first().getAttribute("href");
      await page.goto(`${server.origin}/board/same-unions`);
      const same = await page.locator('main a[href^="/board/same-unions/rows"]').first().getAttribute("href");
      await page.goto(`${server.origin}/organisations`);
      const organisation = await page.locator('main table a[href^="/organisations/"]').first().getAttribute("href");
      await page.goto(`${server.origin}/campaigns`);
      const kit = await page.locator('main a[href$="/kit"]').first().getAttribute("href");
      return [
        "/today", "/board", "/board?at=700", source, "/board/same-unions?against=time&links=drop", same, `${same}&show=then`, "/regions", "/people", "/people/new",
        "/organisations", "/organisations/new", "/imports", "/imports?matter=roster", "/setup", organisation, "/campaigns", "/journal",
        "/campaigns/next", "/board/years", "/people/hand-over", "/imports?matter=membership", kit, "/membership", "/calls", "/suspensions", "/alerts",
        "/panel", "/panel?expected=window&picked=open", "/meetings/late", "/section",
        "/census", "/census/wages-2002",
        "/releases/recipients", `${await release(page)}/deliveries`,
      ];
    },
  }),
  release: () => ({
    person: first("公表担当"),
    paths: async (page) => ["/today", "/prepare", "/prepare?round=response-1", `${await release(page)}/check`],
  }),
  auditor: () => ({ person: first("監査"), paths: async () => ["/today", "/journal", "/census"] }),
};

for (const [name, viewer] of Object.entries(VIEWERS)) {
  for (const language of ["ja", "en"]) {
    test(`${name}, in ${language}`, async () => {
      const { person, paths } = viewer();
      const page = await browser.newPage({ width: 390, height: 844, locale: language === "ja" ? "ja-JP" : "en-GB" });
      if (person) await signIn(page, server, person);
      const wrong = [];
      for (const path of await paths(page)) {
        page.problems.length = 0;
        await page.setViewportSize({ width: 390, height: 844 });
        const answer = await page.goto(server.origin + path);
        const check = async (what, action) => action().catch((error) => wrong.push(`${path}: ${what}: ${error.message}`));
        await check("page", () => assertPage(page, language, answer.status()));
        await check("axe", () => axe(page));
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
          await check(`${width} px`, () => assertNoHorizontalScroll(page));
          // The navigation and the tables change their form here.
          if (width === 1280 && language === "ja") await check("axe at 1280 px", () => axe(page));
        }
        if (answer.status() < 400 && page.problems.length) wrong.push(`${path}: ${page.problems.join("; ")}`);
      }
      await page.context().close();
      assert.equal(wrong.length, 0, `\n${wrong.join("\n")}`);
    });
  }
}

async function assertPage(page, language, status) {
  const found = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    h1: document.querySelectorAll("h1").length,
    title: document.title,
    mark: document.querySelector("#fictitious")?.checkVisibility() ? document.querySelector("#fictitious").innerText : "",
    text: document.body.innerText,
    all: document.documentElement.outerHTML,
  }));
  assert.ok(status < 500, `answered ${status}`);
  assert.equal(found.lang, language);
  assert.equal(found.h1, 1, "one h1");
  assert.ok(found.title.length > 3, "a title");
  assert.equal(found.mark, language === "ja" ? "架空データ" : "Fictitious data");
  assert.doesNotMatch(found.all, /⟦|⟧/, "a text is missing");
  assert.doesNotMatch(found.text, /\{[a-z_]+\}/, "a place in a text is not filled");
  if (language === "en") assert.deepEqual(await foreign(page), [], "Japanese on an English page");
}

/** Japanese on an English page that is no name: of a union, of the federation, of a person. */
function foreign(page) {
  return page.evaluate((japanese) => {
    const pattern = new RegExp(japanese, "u");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set();
    while (walker.nextNode()) {
      const { parentElement: parent, textContent } = walker.currentNode;
      if (parent.closest('[lang="ja"], template, script')) continue;
      const rest = textContent.replaceAll(/[^\s()「」、]*労働組合(連合)?(\s*第.支部)?|第.支部/gu, "").replaceAll(/[^\s()、]+[(（]見本[)）]|架空[^\s()、]+/gu, "");
      if (pattern.test(rest)) found.add(rest.trim().slice(0, 60));
    }
    return [...found];
  }, JAPANESE.source);
}

/** Presses Tab until the element has the focus, and looks at every stop on the way. */
async function tabTo(page, target, most = 60) {
  await page.evaluate(() => document.activeElement?.blur());
  for (let stop = 0; stop < most; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
      return { name: element.outerHTML.slice(0, 90), ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2, inside };
    });
    assert.ok(at.ring, `no ring around ${at.name}`);
    assert.ok(at.inside, `out of sight: ${at.name}`);
    if (await target.evaluate((element) => element === document.activeElement)) return stop + 1;
  }
  throw new Error(`not reached with ${most} stops`);
}

test("by keyboard: signing in, and a report from the first field to the receipt", async () => {
  const page = await browser.newPage({ width: 1280, height: 900 });
  await page.goto(`${server.origin}/sign-in`);
  await tabTo(page, page.locator("main .button.primary"));

  await signIn(page, server, people.filter((person) => person.duty === "単組役員").at(-1));
  const unit = await ownUnit(page, server);
  await page.goto(`${unit}/report?track=minimum-wage&step=response`);
  await tabTo(page, page.locator('[name="minimum-wage.monthly"]'));
  await page.keyboard.type("１４８，０００");
  const send = page.locator("main .button.primary");
  for (let stop = 0; stop < 20 && !(await send.evaluate((element) => element === document.activeElement)); stop += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(/recorded=\d+/);
  assert.match(await text(page.locator("#minimum-wage")), /148,000円/);
});

test("a page that is not there, and a door that is closed, say so kindly", async () => {
  const page = await browser.newPage();
  await signIn(page, server, first("単組役員"));
  for (const [path, status] of [["/board", 403], ["/units/99-9999", 404], ["/nothing", 404]]) {
    const answer = await page.goto(server.origin + path);
    assert.equal(answer.status(), status, path);
    assert.equal(await page.locator("h1").count(), 1);
    assert.ok((await page.locator("main a").count()) > 0, `${path}: a way on`);
    await axe(page);
  }
});

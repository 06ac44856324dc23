// Tests the harness itself, against a tiny page and a toy program, so that a green run means that
// the questions were asked and could have been answered with no.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertNoHorizontalScroll, assertNoProblems, axe, shot, startBrowser, startServer } from "./harness.mjs";

const page = (body) => `<!doctype html><html lang="ja"><head><title>団結</title></head><body><main>${body}</main></body></html>`;

const PAGES = {
  "/good": page("<h1>団結</h1><noscript><p id=off>scripts are off</p></noscript><p id=on hidden>on</p>"
    + "<script>document.getElementById('on').hidden = false</script>"),
  "/no-alt": page("<h1>団結</h1><img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\">"),
  "/wide": page("<h1>団結</h1><div id=broad style=\"width: 900px\">広い</div>"),
  "/inner": page("<h1>団結</h1><div tabindex=0 style=\"overflow-x: auto\"><p style=\"width: 900px\">広い</p></div>"),
  "/throws": page("<h1>団結</h1><script>throw new Error('broken on purpose')</script>"),
  "/abroad": page("<h1>団結</h1><img alt=x src=\"http://other.example/x.png\">"),
};

// A stand-in for the program: it counts its starts in its data folder.
const TOY = `
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
const [port, data, word] = process.argv.slice(2);
appendFileSync(data + "/starts", "x");
console.error("the toy says " + word);
if (word === "silent") process.exit(7);
createServer((_, answer) => answer.end(readFileSync(data + "/starts"))).listen(port, "127.0.0.1", () => {
  console.log("listening on http://127.0.0.1:" + port);
});
`;

let site;
let origin;
let browser;
let folder;
let toy;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "danketsu-house-"));
  toy = join(folder, "toy.mjs");
  writeFileSync(toy, TOY);
  site = createServer((request, answer) => {
    const policy = request.url === "/good" ? "default-src 'none'; script-src 'unsafe-inline'" : "";
    answer.setHeader("content-type", "text/html; charset=utf-8");
    if (policy) answer.setHeader("content-security-policy", policy);
    answer.statusCode = request.url in PAGES || request.url === "/favicon.ico" ? 200 : 404;
    answer.end(PAGES[request.url] ?? "");
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${site.address().port}`;
  browser = await startBrowser();
});

after(() => {
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (path, options) => {
  const opened = await browser.newPage(options);
  await opened.goto(origin + path);
  return opened;
};

test("a good page passes, with scripts and without, under a strict policy", async () => {
  for (const scripts of [true, false]) {
    const good = await open("/good", { width: 390, height: 844, scripts });
    assert.equal(await good.isVisible("#on"), scripts);
    assert.equal(await good.locator("#off").count() > 0, !scripts);
    await axe(good);
    await axe(good);
    assert.equal(await good.isVisible("#on"), scripts, "axe runs no script of the page");
    await good.reload();
    assert.equal(await good.isVisible("#on"), scripts, "and leaves the switch as it was");
    await assertNoHorizontalScroll(good);
    assertNoProblems(good);
  }
});

test("axe tells what is wrong and where", async () => {
  const bad = await open("/no-alt");
  await assert.rejects(axe(bad), (error) => {
    assert.match(error.message, /image-alt \(critical\)/);
    assert.match(error.message, /img/);
    return true;
  });
  await axe(bad, { exclude: "img" });
});

test("a page that is too wide is found, a table that scrolls inside is not", async () => {
  await assert.rejects(assertNoHorizontalScroll(await open("/wide", { width: 390 })), /div#broad ends at/);
  await assertNoHorizontalScroll(await open("/inner", { width: 390 }));
});

test("complaints of a page are collected", async () => {
  const broken = await open("/throws");
  assert.throws(() => assertNoProblems(broken), /broken on purpose/);
  const abroad = await open("/abroad");
  assert.throws(() => assertNoProblems(abroad), /request to another machine: http:\/\/other\.example/);
});

test("the locale reaches the page and the server", async () => {
  const english = await open("/good", { locale: "en-GB" });
  assert.equal(await english.evaluate(() => navigator.language), "en-GB");
});

test("a picture is taken", async () => {
  const path = await shot(await open("/good"), "house / good");
  assert.match(path, /house-good\.png$/);
  assert.ok(statSync(path).size > 1000);
});

test("a server is killed, started again on the same port and data, and stopped", async () => {
  const server = await startServer({ bin: process.execPath, args: [toy, "{port}", "{data}", "hello"] });
  const read = async () => (await fetch(server.origin)).text();
  assert.equal(await read(), "x");
  assert.equal(await server.kill9(), "SIGKILL");
  await assert.rejects(read);
  await server.restart();
  assert.equal(await read(), "xx");
  await server.restart({ args: [toy, "{port}", "{data}", "again"] });
  assert.equal(await read(), "xxx");
  assert.match(server.output(), /err: the toy says again/);
  assert.ok(existsSync(server.data));
  assert.equal(await server.stop(), "SIGTERM");
});

test("a server that does not listen tells why", async () => {
  const start = startServer({ bin: process.execPath, args: [toy, "{port}", "{data}", "silent"] });
  await assert.rejects(start, /ended: exit code 7\n.*the toy says silent/s);
});

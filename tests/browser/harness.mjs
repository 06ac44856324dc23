// The harness of the browser tests: the real program on a free port, the real Chromium, and the
// few questions that every page is asked. `house.test.mjs` tests the harness itself.
//
//   import { startServer, startBrowser, axe } from "./harness.mjs";
//   const server = await startServer({ args: ["demo", "--listen", "127.0.0.1:{port}", "--data", "{data}"] });
//   const browser = await startBrowser();
//   const page = await browser.newPage({ width: 390, height: 844, scripts: false });
//   await page.goto(`${server.origin}/`);
//   await axe(page);
//
// Whatever was started ends with the test file, also when a test fails, throws or is killed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SHOTS = join(HERE, "shots");
const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const START_MS = 60_000;
const STOP_MS = 10_000;
const PAGE_MS = 15_000;
const AXE_MS = 30_000;
const KEPT_LINES = 200;

// Everything that must end, the newest first: functions that are safe to call twice.
const endings = [];
// What can still be done when there is no time left: synchronous, no throwing.
const lastResorts = new Set();

after(async () => {
  while (endings.length > 0) await endings.pop()();
});
process.on("exit", () => lastResorts.forEach((end) => end()));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => process.exit(1));
}

/** A port of the loopback interface that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Starts the program and waits until it says `listening on http://127.0.0.1:PORT` on stdout.
 *
 * In `args`, `{port}` and `{data}` stand for the port and for a data folder of its own. The binary
 * is `bin`, or else DANKETSU_BIN.
 *
 * The server: `origin`, `port`, `data`, `output()` (its last lines), `stop()`, `kill9()`, and
 * `restart({ args })` on the same port and data.
 */
export async function startServer({ args, bin = process.env.DANKETSU_BIN, env = {} }) {
  assert.ok(bin, "DANKETSU_BIN is not set: run the tests with `cargo xtask test --only browser`");
  assert.ok(existsSync(bin), `there is no program at ${bin}`);
  const port = await freePort();
  // The key of a data folder lies beside it.
  const folder = mkdtempSync(join(tmpdir(), "danketsu-test-"));
  const data = join(folder, "data");
  mkdirSync(data);
  const server = new Server(bin, args, env, port, data);
  const removeData = () => rmSync(folder, { recursive: true, force: true });
  lastResorts.add(() => {
    server.killNow();
    removeData();
  });
  endings.push(async () => {
    await server.kill9();
    removeData();
  });
  await server.start();
  return server;
}

class Server {
  #child = null;
  #ended = null;
  #lines = [];

  constructor(bin, args, env, port, data) {
    Object.assign(this, { bin, args, env, port, data, origin: `http://127.0.0.1:${port}` });
  }

  /** The last lines it wrote, with the stream each came from. */
  output() {
    return this.#lines.join("\n");
  }

  async start() {
    const fill = (word) => word.replaceAll("{port}", this.port).replaceAll("{data}", this.data);
    let command = [this.bin, ...this.args.map(fill)];
    // The kernel ends the server when this process dies, however it dies.
    if (existsSync("/usr/bin/setpriv")) command = ["/usr/bin/setpriv", "--pdeathsig", "KILL", ...command];
    const child = spawn(command[0], command.slice(1), {
      env: { ...process.env, ...this.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
      child.once("error", (error) => resolve(error.message));
    });
    const listening = new Promise((resolve) => {
      this.#follow(child.stdout, "out", (line) => {
        if (line.includes(`listening on ${this.origin}`)) resolve("listening");
      });
      this.#follow(child.stderr, "err", () => {});
    });
    const result = await within(START_MS, Promise.race([listening, this.#ended]));
    if (result !== "listening") {
      await this.kill9();
      const why = result === undefined ? `did not listen within ${START_MS / 1000} s` : `ended: ${result}`;
      throw new Error(`${command.join(" ")}\n${why}\n${this.output()}`);
    }
  }

  #follow(stream, name, each) {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        this.#lines.push(`${name}: ${line}`);
        if (this.#lines.length > KEPT_LINES) this.#lines.shift();
        each(line);
      }
    });
  }

  /** As a machine that is switched off would do it to the program. */
  kill9() {
    return this.#end("SIGKILL");
  }

  /** As the operator does it; the exit code or signal it ended with. */
  stop() {
    return this.#end("SIGTERM");
  }

  async #end(signal) {
    if (!this.#child) return undefined;
    this.#child.kill(signal);
    let how = await within(STOP_MS, this.#ended);
    if (how === undefined) {
      this.#child.kill("SIGKILL");
      how = `killed, ${STOP_MS / 1000} s after ${signal}: ${await this.#ended}`;
    }
    this.#child = null;
    return how;
  }

  /** Starts it again on the same port and data, with other arguments if given. */
  async restart({ args = this.args } = {}) {
    await this.stop();
    this.args = args;
    await this.start();
  }

  killNow() {
    try {
      this.#child?.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

/** What a promise gives; after so many milliseconds nothing, or an error if it is given words for one. */
async function within(milliseconds, promise, complaint) {
  let timer;
  const late = new Promise((resolve, reject) => {
    const end = complaint ? () => reject(new Error(`${complaint} within ${milliseconds / 1000} s`)) : resolve;
    timer = setTimeout(end, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Starts Chromium with an empty profile.
 *
 * `newPage({ width, height, locale, scripts, colorScheme })` opens a page in a context of its own
 * (cookies are not shared; for a second page of the same person use `page.context().newPage()`).
 * `page.problems` collects what the page complains of: exceptions, console errors, and requests
 * that leave this machine, which are stopped.
 */
export async function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  assert.ok(existsSync(executablePath), `there is no Chromium at ${executablePath}; cargo xtask test installs it`);
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  endings.push(() => browser.close());
  return { newPage: (options) => newPage(browser, options), close: () => browser.close() };
}

async function newPage(browser, options = {}) {
  const { width = 1280, height = 800, locale = "ja-JP", scripts = true, colorScheme = "light" } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    colorScheme,
    javaScriptEnabled: scripts,
    timezoneId: "Asia/Tokyo",
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PAGE_MS);
  const problems = [];
  await context.route(
    (url) => !["127.0.0.1", "localhost", "[::1]"].includes(url.hostname),
    (route) => {
      problems.push(`request to another machine: ${route.request().url()}`);
      return route.abort();
    },
  );
  const watch = (page) => {
    page.problems = problems;
    page.scripts = scripts;
    page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`console: ${message.text()}`);
    });
  };
  context.on("page", watch);
  return context.newPage();
}

/** Fails when the page threw, wrote an error to the console, or wanted something from another machine. */
export function assertNoProblems(page) {
  assert.deepEqual(page.problems, [], `${page.url()} complains:\n${page.problems.join("\n")}`);
}

/**
 * Does something that waits inside the page. Without scripts a page has no timers either, and axe
 * would wait for ever; switching them on after the page is loaded runs none of its scripts.
 */
async function withTimers(page, action) {
  if (page.scripts) return within(AXE_MS, action(), "axe did not end");
  // A session of ours must say "off" before its "on" counts, and must stay for its last "off" to hold.
  page.switches ??= await page.context().newCDPSession(page);
  const off = (value) => page.switches.send("Emulation.setScriptExecutionDisabled", { value });
  await off(true);
  await off(false);
  try {
    return await within(AXE_MS, action(), "axe did not end");
  } finally {
    await off(true);
  }
}

/** Fails with a readable list when axe finds a violation of WCAG 2.2 AA; works with scripts off, too. */
export async function axe(page, { include, exclude, rules = {} } = {}) {
  const violations = await withTimers(page, async () => {
    // Evaluated by the browser and not by the page, so that a strict content-security policy holds.
    await page.evaluate(AXE_SOURCE);
    return page.evaluate(
      async ([tags, include, exclude, rules]) => {
        const context = { include: [[include ?? "html"]], exclude: exclude ? [[exclude]] : [] };
        const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], rules };
        return (await globalThis.axe.run(context, options)).violations;
      },
      [AXE_TAGS, include, exclude, rules],
    );
  });
  const list = violations.map((violation) => {
    const places = violation.nodes.map((node) => {
      const advice = node.failureSummary.replaceAll("\n", "\n      ");
      return `    ${node.target.join(" ")}\n      ${node.html.slice(0, 200)}\n      ${advice}`;
    });
    return `  ${violation.id} (${violation.impact}): ${violation.help}\n${places.join("\n")}`;
  });
  assert.equal(list.length, 0, `${page.url()}: axe found\n${list.join("\n")}`);
}

/** Fails when the page is wider than its window, and names what sticks out. */
export async function assertNoHorizontalScroll(page) {
  const { width, wide, culprits } = await page.evaluate(() => {
    const root = document.documentElement;
    const width = root.clientWidth;
    const name = (e) => e.tagName.toLowerCase() + (e.id ? `#${e.id}` : "") + [...e.classList].map((c) => `.${c}`).join("");
    const culprits = [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > width + 0.5)
      .slice(0, 5)
      .map((element) => `${name(element)} ends at ${Math.round(element.getBoundingClientRect().right)}`);
    return { width, wide: root.scrollWidth, culprits };
  });
  assert.ok(wide <= width, `${page.url()}: ${wide} px wide in a window of ${width} px\n  ${culprits.join("\n  ")}`);
}

/** A picture of the whole page as tests/browser/shots/NAME.png, for a person to look at; its path. */
export async function shot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  const path = join(SHOTS, `${name.replaceAll(/[^\w.-]+/g, "-")}.png`);
  await page.screenshot({ path, fullPage: true, animations: "disabled" });
  return path;
}

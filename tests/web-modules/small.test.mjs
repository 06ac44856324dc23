import test from "node:test";
import assert from "node:assert/strict";
import { compare } from "../../crates/web/static/sort.js";
import { backOff, partsOf } from "../../crates/web/static/live.js";
import { readdirSync, readFileSync } from "node:fs";

test("numbers by value, missing last both ways", () => {
  const cells = [{ value: "9" }, { text: "未集約" }, { value: "10" }, { value: "-3" }];
  const order = (direction) => [...cells].sort((a, b) => compare(a, b, "number", direction)).map((cell) => cell.value ?? cell.text);
  assert.deepEqual(order("ascending"), ["-3", "9", "10", "未集約"]);
  assert.deepEqual(order("descending"), ["10", "9", "-3", "未集約"]);
});

test("words by language, numbers in them as numbers", () => {
  const sorted = ["第10分会", "第2分会"].sort((a, b) => compare({ text: a }, { text: b }, "text", "ascending"));
  assert.deepEqual(sorted, ["第2分会", "第10分会"]);
});

test("messages of both shapes", () => {
  assert.deepEqual(partsOf({ part: "a", html: "x" }), [{ part: "a", html: "x" }]);
  assert.equal(partsOf({ parts: [{ part: "a", html: "x" }, null, { part: "b" }] }).length, 1);
  assert.deepEqual(partsOf({ entry: 3 }), []);
  assert.ok(backOff(0, 1) <= 500 && backOff(30, 1) <= 60000);
});

test("every word that a module asks for is on the page, and no module speaks Japanese itself", () => {
  const page = readFileSync(new URL("../../crates/web/src/look/page.rs", import.meta.url), "utf8");
  const folder = new URL("../../crates/web/static/", import.meta.url);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
    const source = readFileSync(new URL(name, folder), "utf8");
    for (const [, key] of source.matchAll(/"((?:live|age|outbox|draft|number)\.[a-z_]+)"/g)) {
      assert.ok(page.includes(`("${key}", words.text("look.${key}"))`), `${name}: ${key}`);
    }
    assert.ok(!/\.innerHTML = (?!html;)/.test(source), `${name}: markup out of text`);
    assert.ok(!/\beval\(|new Function/.test(source), name);
  }
});

import test from "node:test";
import assert from "node:assert/strict";
import { Queue, backOff, judge, sweep } from "../../crates/web/static/outbox-queue.js";

class Storage {
  constructor() { this.map = new Map(); }
  get length() { return this.map.size; }
  key(index) { return [...this.map.keys()][index] ?? null; }
  getItem(key) { return this.map.get(key) ?? null; }
  setItem(key, value) { if (this.full) throw new Error("full"); this.map.set(key, value); }
  removeItem(key) { this.map.delete(key); }
}

function setup(answers, storage = new Storage(), account = "a1") {
  const clock = { now: 1_000_000 };
  const sent = [];
  const queue = new Queue({
    storage,
    account,
    now: () => clock.now,
    chance: () => 0.5,
    send: async (item) => {
      sent.push([item.id, item.body]);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? { kind: "sent" };
    },
  });
  return { queue, clock, sent, storage };
}

const report = (id) => ({ id, action: "/report", body: `yen=4200&command_id=${id}`, label: "回答", page: "/form" });

test("kept before it is sent, gone after", async () => {
  const { queue, sent, storage } = setup([{ kind: "sent", location: "/done" }]);
  assert.equal(queue.put(report("c1")), true);
  assert.equal(storage.length, 1);
  const [[item, answer]] = await queue.flush();
  assert.equal(item.id, "c1");
  assert.equal(answer.location, "/done");
  assert.deepEqual(sent, [["c1", "yen=4200&command_id=c1"]]);
  assert.equal(storage.length, 0);
});

test("a lost connection keeps it, the same command goes again, later", async () => {
  const { queue, clock, sent } = setup([new TypeError("network"), { kind: "later" }, { kind: "sent" }]);
  queue.put(report("c1"));
  await queue.flush();
  assert.equal(queue.items().length, 1);
  const wait = queue.due();
  assert.ok(wait > 0);
  await queue.flush();
  assert.equal(sent.length, 1, "not before its time");
  clock.now += wait;
  await queue.flush();
  assert.equal(sent.length, 2);
  assert.ok(queue.due() > wait, "waits longer each time");
  await queue.flush({ force: true });
  assert.equal(queue.items().length, 0);
  assert.deepEqual(new Set(sent.map(([id]) => id)), new Set(["c1"]));
});

test("nothing overtakes what was written before it", async () => {
  const { queue, clock, sent } = setup([{ kind: "later" }]);
  queue.put(report("c1"));
  clock.now += 1;
  queue.put(report("c2"));
  await queue.flush();
  assert.deepEqual(sent.map(([id]) => id), ["c1"]);
  await queue.flush({ force: true });
  assert.deepEqual(sent.map(([id]) => id), ["c1", "c1", "c2"]);
});

test("a form that comes back, and one that is refused", async () => {
  const { queue, sent, clock } = setup([{ kind: "form", html: "<form>" }, { kind: "refused", status: 410 }]);
  queue.put(report("c1"));
  clock.now += 1;
  queue.put(report("c2"));
  await queue.flush();
  assert.deepEqual(queue.items().map(({ id, state }) => [id, state]), [["c2", "stuck"]]);
  await queue.flush({ force: true });
  assert.equal(sent.length, 2, "a stuck one is not tried by itself");
  queue.again("c2");
  await queue.flush();
  assert.equal(queue.items().length, 0);
});

test("survives a reload; another account neither sees nor sends it", async () => {
  const storage = new Storage();
  setup([], storage).queue.put(report("c1"));
  const other = setup([], storage, "a2");
  assert.deepEqual(other.queue.items(), []);
  await other.queue.flush({ force: true });
  assert.equal(other.sent.length, 0);
  other.queue.clear();
  const again = setup([], storage);
  assert.equal(again.queue.items().length, 1);
  again.queue.clear();
  assert.equal(storage.length, 0);
});

test("one flush at a time", async () => {
  const { queue, sent } = setup([]);
  queue.put(report("c1"));
  await Promise.all([queue.flush(), queue.flush()]);
  assert.equal(sent.length, 1);
});

test("what another window sent stays gone", async () => {
  const { queue, storage } = setup([{ kind: "later" }]);
  queue.put(report("c1"));
  queue.send = async () => (storage.map.clear(), { kind: "later" });
  await queue.flush();
  assert.equal(storage.length, 0);
});

test("nowhere to keep it: the plain way", () => {
  const { queue, storage } = setup([]);
  storage.full = true;
  assert.equal(queue.put(report("c1")), false);
  assert.equal(setup([], new Storage(), "").queue.put(report("c1")), false);
  assert.equal(setup([]).queue.put({ ...report(""), id: undefined }), false);
});

test("torn and old items are swept, of any account", () => {
  const { queue, storage, clock } = setup([]);
  queue.put(report("c1"));
  storage.setItem("danketsu:outbox:a9:x", "{torn");
  storage.setItem("elsewhere", "stays");
  sweep(storage, clock.now + 1000);
  assert.equal(storage.length, 2);
  sweep(storage, clock.now + 15 * 24 * 3600 * 1000);
  assert.deepEqual([...storage.map.keys()], ["elsewhere"]);
});

test("what an answer means", () => {
  const html = "text/html; charset=utf-8";
  assert.deepEqual(judge({ status: 200, location: "/x", contentType: "application/json" }), { kind: "sent", location: "/x" });
  assert.deepEqual(judge({ status: 200, redirected: true, url: "/y", contentType: html }), { kind: "sent", location: "/y" });
  assert.equal(judge({ status: 200, redirected: true, url: "/sign-in", contentType: html, elsewhere: true }).kind, "sign_in");
  assert.equal(judge({ status: 422, contentType: html }).kind, "form");
  assert.equal(judge({ status: 409, contentType: html }).kind, "form");
  assert.equal(judge({ status: 409, contentType: "text/plain" }).kind, "refused");
  assert.equal(judge({ status: 401 }).kind, "sign_in");
  assert.equal(judge({ status: 403 }).kind, "sign_in");
  assert.deepEqual(judge({ status: 503, retryAfter: "7" }), { kind: "later", retryAfter: 7 });
  assert.equal(judge({ status: 429, retryAfter: "tomorrow" }).retryAfter, undefined);
  assert.equal(judge({ status: 404 }).kind, "refused");
});

test("back-off grows and ends", () => {
  assert.ok(backOff(0) < backOff(1));
  assert.ok(backOff(40) <= 5 * 60 * 1000);
});

// The outbox without the page: what waits, in what order it is tried, what an answer means.
//
// An item is one command: its id never changes, so the server makes one statement of it however
// often it arrives. storage: getItem, setItem, removeItem, key, length. send(item): Promise of
// { kind: sent | form | sign_in | refused | later, … }. now(): milliseconds.

const PREFIX = "danketsu:outbox:";
const KEEP_MS = 14 * 24 * 3600 * 1000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;

export class Queue {
  constructor({ storage, send, now = Date.now, account, chance = Math.random, changed = () => {} }) {
    Object.assign(this, { storage, send, now, account, chance, changed });
    this.busy = false;
  }

  key(id) {
    return `${PREFIX}${this.account}:${id}`;
  }

  /** Keeps the command. False when it cannot be kept: then it must be sent the plain way. */
  put({ id, action, body, label, page }) {
    if (!id || !this.account) return false;
    const item = { id, action, body, label, page, account: this.account, at: this.now(), tries: 0, next: 0, state: "waiting" };
    try {
      this.storage.setItem(this.key(id), JSON.stringify(item));
    } catch {
      return false;
    }
    this.changed();
    return true;
  }

  get(id) {
    try {
      return JSON.parse(this.storage.getItem(this.key(id)) ?? "null");
    } catch {
      return null;
    }
  }

  /** What waits of this account, oldest first. Others' items are not looked into. */
  items() {
    const prefix = `${PREFIX}${this.account}:`;
    const found = [];
    if (!this.account) return found;
    for (const key of keys(this.storage)) {
      if (!key.startsWith(prefix)) continue;
      const item = this.get(key.slice(prefix.length));
      if (item && item.account === this.account) found.push(item);
    }
    return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  save(item) {
    // Gone meanwhile (another window sent it): it stays gone.
    if (this.storage.getItem(this.key(item.id)) === null) return;
    try {
      this.storage.setItem(this.key(item.id), JSON.stringify(item));
    } catch {
      // Storage is full: what was kept before is still there.
    }
    this.changed();
  }

  remove(id) {
    this.storage.removeItem(this.key(id));
    this.changed();
  }

  clear() {
    for (const item of this.items()) this.storage.removeItem(this.key(item.id));
    this.changed();
  }

  /** A stuck one may be tried again at once. */
  again(id) {
    const item = this.get(id);
    if (item) this.save({ ...item, state: "waiting", next: 0 });
  }

  /** Milliseconds until something is due; undefined when nothing waits. */
  due() {
    const waiting = this.items().filter((item) => item.state === "waiting");
    return waiting.length ? Math.max(0, Math.min(...waiting.map((item) => item.next)) - this.now()) : undefined;
  }

  /** Tries what is due, one after the other, in the order in which it was written. `force`: now.
      Gives [item, answer] for each that was tried. One that must wait holds the later ones back:
      a confirmation must not overtake what it confirms. */
  async flush({ force = false } = {}) {
    if (this.busy) return [];
    this.busy = true;
    const tried = [];
    try {
      for (const item of this.items()) {
        if (item.state !== "waiting") continue;
        if (!force && item.next > this.now()) break;
        this.save({ ...item, sending: true });
        let answer;
        try {
          answer = await this.send(item);
        } catch {
          answer = { kind: "later" };
        }
        tried.push([item, answer]);
        if (answer.kind === "sent" || answer.kind === "form") {
          this.remove(item.id);
        } else if (answer.kind === "refused") {
          this.save({ ...item, sending: false, state: "stuck", status: answer.status });
        } else {
          const wait = answer.retryAfter ? answer.retryAfter * 1000 : backOff(item.tries, this.chance());
          const next = this.now() + Math.min(wait, LONGEST_WAIT_MS);
          this.save({ ...item, sending: false, tries: item.tries + 1, next, why: answer.kind });
          break;
        }
      }
    } finally {
      this.busy = false;
    }
    return tried;
  }
}

export function backOff(tries, chance = 0.5) {
  return Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(tries, 12)) * (0.75 + chance / 2);
}

/** What the server's answer means. */
export function judge({ status, redirected, url, contentType = "", retryAfter, location, elsewhere = false }) {
  // An answer that is not from a page of this account (a sign-in page, a gateway) is no receipt.
  if (status >= 200 && status < 300 && elsewhere) return { kind: "sign_in" };
  if (status >= 200 && status < 300) return { kind: "sent", location: location ?? (redirected ? url : undefined) };
  if ((status === 409 || status === 422) && contentType.includes("text/html")) return { kind: "form" };
  if (status === 401 || status === 403) return { kind: "sign_in" };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter);
    return { kind: "later", retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined };
  }
  return { kind: "refused", status };
}

/** Throws away what nobody fetched for two weeks, of any account. */
export function sweep(storage, now) {
  for (const key of keys(storage)) {
    if (!key.startsWith(PREFIX)) continue;
    let item;
    try {
      item = JSON.parse(storage.getItem(key));
    } catch {
      // Torn: goes.
    }
    if (!item || !(now - item.at < KEEP_MS)) storage.removeItem(key);
  }
}

function keys(storage) {
  const all = [];
  for (let index = 0; index < storage.length; index++) all.push(storage.key(index));
  return all.filter((key) => key !== null);
}

// Live figures: an event stream per region, new content part by part, nothing lost under the hands.

import { age, word } from "./words.js";

const QUIET_MS = 5000; // between two announcements
const SILENT_MS = 40000; // the server beats every 15 s
const GRACE_MS = 4000; // a reconnection this quick is nobody's business
const HIDDEN_MS = 30000; // a tab that nobody sees gives its stream back

/** How long to wait before the n-th attempt in a row, with some chance so that not all come at once. */
export function backOff(attempt, chance = Math.random()) {
  return Math.min(60000, 500 * 2 ** Math.min(attempt, 7)) * (0.5 + chance / 2);
}

/** The parts of a message: {parts:[…]}, or one {part, html}. */
export function partsOf(message) {
  if (Array.isArray(message.parts)) return message.parts.filter((part) => part && typeof part.html === "string");
  return typeof message.part === "string" && typeof message.html === "string" ? [message] : [];
}

function path(from, to) {
  const steps = [];
  for (let at = to; at && at !== from; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return steps;
}

function follow(from, steps) {
  let at = from;
  for (const step of steps) at = at?.children[step];
  return at;
}

/** Puts `html` into `target`, and leaves focus, selection, scroll and open details as they were. */
function swap(target, html) {
  const template = document.createElement("template");
  template.innerHTML = html;

  const active = document.activeElement;
  const focused = active && active !== target && target.contains(active) ? active : null;
  if (focused && /^(INPUT|TEXTAREA|SELECT)$/.test(focused.tagName)) return false; // somebody is typing
  const focusId = focused?.id;
  const focusPath = focused && path(target, focused);
  const scrolled = [...target.querySelectorAll(".table-region")].map((region) => [path(target, region), region.scrollLeft, region.scrollTop]);
  const open = [...target.querySelectorAll("details")].map((details) => details.open);

  target.replaceChildren(template.content);
  target.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? details.open));
  target.dispatchEvent(new CustomEvent("danketsu:replaced", { bubbles: true }));
  for (const [steps, left, top] of scrolled) {
    const region = follow(target, steps);
    if (region) [region.scrollLeft, region.scrollTop] = [left, top];
  }
  if (focused) {
    const again = (focusId && document.getElementById(focusId)) || follow(target, focusPath);
    again?.focus?.({ preventScroll: true });
  }
  return true;
}

class Region {
  constructor(element) {
    this.element = element;
    this.state = element.querySelector("[data-live-state]");
    this.asOf = element.querySelector("[data-live-as-of]");
    this.say = element.querySelector("[data-live-say]");
    this.last = new Map();
    this.entry = 0;
    this.attempt = 0;
    this.heard = Date.now();
    this.said = 0;
    this.figuresFrom = Date.now();
  }

  open() {
    clearTimeout(this.retry);
    this.close();
    const source = (this.source = new EventSource(this.element.dataset.live));
    source.addEventListener("open", () => this.alive());
    source.addEventListener("beat", () => this.alive());
    source.addEventListener("message", (event) => {
      this.alive();
      try {
        this.take(JSON.parse(event.data));
      } catch (fault) {
        console.error(fault);
      }
    });
    source.addEventListener("error", () => this.lost());
  }

  close() {
    this.source?.close();
    this.source = undefined;
  }

  alive() {
    this.heard = this.figuresFrom = Date.now();
    this.attempt = 0;
    this.lostSince = undefined;
    this.tell("on", word("live.on"));
  }

  lost() {
    this.close();
    this.lostSince ??= Date.now();
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), backOff(this.attempt++));
    this.tick();
  }

  /** Once a second: is the line silent, and how old are the figures? */
  tick() {
    const now = Date.now();
    if (this.source && now - this.heard > SILENT_MS) {
      this.heard = now;
      this.lost();
    }
    if (this.lostSince && now - this.lostSince > GRACE_MS) {
      this.tell("lost", word("live.lost", { age: age((now - this.figuresFrom) / 1000) }));
    }
  }

  tell(state, text) {
    const first = this.element.dataset.state !== state;
    this.element.dataset.state = state;
    if (!this.state) return;
    // The age changes every second; it is read out when the state changes, not each time.
    if (!first) this.state.setAttribute("aria-live", "off");
    else this.state.removeAttribute("aria-live");
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  take(message) {
    if (typeof message.entry === "number") {
      if (message.entry < this.entry) return;
      this.entry = message.entry;
    }
    let changed = false;
    for (const { part, html } of partsOf(message)) {
      const target = [...this.element.querySelectorAll("[data-part]")].find((found) => found.dataset.part === part);
      if (!target || this.last.get(part) === html) continue;
      if (swap(target, html)) {
        // The first content is what the page already showed.
        if (this.last.has(part)) {
          changed = true;
          target.classList.remove("fresh");
          requestAnimationFrame(() => target.classList.add("fresh"));
        }
        this.last.set(part, html);
      } else {
        target.addEventListener("focusout", () => setTimeout(() => this.take({ part, html })), { once: true });
      }
    }
    if (message.as_of && this.asOf) this.asOf.textContent = message.as_of;
    if (changed && message.say !== "" && this.say) this.announce(message.say ?? word("live.updated"));
  }

  announce(text) {
    this.next = text;
    const wait = Math.max(0, this.said + QUIET_MS - Date.now());
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.said = Date.now();
      this.say.textContent = this.next;
    }, wait);
  }
}

export function start(root) {
  const regions = [...root.querySelectorAll("[data-live]")].map((element) => new Region(element));
  if (regions.length === 0 || typeof EventSource === "undefined") return;
  for (const region of regions) region.open();
  setInterval(() => {
    if (!document.hidden) for (const region of regions) region.tick();
  }, 1000);

  let hiding;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => {
        for (const region of regions) {
          clearTimeout(region.retry);
          region.close();
        }
      }, HIDDEN_MS);
    } else {
      for (const region of regions) if (!region.source) region.open();
    }
  });
  window.addEventListener("online", () => {
    for (const region of regions) if (!region.source) region.open();
  });
  window.addEventListener("pagehide", () => {
    for (const region of regions) region.close();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const region of regions) region.open();
  });
}

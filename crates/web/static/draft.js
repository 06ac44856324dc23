// Half-filled forms: kept by the server (form[data-draft-url], PUT and DELETE), and here while the
// server cannot be reached.

import { account, csrf, element, word } from "./words.js";
import { fill, serialise } from "./fields.js";

const WAIT_MS = 800;
const RETRY_MS = 15000;
const KEEP_MS = 14 * 24 * 3600 * 1000;
const PREFIX = "danketsu:draft:";

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.draftUrl;
    this.key = `${PREFIX}${account()}:${this.url}`;
    this.line = form.querySelector("[data-draft-state]");
    this.saved = serialise(form);
    this.original = this.saved;
    form.addEventListener("input", () => this.later(WAIT_MS));
    form.addEventListener("change", () => this.later(WAIT_MS));
  }

  later(wait) {
    clearTimeout(this.timer);
    if (!this.done) this.timer = setTimeout(() => this.save(), wait);
  }

  async save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (this.done || this.form.hasAttribute("data-locked")) return;
    const body = serialise(this.form);
    if (body === undefined || body === this.saved) return;
    this.keep(body);
    const round = (this.round = (this.round ?? 0) + 1);
    try {
      const response = await fetch(this.url, {
        method: "PUT",
        body,
        headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8", "x-csrf-token": csrf() },
        credentials: "same-origin",
        keepalive: leaving,
      });
      if (!response.ok) throw new Error(String(response.status));
      if (round !== this.round || this.done) return;
      this.saved = body;
      this.forget();
      this.tell(word("draft.saved"));
    } catch {
      this.tell(word("draft.kept"));
      this.later(RETRY_MS);
    }
  }

  keep(body) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ body, at: Date.now() }));
    } catch {
      // Nowhere to keep it: the server alone has it.
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }

  tell(text) {
    if (this.line && this.line.textContent !== text) this.line.textContent = text;
  }

  /** What was kept here and never reached the server is newer than what the server put in. */
  restore() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      kept = null;
    }
    if (kept && fill(this.form, kept.body)) {
      this.notice();
      this.later(WAIT_MS);
    } else if (kept) {
      this.forget();
    }
    const button = this.form.querySelector("[data-draft-discard]");
    button?.addEventListener("click", (event) => {
      event.preventDefault();
      this.discard(true);
    });
  }

  notice() {
    if (this.form.querySelector("[data-draft-notice]")) return;
    const discard = element("button", { type: "button", class: "button small" }, word("draft.discard"));
    discard.addEventListener("click", () => this.discard(false));
    const body = element("div", { class: "notice-body" }, element("p", {}, word("draft.restored")), element("div", { class: "cluster" }, discard));
    const notice = element("div", { class: "notice info", role: "status", "data-draft-notice": "" }, element("span", {}), body);
    this.form.prepend(notice);
  }

  async discard(reload) {
    this.finish();
    try {
      await fetch(this.url, { method: "DELETE", headers: { "x-csrf-token": csrf() }, credentials: "same-origin" });
    } catch {
      if (reload) return this.form.querySelector("[data-draft-discard]")?.form?.submit();
    }
    if (reload) {
      location.reload();
      return;
    }
    this.form.querySelector("[data-draft-notice]")?.remove();
    fill(this.form, this.original);
    this.saved = this.original;
    this.done = false;
    this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  finish() {
    this.done = true;
    clearTimeout(this.timer);
    this.forget();
  }
}

/** Throws away what nobody came back for, of any account. */
export function sweep(storage, now) {
  for (const key of Object.keys(storage).filter((key) => key.startsWith(PREFIX))) {
    let at;
    try {
      at = JSON.parse(storage.getItem(key)).at;
    } catch {
      // Torn: goes.
    }
    if (!(now - at < KEEP_MS)) storage.removeItem(key);
  }
}

export function start(root) {
  try {
    sweep(localStorage, Date.now());
  } catch {
    // Nothing may be kept here.
  }
  const drafts = [];
  const take = (form) => {
    const draft = new Draft(form);
    drafts.push(draft);
    return draft;
  };
  for (const form of root.querySelectorAll("form[data-draft-url]")) take(form).restore();

  root.addEventListener("danketsu:replaced", (event) => {
    if (event.target.matches?.("form[data-draft-url]") && !drafts.some((draft) => draft.form === event.target)) take(event.target);
  });
  // The statement is made; its draft has done its work.
  root.addEventListener("danketsu:sent", (event) => {
    for (const draft of drafts) if (draft.form.elements.command_id?.value === event.detail.id) draft.finish();
  });
  root.addEventListener("submit", (event) => {
    // The plain way: the server throws the draft away with the command.
    const draft = drafts.find((one) => one.form === event.target);
    if (draft && !event.target.hasAttribute("data-outbox")) {
      clearTimeout(draft.timer);
      draft.forget();
    }
  });
  // Nothing of a person stays on a shared machine.
  root.addEventListener("submit", (event) => {
    if (!event.target.matches?.("form[data-sign-out]") || event.defaultPrevented) return;
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(`${PREFIX}${account()}:`)) localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  });
  const flush = () => {
    for (const draft of drafts) draft.save({ leaving: true });
  };
  window.addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) flush();
  });
  window.addEventListener("online", () => {
    for (const draft of drafts) draft.save();
  });
}

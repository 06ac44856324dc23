// Forms that survive a lost connection: form[data-outbox="what it is"] with a hidden command_id.

import { Queue, judge, sweep } from "./outbox-queue.js";
import { account, csrf, element, word } from "./words.js";
import { serialise } from "./fields.js";

let queue;
let banner;
let timer;
let storage;
const background = new Map(); // id → { label, location }: sent while another page was open

async function send(item) {
  const body = new URLSearchParams(item.body);
  body.set("csrf", csrf()); // the session may be a new one
  const response = await fetch(item.action, {
    method: "POST",
    body,
    headers: { accept: "application/json, text/html;q=0.9", "x-danketsu-outbox": "1" },
    credentials: "same-origin",
  });
  const contentType = response.headers.get("content-type") ?? "";
  const facts = {
    status: response.status,
    redirected: response.redirected,
    url: response.url,
    contentType,
    retryAfter: response.headers.get("retry-after"),
  };
  if (contentType.includes("application/json")) {
    if (response.ok) facts.location = (await response.json()).location;
    return judge(facts);
  }
  const html = await response.text();
  if (response.ok) {
    // A redirection may have led to the sign-in page: that is no receipt.
    const page = new DOMParser().parseFromString(html, "text/html");
    facts.elsewhere = page.body.dataset.account !== item.account;
  }
  return { ...judge(facts), html };
}

function formOf(id) {
  return [...document.querySelectorAll("form[data-outbox]")].find((form) => form.elements.command_id?.value === id);
}

function state(form, kind, text) {
  const line = form.querySelector("[data-outbox-state]");
  if (!line) return;
  line.dataset.state = kind;
  if (line.textContent !== text) line.textContent = text;
}

function lock(form, locked) {
  form.toggleAttribute("data-locked", locked);
  form.setAttribute("aria-busy", String(locked));
  // What was kept is what will be sent: until then nothing may be changed under it.
  for (const control of form.elements) {
    if (control.type === "hidden") continue;
    if (locked && !control.disabled) {
      control.disabled = true;
      control.dataset.locked = "";
    } else if (!locked && "locked" in control.dataset) {
      control.disabled = false;
      delete control.dataset.locked;
    }
  }
}

/** The server's page came back with errors: its form takes the place of ours. */
function replace(form, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const theirs = [...page.querySelectorAll("form[data-outbox]")];
  const path = new URL(form.action, location.href).pathname;
  const match = theirs.find((other) => new URL(other.getAttribute("action") ?? "", location.href).pathname === path) ?? theirs[0];
  if (!match) return false;
  const made = document.importNode(match, true);
  const summary = page.querySelector("[data-error-summary]");
  document.querySelector("[data-error-summary]")?.remove();
  form.replaceWith(made);
  let focus = made.querySelector("[data-error-summary]");
  if (summary && !match.contains(summary)) made.before((focus = document.importNode(summary, true)));
  const token = page.querySelector('meta[name="csrf"]')?.content;
  const meta = document.querySelector('meta[name="csrf"]');
  if (token && meta) meta.content = token;
  if (page.title) document.title = page.title;
  made.dispatchEvent(new CustomEvent("danketsu:replaced", { bubbles: true }));
  (focus ?? made.querySelector("[aria-invalid]"))?.focus();
  return true;
}

async function flush(options) {
  clearTimeout(timer);
  const run = async () => {
    for (const [item, answer] of await queue.flush(options)) settle(item, answer);
  };
  // One window at a time. Two would do no harm, the command id sees to that, but twice the work.
  if (navigator.locks) await navigator.locks.request("danketsu-outbox", { ifAvailable: true }, (held) => (held ? run() : undefined));
  else await run();
  const wait = queue.due();
  if (wait !== undefined) timer = setTimeout(() => flush(), Math.max(wait, 1000));
  show();
}

function settle(item, answer) {
  const form = formOf(item.id);
  if (answer.kind === "sent") {
    document.dispatchEvent(new CustomEvent("danketsu:sent", { detail: { id: item.id, page: item.page } }));
    if (form) {
      form.dataset.sent = "";
      state(form, "sent", word("outbox.sent"));
      location.assign(answer.location ?? item.page);
    } else {
      background.set(item.id, { label: item.label, location: answer.location });
    }
  } else if (answer.kind === "form") {
    // On another page nothing shows the errors: lead there. The draft holds what was typed.
    if (form && replace(form, answer.html)) return;
    if (form) lock(form, false);
    background.set(item.id, { label: item.label, location: item.page, refused: true });
  }
}

/** The state of each form on this page, and the list of what waits from other pages. */
function show() {
  const elsewhere = [];
  for (const item of queue.items()) {
    const form = formOf(item.id);
    const text = textOf(item);
    if (form) {
      if (!form.hasAttribute("data-locked")) lock(form, true);
      state(form, item.state === "stuck" ? "stuck" : isFirstTry(item) ? "sending" : "waiting", text);
      if (item.state === "stuck") elsewhere.push([item, text]);
    } else {
      elsewhere.push([item, text]);
    }
  }
  if (!banner) return;
  const rows = [];
  for (const [item, text] of elsewhere) {
    const row = element("li", {}, element("strong", {}, item.label), element("span", {}, text));
    const retry = element("button", { type: "button", class: "button small" }, word("outbox.retry"));
    retry.addEventListener("click", () => {
      queue.again(item.id);
      flush({ force: true });
    });
    row.append(retry);
    if (item.state === "stuck") {
      const discard = element("button", { type: "button", class: "button small danger" }, word("outbox.discard"));
      discard.addEventListener("click", () => {
        if (!confirm(word("outbox.discard_sure", { label: item.label }))) return;
        const form = formOf(item.id);
        queue.remove(item.id);
        if (form) {
          lock(form, false);
          state(form, "", "");
        }
        show();
      });
      row.append(discard);
    }
    rows.push(row);
  }
  for (const { label, location: href, refused } of background.values()) {
    const row = element("li", {}, element("strong", {}, label), element("span", {}, word(refused ? "outbox.stuck" : "outbox.sent")));
    if (href) row.append(element("a", { href }, word("outbox.open")));
    rows.push(row);
  }
  banner.hidden = rows.length === 0;
  if (rows.length) {
    banner.replaceChildren(element("span", {}, word("outbox.pending", { n: elsewhere.length })), element("ul", {}, ...rows));
    banner.firstChild.hidden = elsewhere.length === 0;
  }
}

// A later try changes no word until it succeeds: a screen reader would announce every one of them.
function isFirstTry(item) {
  return Boolean(item.sending) && item.tries === 0;
}

function textOf(item) {
  if (item.state === "stuck") return word("outbox.stuck");
  if (isFirstTry(item)) return word("outbox.sending");
  return word(item.why === "sign_in" ? "outbox.sign_in" : "outbox.waiting");
}

function submit(event) {
  const form = event.target;
  const by = event.submitter;
  if (event.defaultPrevented || !form.matches?.("form[data-outbox]") || by?.hasAttribute("formaction")) return;
  if (form.hasAttribute("data-locked")) {
    event.preventDefault();
    return;
  }
  const body = serialise(form, by, { secrets: true });
  const id = form.elements.command_id?.value;
  // Files, or nowhere to keep it: the plain way.
  if (!body || !queue.put({ id, action: form.action, body, label: form.dataset.outbox, page: location.href })) return;
  event.preventDefault();
  lock(form, true);
  state(form, "sending", word("outbox.sending"));
  flush({ force: true });
}

async function signOut(event) {
  const form = event.target;
  if (!form.matches?.("form[data-sign-out]") || form.dataset.sure !== undefined) return;
  if (queue.items().length === 0) return;
  event.preventDefault();
  await flush({ force: true });
  const left = queue.items().length;
  if (left && !confirm(word("outbox.leave_sure", { n: left }))) return;
  queue.clear();
  form.dataset.sure = "";
  form.requestSubmit();
}

export function start(root) {
  try {
    storage = window.localStorage;
    sweep(storage, Date.now());
  } catch {
    return; // forbidden to keep anything: forms go the plain way
  }
  banner = root.getElementById("outbox-banner");
  queue = new Queue({ storage, send, account: account(), changed: () => queueMicrotask(show) });
  root.addEventListener("submit", submit);
  root.addEventListener("submit", signOut);
  if (!account()) return;
  // What was being sent when the page went away is simply tried again.
  for (const item of queue.items()) if (item.sending) queue.save({ ...item, sending: false, next: 0 });
  show();
  flush({ force: true });
  window.addEventListener("online", () => flush({ force: true }));
  window.addEventListener("storage", () => show());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) flush({ force: true });
  });
}

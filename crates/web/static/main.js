// Starts what the page has use for. Every page works without any of it.

import * as numbers from "./numbers.js";
import * as sort from "./sort.js";
import * as live from "./live.js";
import * as draft from "./draft.js";
import * as outbox from "./outbox.js";

const root = document.documentElement;
root.classList.add("js");

// The margin boxes of paper take their words from a custom property.
const head = document.body.dataset.printHead;
if (head) root.style.setProperty("--print-head", JSON.stringify(head));

// The outbox before the drafts: at sign-out it may still call the whole thing off.
for (const start of [numbers.start, sort.start, outbox.start, draft.start, live.start]) {
  try {
    start(document);
  } catch (fault) {
    // One module that fails must not take the others with it.
    console.error(fault);
  }
}

document.querySelector("[data-error-summary]")?.focus();

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

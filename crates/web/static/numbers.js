// How the number in a field will be read, shown while one types. What was typed stays as it is, and
// the server is the judge; ambiguous text is a question, never a guess.

import { word } from "./words.js";

const UNITS = {
  yen: ["円", "yen", "¥", "￥"],
  percent: ["%", "パーセント"],
  months: ["ヶ月分", "か月分", "カ月分", "ヵ月分", "月分", "ヶ月", "か月", "カ月", "ヵ月", "ケ月", "箇月", "月", "months"],
  people: ["名", "人", "people"],
  count: ["件", "組合"],
};
const DECIMALS = { percent: 3, months: 3 };
const LARGE = { 十: 10n, 百: 100n, 千: 1000n, 万: 10000n, 億: 100000000n };
const PRESS_MS = 300;
const LIMIT = 9_007_199_254_740n;

/** Reads `text` as a number of `kind`: { state, value }. `value` is a decimal string with ASCII
    digits; state is empty, read, question (value is what we would propose) or unreadable. */
export function read(text, kind = "count") {
  let rest = text.normalize("NFKC").replace(/\s+/g, "").replace(/[、，]/g, ",");
  if (rest === "") return { state: "empty" };
  let question = false;

  const brackets = /^\((.+)\)$/.exec(rest);
  let negative = false;
  if (brackets) {
    // Bookkeepers write a loss in brackets; others write a remark.
    rest = brackets[1];
    negative = true;
    question = true;
  }
  const sign = /^([▲△\-−–—‐‑ー]|\+)/.exec(rest);
  if (sign) {
    if (negative) return { state: "unreadable" };
    negative = sign[1] !== "+";
    rest = rest.slice(1);
  }
  for (const unit of UNITS[kind] ?? []) {
    const lower = unit.normalize("NFKC").toLowerCase();
    if (lower === "¥" && rest.startsWith("¥")) {
      rest = rest.slice(1);
      const after = /^[▲△\-−]/.exec(rest);
      if (after && !negative) {
        negative = true;
        rest = rest.slice(1);
      }
      break;
    }
    if (rest.toLowerCase().endsWith(lower) && rest.length > lower.length) {
      rest = rest.slice(0, -lower.length);
      break;
    }
  }
  if (/^(約|およそ)/.test(rest)) {
    rest = rest.replace(/^(約|およそ)/, "");
    question = true;
  }

  let digits;
  if (/[十百千万億]/.test(rest)) {
    question = true;
    digits = withLargeUnits(rest.replace(/,/g, ""));
    if (digits === undefined) return { state: "unreadable" };
  } else {
    if (/,/.test(rest)) {
      const whole = rest.split(".")[0];
      // 1,76 may be a slip for 1.76, and 4,20 for 4,200: ask.
      if (!/^\d{1,3}(,\d{3})+$/.test(whole)) question = true;
      if (/,/.test(rest.split(".")[1] ?? "")) return { state: "unreadable" };
      rest = rest.replace(/,/g, "");
    }
    if (!/^\d+(\.\d+)?$/.test(rest)) return { state: "unreadable" };
    digits = rest;
  }

  let [whole, fraction = ""] = digits.split(".");
  whole = whole.replace(/^0+(?=\d)/, "");
  fraction = fraction.replace(/0+$/, "");
  if (fraction.length > (DECIMALS[kind] ?? 0)) return { state: "unreadable" };
  if (whole.length > 15 || BigInt(whole) > LIMIT) return { state: "unreadable" };
  if (kind === "people" && negative) return { state: "unreadable" };
  const zero = whole === "0" && fraction === "";
  const value = (negative && !zero ? "-" : "") + whole + (fraction && "." + fraction);
  return { state: question ? "question" : "read", value };
}

/** 1万2千500 → "12500", 1.5万 → "15000"; undefined when the units do not descend or yen would break. */
function withLargeUnits(text) {
  if (!/^(\d+(\.\d+)?[十百千]?[万億]?)+$/.test(text)) return undefined;
  let sum = 0n;
  let last = Infinity;
  for (const [, number, small, big] of text.matchAll(/(\d+(?:\.\d+)?)([十百千]?)([万億]?)/g)) {
    const [whole, fraction = ""] = number.split(".");
    if (whole.length > 12 || fraction.length > 8) return undefined;
    const unit = (LARGE[small] ?? 1n) * (LARGE[big] ?? 1n);
    const product = BigInt(whole + fraction) * unit;
    const scale = 10n ** BigInt(fraction.length);
    if (Number(unit) >= last || product % scale !== 0n || Number(product / scale) >= last) return undefined;
    sum += product / scale;
    last = Number(unit);
  }
  return String(sum);
}

/** "-4200.5" → "▲4,200.5" with its unit. */
export function write(value, unit = "", negative = "▲") {
  const minus = value.startsWith("-");
  const [whole, fraction] = value.replace(/^-/, "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (minus ? negative : "") + grouped + (fraction ? "." + fraction : "") + unit;
}

/** `finished`: the hands have left the field, so half a number is now a wrong one. */
function show(input, finished) {
  const output = document.getElementById(input.dataset.reading);
  if (!output) return;
  const { state, value } = read(input.value, input.dataset.number);
  if (state === "unreadable" && !finished) {
    output.dataset.state = "empty";
    output.textContent = "";
    return;
  }
  output.dataset.state = state;
  if (state === "read" || state === "question") {
    const written = write(value, input.dataset.unit, word("number.negative"));
    if (state === "read") {
      output.textContent = written;
      return;
    }
    const use = document.createElement("button");
    use.type = "button";
    use.className = "button small";
    use.textContent = word("number.use", { reading: written });
    use.addEventListener("click", () => {
      input.value = write(value, "", word("number.negative"));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
    output.replaceChildren(word("number.question", { reading: written }), use);
  } else {
    output.textContent = state === "unreadable" ? word("number.unreadable") : "";
  }
}

export function start(root) {
  const ours = (event) => event.target.dataset?.number !== undefined && event.target.dataset.reading;
  let timer;
  root.addEventListener("input", (event) => {
    // Not at every key: the reading is also spoken.
    clearTimeout(timer);
    if (ours(event)) timer = setTimeout(() => show(event.target, document.activeElement !== event.target), 250);
  });
  root.addEventListener("change", (event) => {
    clearTimeout(timer);
    // The press of a button that ended the typing must find the button where it was.
    if (ours(event)) timer = setTimeout(() => show(event.target, true), PRESS_MS);
  });
  refresh(root);
  root.addEventListener("danketsu:replaced", (event) => refresh(event.target));
}

function refresh(root) {
  for (const input of root.querySelectorAll("input[data-number][data-reading]")) if (input.value) show(input, true);
}

// What the modules say, in the page's language: <template id="words"><data value="key">…</data>.

let words;

export function word(key, values = {}) {
  if (!words) {
    words = new Map();
    const template = document.getElementById("words");
    for (const data of template?.content.querySelectorAll("data") ?? []) {
      words.set(data.getAttribute("value"), data.textContent);
    }
  }
  const text = words.get(key) ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** "3分": an age in seconds, in words. */
export function age(seconds) {
  if (seconds < 60) return word("age.seconds", { n: Math.max(0, Math.round(seconds)) });
  if (seconds < 5400) return word("age.minutes", { n: Math.round(seconds / 60) });
  return word("age.hours", { n: Math.round(seconds / 3600) });
}

export function csrf() {
  return document.querySelector('meta[name="csrf"]')?.content ?? "";
}

export function account() {
  return document.body.dataset.account ?? "";
}

/** An element with text, without markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A form as text, and back.

const NEVER_KEPT = new Set(["csrf", "command_id"]);

/** The form url-encoded; undefined when it carries a chosen file. Without `secrets`, the token and
    the command id stay out. Passwords are never kept. */
export function serialise(form, submitter, { secrets = false } = {}) {
  const data = submitter ? new FormData(form, submitter) : new FormData(form);
  const pairs = new URLSearchParams();
  for (const [name, value] of data) {
    if (typeof value !== "string") {
      if (value.size > 0) return undefined;
      continue;
    }
    if (!secrets && NEVER_KEPT.has(name)) continue;
    if (name === "csrf") continue; // taken from the page when it is sent
    pairs.append(name, value);
  }
  for (const field of form.querySelectorAll('input[type="password"]')) {
    if (secrets && field.value) return undefined;
    pairs.delete(field.name);
  }
  return pairs.toString();
}

/** What is folded away is opened, so that nothing is sent that nobody sees. */
function unfold(field) {
  for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
}

/** Fills the form from url-encoded text; true when anything changed. */
export function fill(form, text) {
  const pairs = new URLSearchParams(text);
  let changed = false;
  const taken = new Map();
  for (const field of form.elements) {
    if (!field.name || NEVER_KEPT.has(field.name) || ["hidden", "file", "password", "submit", "button"].includes(field.type)) continue;
    const values = pairs.getAll(field.name);
    if (field.type === "checkbox" || field.type === "radio") {
      const checked = values.includes(field.value);
      if (field.checked !== checked) {
        changed = true;
        if (checked) unfold(field);
      }
      field.checked = checked;
      continue;
    }
    if (field.multiple) {
      for (const option of field.options) option.selected = values.includes(option.value);
      continue;
    }
    const index = taken.get(field.name) ?? 0;
    taken.set(field.name, index + 1);
    const value = values[index];
    if (value === undefined || field.value === value || field.readOnly) continue;
    field.value = value;
    unfold(field);
    changed = true;
  }
  if (changed) form.dispatchEvent(new CustomEvent("danketsu:replaced", { bubbles: true }));
  return changed;
}

// Sorts tables that are whole, in the browser. The headers become native buttons.

const collator = typeof Intl === "undefined" ? null : new Intl.Collator("ja", { numeric: true, sensitivity: "base" });
const chosen = new Map();

/** Compares two cells ({ value, text }); missing values come last in either direction. */
export function compare(left, right, kind, direction) {
  const missing = (cell) => (kind === "number" ? !isNumber(cell.value) : (cell.value ?? cell.text) === "");
  const [a, b] = [missing(left), missing(right)];
  if (a || b) return a === b ? 0 : a ? 1 : -1;
  const order =
    kind === "number"
      ? Number(left.value) - Number(right.value)
      : collator.compare(left.value ?? left.text, right.value ?? right.text);
  return direction === "descending" ? -order : order;
}

function isNumber(value) {
  return value !== undefined && value !== null && value !== "" && Number.isFinite(Number(value));
}

function cell(row, index) {
  const at = row.cells[index];
  return { value: at?.dataset.value, text: at?.textContent.trim() ?? "" };
}

function sort(table, index, kind, direction) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  rows.forEach((row, order) => (row.dataset.order ??= order));
  rows.sort((a, b) => compare(cell(a, index), cell(b, index), kind, direction) || a.dataset.order - b.dataset.order);
  body.append(...rows);
  for (const header of table.tHead.querySelectorAll("th[data-sort]")) {
    header.setAttribute("aria-sort", header.cellIndex === index && header.closest("tr") === headers(table) ? direction : "none");
  }
}

function headers(table) {
  return table.tHead.rows[table.tHead.rows.length - 1];
}

function prepare(table) {
  if (!table.tHead || !table.tBodies[0] || table.dataset.sortReady) return;
  table.dataset.sortReady = "yes";
  for (const header of headers(table).querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...header.childNodes);
    header.append(button);
    header.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const first = header.dataset.sort === "number" ? "descending" : "ascending";
      const now = header.getAttribute("aria-sort");
      const direction = now === "none" ? first : now === "ascending" ? "descending" : "ascending";
      chosen.set(table.id, { index: header.cellIndex, kind: header.dataset.sort, direction });
      sort(table, header.cellIndex, header.dataset.sort, direction);
    });
  }
  // New figures keep the order that was chosen.
  const before = chosen.get(table.id);
  if (before) sort(table, before.index, before.kind, before.direction);
}

export function start(root) {
  for (const table of root.querySelectorAll("table[data-sortable]")) prepare(table);
  root.addEventListener("danketsu:replaced", (event) => {
    for (const table of event.target.querySelectorAll("table[data-sortable]")) prepare(table);
  });
}

// Parts that panels share: tables with a caption, meters, empty notes.
import { h } from "./dom.js";

/** A table. Columns are {head, cell(row), numeric, wide}; the first column heads its rows. */
export function table(caption, columns, rows, attributes = {}) {
  const head = columns.map((column) => h("th", { scope: "col", class: kind(column) }, column.head));
  const body = rows.map((row) => h("tr", {}, columns.map((column, index) => (index === 0
    ? h("th", { scope: "row", class: kind(column) }, column.cell(row))
    : h("td", { class: kind(column), ...(column.attributes?.(row) ?? {}) }, column.cell(row))))));
  return h("table", attributes, h("caption", {}, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, body));
}

const kind = ({ numeric, wide }) => [numeric && "numeric", wide && "wide"].filter(Boolean).join(" ") || null;

/** A bar from `from` to `value` on a scale from `min` to `max`, readable as a meter. */
export function meter({ label, text, value, min = 0, max = 1, from = 0, tone = "" }) {
  const at = (number) => (100 * (Math.min(max, Math.max(min, number)) - min)) / (max - min);
  const left = Math.min(at(from), at(value));
  const width = Math.abs(at(value) - at(from));
  return h("div", {
    class: `meter ${tone}`, role: "meter", "aria-label": label, "aria-valuemin": min, "aria-valuemax": max,
    "aria-valuenow": Math.min(max, Math.max(min, value)), "aria-valuetext": text,
  }, h("span", { class: "fill", style: { left: `${left}%`, width: `${width}%` } }),
  min < 0 ? h("span", { class: "zero", style: { left: `${at(0)}%` } }) : null);
}

export const empty = (text) => h("p", { class: "empty" }, text);

export const note = (...children) => h("p", { class: "note" }, ...children);

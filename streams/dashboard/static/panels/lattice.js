import { h, patch } from "/static/dom.js";
import { empty, note, table } from "/static/parts.js";
import { interval, percent, spaced } from "/static/words.js";

export const title = "Singled out: which streams are joined";
export const order = 20;
export const span = "wide";

export function render(element, { risk }) {
  if (risk.views.length === 0) {
    patch(element, [empty("No block has closed yet.")]);
    return;
  }
  const views = [...risk.views].sort((a, b) => Boolean(a.purpose) - Boolean(b.purpose) || a.sources.length - b.sources.length);
  const { points, points_per_source: each } = views[0];
  patch(element, [
    table(`Share of people with their 95 % interval, after block ${risk.block}`, [
      { head: "Joined", cell: name },
      heat(`${points} points in all`, "identified"),
      heat(`${each} points per stream`, "identified_per_source", ({ sources }) => `${each * sources.length} points`),
      heat("Whole trace, V", "vulnerability"),
      { head: "Bits revealed", numeric: true, cell: ({ bits, people }) => [h("span", { class: "value" }, bits.value.toFixed(1)), small(`of ${Math.log2(Math.max(1, people)).toFixed(1)}`)] },
      { head: "In crowds below 5", numeric: true, wide: true, cell: ({ below_5: below }) => percent(below.value) },
    ], views, { class: "lattice", "data-table": "lattice" }),
    note("The first column gives every view the same knowledge; the second gives the joined views more, so it is no fair comparison between rows. V = K / N counts classes of whole traces and nears 100 % after days of hourly points."),
  ]);
}

function name({ sources, purpose, role }) {
  const joined = role === "joined" || role === "budget" ? "all joined" : sources.join(" + ");
  return purpose === null ? joined : [joined, small(`budget on, ${spaced(purpose)}`)];
}

function heat(head, field, extra = null) {
  return {
    head, numeric: true,
    cell: (view) => [h("span", { class: "value" }, percent(view[field].value)), small([extra?.(view), interval(view[field]).replace(", no interval", "")].filter(Boolean).join("; "))],
    attributes: (view) => ({ class: `numeric heat-${Math.min(5, Math.floor(view[field].value * 6))}`, "data-value": view[field].value }),
  };
}

const small = (text) => h("small", {}, text);

import { h, patch } from "/static/dom.js";
import { empty } from "/static/parts.js";
import { capital, integer, interval, percent, spaced } from "/static/words.js";

export const title = "Singled out, of 100 people";
export const order = 0;
export const span = "full";

const ROW = 20;
const STEP = 10;

export function render(element, { risk, ledger, sources }) {
  const place = (view) => (view.role === "source" ? sources.indexOf(view.sources[0]) : 0);
  const cards = ["source", "joined", "budget"].flatMap((role) => risk.views
    .filter((view) => view.role === role).sort((a, b) => place(a) - place(b)));
  if (cards.length === 0) {
    patch(element, [empty("The first figures come when the first hour of events closes.")]);
    return;
  }
  const kept = Object.fromEntries(ledger.identifiability.map((row) => [row.purpose, row.kept]));
  patch(element, [
    h("div", { class: "strip" }, cards.map((view, index) => card(view, index, place(view), kept[view.purpose]))),
    reading(cards, kept),
  ]);
}

function card(view, index, place, kept) {
  const name = heading(view);
  const colour = view.role === "source" ? `hue-${place % 8}` : view.role;
  return h("article", { class: `card ${colour}`, "data-operator": operator(view, index), "data-view": view.view, "data-role": view.role },
    h("h3", {}, name),
    dots(view.of_100, name),
    h("p", { class: "headline" }, h("strong", {}, view.of_100), " of 100 singled out"),
    h("p", { class: "crowd" }, `you hide among ${crowd(view.hidden_among)}`),
    also(view),
    h("dl", {}, facts(view, kept).map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text)))));
}

// The joined observer's other row: points of each stream, so more of them than in one stream alone.
function also({ sources, identified_per_source: estimate, points_per_source: points }) {
  if (sources.length < 2) return null;
  return h("p", { class: "also" }, h("strong", {}, Math.round(100 * estimate.value)), ` of 100 by ${points} points of each stream`);
}

function heading({ role, sources }) {
  if (role === "source") return `${capital(sources[0])} alone`;
  return role === "joined" ? "Joined by ID" : "Joined, budget on";
}

function operator({ role }, index) {
  if (role === "source") return index === 0 ? null : "+";
  return role === "joined" ? "=" : "→";
}

const crowd = (size) => (size < 1.5 ? "nobody" : `${integer(size)} people`);

function facts(view, kept) {
  const estimate = view.identified;
  const found = [
    ["95 %", interval(estimate)],
    ["N", estimate.n === view.people ? `${integer(view.people)} people, all` : `${integer(estimate.n)} of ${integer(view.people)} people`],
    ["Knows", view.adversary],
    ["A point", view.resolution],
  ];
  if (view.role === "budget") {
    found.push(["Purpose", spaced(view.purpose)]);
    found.push(["Cost", kept === undefined || kept === null ? "no charge yet" : `${percent(kept)} of records stay joined`]);
  }
  return found;
}

function dots(filled, name) {
  const circles = Array.from({ length: 100 }, (_, index) => h("circle", {
    class: index < filled ? "on" : null, r: 4, cx: (index % ROW) * STEP + STEP / 2, cy: Math.floor(index / ROW) * STEP + STEP / 2,
  }));
  return h("div", { class: "dots", role: "meter", "aria-label": `${name}: singled out of 100 people`, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": filled },
    h("svg", { viewBox: `0 0 ${ROW * STEP} ${(100 / ROW) * STEP}`, "aria-hidden": "true" }, circles));
}

function reading(cards, kept) {
  const points = [...new Set(cards.map((view) => view.points))].join(" or ");
  const parts = [
    h("strong", {}, "How to read this. "),
    `In every card the attacker knows the same total of ${points} points about a person, and "singled out" means that nobody else fits them. `,
    "Joining adds no point: it lets points of different streams be held against one person. With points from each stream the joined attacker knows more; the table below shows that row apart. ",
  ];
  const budgets = cards.filter((view) => view.role === "budget");
  if (budgets.length > 0) {
    parts.push("With the budget on, the attacker has the knowledge of the joined card, matched against what the purpose may still see. ");
  }
  for (const { purpose } of budgets) {
    if (kept[purpose] !== undefined && kept[purpose] !== null) {
      parts.push(`That costs usefulness: the purpose ${spaced(purpose)} may still see ${percent(kept[purpose])} of its records joined. `);
    }
  }
  return h("p", { class: "reading" }, parts);
}

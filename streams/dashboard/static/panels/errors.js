import { h, patch } from "/static/dom.js";
import { empty, meter, note } from "/static/parts.js";
import { integer, interval, percent } from "/static/words.js";

export const title = "Right and wrong names";
export const order = 45;
export const span = "full";

const FIGURES = {
  vulnerability: "Naive: guesses right, were all links right (V)",
  correct_identification: "Named right, doubts of links counted",
  misidentification: "One person named, and the wrong one",
  contaminated: "Profiles with something of somebody else",
  time_to_identification: "Singled out for good within 24 hours",
  join_lift: "Join lift: beyond the best join without a stream",
};
const SHARE = "shapley/";
const SHOWN = 0.0005;

export function render(element, { risk, sources }) {
  const view = risk.views.find(({ role }) => role === "joined");
  const known = view ? Object.keys(FIGURES).filter((name) => name in view.figures) : [];
  if (known.length === 0) {
    patch(element, [empty("The first figures come when the first hour of events closes.")]);
    return;
  }
  const shares = sources.filter((source) => SHARE + source in view.figures);
  patch(element, [
    h("div", { class: "measures" }, known.map((name) => measure(name, FIGURES[name], view))),
    shares.length > 0 && h("h3", {}, "What each stream brings of V, over all orders of joining"),
    shares.length > 0 && h("div", { class: "measures" }, shares.map((source) => measure(SHARE + source, `Brought by ${source}`, view))),
    note("All streams joined, against somebody who holds a person's whole trace. Right and wrong come from the links' own probabilities: no stage sees the truth. V takes a wrong name for a right one, so it stays high while links get worse."),
  ]);
}

function measure(name, label, { figures }) {
  const estimate = figures[name];
  const text = estimate.value > 0 && estimate.value < SHOWN ? "under 0.1 %" : percent(estimate.value);
  return h("div", { class: "measure", "data-figure": name, "data-value": estimate.value },
    h("p", {}, label, h("strong", {}, text)), meter({ label, text, value: estimate.value }), h("small", {}, doubt(estimate)));
}

const doubt = (estimate) => (estimate.estimand === "census"
  ? `counted over ${integer(estimate.n)} people`
  : `95 %: ${interval(estimate)}, by ${integer(estimate.n)} people`);

import { h, patch } from "/static/dom.js";
import { empty, meter, note } from "/static/parts.js";
import { capital, integer, percent, spaced } from "/static/words.js";

export const title = "Links against the truth";
export const order = 50;
export const span = "full";

const SHARES = {
  precision: "Precision: of the links made, how many are right",
  recall: "Recall: of the accounts held, how many are linked",
  recall_claimed_id_only: "Recall if only the claimed ID were used",
};

export function render(element, { quality }) {
  const names = Object.keys(quality);
  if (names.length === 0) {
    patch(element, [empty("The evaluator beside the pipeline has not reported yet.")]);
    return;
  }
  const known = Object.keys(SHARES).filter((name) => name in quality);
  const others = names.filter((name) => !(name in SHARES)).sort();
  patch(element, [
    h("div", { class: "measures" }, [...known, ...others].map((name) => measure(name, quality[name]))),
    note("Scored per account against the person its registration describes, by an evaluator that stands beside the pipeline. No stage sees the truth."),
  ]);
}

function measure(name, value) {
  const label = SHARES[name] ?? capital(spaced(name));
  const share = value >= 0 && value <= 1;
  const text = share ? percent(value, 2) : integer(value);
  return h("div", { class: "measure", "data-measure": name, "data-value": value },
    h("p", {}, label, h("strong", {}, text)), share ? meter({ label, text, value }) : null);
}

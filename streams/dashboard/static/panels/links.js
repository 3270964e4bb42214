import { h, patch } from "/static/dom.js";
import { empty, meter, note, table } from "/static/parts.js";
import { bits, integer } from "/static/words.js";

export const title = "Last links and their evidence";
export const order = 40;
export const span = "half";

const SHAPES = { linked: "●", review: "◐", unlinked: "○", retracted: "✕" };
const MOST = 60;

export function render(element, { links }) {
  if (links.last.length === 0) {
    patch(element, [empty("No account is linked yet.")]);
    return;
  }
  patch(element, [
    note(summary(links)),
    table("Newest first; weight and margin in bits", [
      { head: "Account", cell: ({ account, source, person }) => [account, h("small", {}, person === null ? `${source}, nobody` : `${source} → person ${person}`)] },
      { head: "Status", cell: ({ status }) => h("span", { class: `status ${status}` }, h("span", { "aria-hidden": "true" }, SHAPES[status]), ` ${status}`) },
      { head: "Weight", cell: (link) => bar(link, "weight", -20) },
      { head: "Margin", cell: (link) => bar(link, "margin", 0) },
      { head: "Revision", numeric: true, wide: true, cell: ({ revision }) => integer(revision) },
    ], links.last, { class: "links", "data-table": "links" }),
    note("Weight is the match weight of the best person. Margin is how far the runner-up is behind."),
  ]);
}

function summary({ by_status: counts, asked_for_review: asked, exact }) {
  const words = Object.entries(counts).map(([status, count]) => `${integer(count)} ${status}`);
  return `${exact ? "" : "About "}${words.join(", ")}. ${integer(asked)} asked for a clerk's review.`;
}

function bar(link, field, min) {
  const text = bits(link[field]);
  return h("div", { class: "bar" },
    meter({ label: `${field} of ${link.account}, bits`, text: `${text} bits`, value: link[field], min, max: MOST, tone: link[field] < 0 ? "against" : "" }),
    h("span", { class: "beside" }, text));
}

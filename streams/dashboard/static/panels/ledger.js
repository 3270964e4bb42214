import { h, patch } from "/static/dom.js";
import { empty, meter, note, table } from "/static/parts.js";
import { integer, percent, spaced } from "/static/words.js";

export const title = "Two ledgers, never added";
export const order = 30;
export const span = "half";

const NEWEST = 2;

export function render(element, { ledger }) {
  patch(element, [
    h("h3", {}, "Joins, in bits of exposure ", h("span", { class: "tag" }, "operator's view, not private")),
    joins(ledger.identifiability),
    note("Bits are charged by a public tariff for what a join may reveal. They are not differential privacy and have no epsilon."),
    h("h3", {}, "Releases, in rho ", h("span", { class: "tag" }, "operator's view, not private")),
    releases(ledger.privacy),
    answers(ledger.releases),
    note("Rho is the loss in zero-concentrated differential privacy. Nothing but the noisy answers leaves the operator."),
  ]);
}

function joins(rows) {
  if (rows.length === 0) return empty("No join was asked for yet.");
  return table("What purposes asked to see joined", [
    { head: "Purpose", cell: ({ purpose }) => spaced(purpose) },
    number("Granted", "granted"),
    number("Refused", "refused"),
    { head: "Still joined", cell: ({ purpose, kept }) => h("div", { class: "bar" }, meter({ label: `${purpose}: share of records still joined`, text: percent(kept), value: kept ?? 0 }), h("span", { class: "beside" }, percent(kept))) },
    { head: "Bits spent", numeric: true, cell: ({ spent }) => integer(spent) },
    { head: "People at the cap", numeric: true, wide: true, cell: capped },
  ], rows, { "data-table": "joins" });
}

function releases(rows) {
  if (rows.length === 0) return empty("Nothing was released yet.");
  return table("What purposes were told", [
    { head: "Purpose", cell: ({ purpose }) => spaced(purpose) },
    number("Answers", "releases"),
    number("Counted", "granted"),
    number("Left out", "refused"),
    { head: "Most rho of a person", numeric: true, cell: ({ most_rho: rho }) => (rho === null ? "none yet" : rho.toPrecision(3)) },
    { head: "People at the cap", numeric: true, wide: true, cell: capped },
  ], rows, { "data-table": "privacy" });
}

function answers(rows) {
  if (rows.length === 0) return null;
  const lines = rows.slice(0, NEWEST).flatMap((release) => release.answers.map((answer) => ({ release, answer })));
  return table("Newest noisy answers, with 95 % interval", [
    { head: "Answer", cell: ({ release, answer }) => [`${spaced(release.query)}, ${answer.name}`, h("small", {}, `${spaced(release.purpose)}, block ${release.block}`)] },
    { head: "Noisy count", numeric: true, cell: ({ answer }) => integer(answer.value) },
    { head: "Interval", numeric: true, cell: ({ answer: { low, high } }) => (low === null || high === null ? "not given" : `${integer(low)} to ${integer(high)}`) },
    { head: "Rho", numeric: true, wide: true, cell: ({ release }) => release.rho.toPrecision(2) },
  ], lines, { "data-table": "releases" });
}

const number = (head, field) => ({ head, numeric: true, cell: (row) => integer(row[field]) });

const capped = ({ capped_people: capped, people }) => `${integer(capped)} of ${integer(people)}`;

import { h, patch } from "/static/dom.js";
import { empty, meter, note, table } from "/static/parts.js";
import { blocks, integer, percent, rho, short, spaced } from "/static/words.js";

export const title = "Two ledgers, never added";
export const order = 30;
export const span = "half";

const NEWEST = 3;
const WIDTH = 480;
const HEIGHT = 90;
const LEFT = 56;
const BOTTOM = 18;

export function render(element, { ledger }) {
  const { words } = ledger;
  patch(element, [
    h("h3", {}, "Joins, in bits of exposure ", tag(words.operator)),
    joins(ledger.identifiability),
    note(words.joins, " ", words.exhaustion),
    h("h3", {}, "Releases, in rho ", tag(words.operator)),
    releases(ledger.privacy),
    h("h3", {}, "What leaves: noisy answers, and what they cost ", tag("public")),
    answers(ledger.releases),
    costs(ledger.blocks),
    ...ledger.counters.flatMap(counter),
    refusals(ledger.refusals),
    note(words.releases, " ", words.relinking),
  ]);
}

const tag = (text) => h("span", { class: "tag" }, text);

function joins(rows) {
  if (rows.length === 0) return empty("No join was asked for yet.");
  return table("What purposes asked to see joined", [
    { head: "Purpose", cell: ({ purpose }) => spaced(purpose) },
    number("Granted", "granted"),
    number("Refused", "refused"),
    { head: "Still joined", cell: ({ purpose, kept }) => h("div", { class: "bar" }, meter({ label: `${purpose}: share of records still joined`, text: percent(kept), value: kept ?? 0 }), h("span", { class: "beside" }, percent(kept))) },
    { head: "Bits spent", numeric: true, cell: ({ spent }) => integer(spent) },
    { head: "People refused", numeric: true, wide: true, cell: capped },
  ], rows, { "data-table": "joins" });
}

function releases(rows) {
  if (rows.length === 0) return empty("Nothing was released yet.");
  return table("What purposes were told", [
    { head: "Purpose", cell: ({ purpose }) => spaced(purpose) },
    number("Answers", "releases"),
    number("Counted", "granted"),
    number("Left out", "refused"),
    { head: "Most rho of a person", numeric: true, cell: most },
    { head: "Left of the cap", numeric: true, wide: true, cell: ({ left_rho: left, cap_rho: cap }) => (cap === null ? "not known here" : `${rho(left)} of ${rho(cap)}`) },
    { head: "People at the cap", numeric: true, wide: true, cell: capped },
  ], rows, { "data-table": "privacy" });
}

// Epsilon is for display, and of released answers alone.
function most({ most_rho: spent, epsilon, delta }) {
  if (spent === null) return "none yet";
  return epsilon === null ? rho(spent) : [rho(spent), h("small", {}, `epsilon ${epsilon.toFixed(2)} at delta ${delta.toExponential()}`)];
}

function answers(rows) {
  if (rows.length === 0) return empty("No answer has left yet.");
  const lines = rows.slice(0, NEWEST).flatMap((release) => release.answers.map((answer) => ({ release, answer })));
  return table("Newest noisy answers, with 95 % interval", [
    { head: "Answer", cell: ({ release, answer }) => [`${spaced(release.query)}, ${answer.name}`, h("small", {}, `${spaced(release.purpose)}, ${blocks(release.first, release.block)}`)] },
    { head: "Noisy count", numeric: true, cell: ({ answer }) => integer(answer.value) },
    { head: "Interval", numeric: true, cell: ({ answer: { low, high } }) => (low === null || high === null ? "not given" : `${integer(low)} to ${integer(high)}`) },
    { head: "Rho", numeric: true, wide: true, cell: ({ release }) => rho(release.rho) },
  ], lines, { "data-table": "releases" });
}

function costs(rows) {
  if (rows.length === 0) return null;
  return table("What answers about a block have cost", [
    { head: "Blocks", cell: ({ purpose, first, last }) => [blocks(first, last), h("small", {}, spaced(purpose))] },
    { head: "Cost, rho", numeric: true, cell: ({ cost_rho: cost }) => rho(cost) },
    { head: "Left, rho", numeric: true, cell: ({ left_rho: left }) => (left === null ? "not known here" : rho(left)) },
  ], rows, { "data-table": "blocks" });
}

// The published steps as a line, and their 95 % intervals as a band around it.
function counter({ purpose, name, steps }) {
  if (steps.length < 2) return [];
  const [begin, end] = [steps[0][0], steps.at(-1)[0]];
  const low = Math.min(0, ...steps.map(([, value, half]) => value - half));
  const high = Math.max(1, ...steps.map(([, value, half]) => value + half));
  const x = (block) => LEFT + ((block - begin) / (end - begin)) * (WIDTH - LEFT - 6);
  const y = (value) => 6 + (1 - (value - low) / (high - low)) * (HEIGHT - BOTTOM - 6);
  const at = (block, value) => `${x(block).toFixed(1)},${y(value).toFixed(1)}`;
  const above = steps.map(([block, value, half]) => at(block, value + half));
  const below = steps.map(([block, value, half]) => at(block, value - half)).reverse();
  const [, last, half] = steps.at(-1);
  const label = `${spaced(name)} for ${spaced(purpose)}, ${blocks(begin, end)}: ${integer(last)} in the end, give or take ${integer(half)} with 95 %`;
  return [
    note(`Counter ${label}.`),
    h("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, "data-counter": name },
      [low, high].map((value) => h("g", {},
        h("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }),
        h("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, short(value)))),
      h("polygon", { class: "band hue-0", points: [...above, ...below].join(" ") }),
      h("polyline", { class: "curve hue-0", points: steps.map(([block, value]) => at(block, value)).join(" ") }),
      h("text", { x: LEFT, y: HEIGHT - 2 }, blocks(begin, begin)),
      h("text", { x: WIDTH - 4, y: HEIGHT - 2, "text-anchor": "end" }, blocks(end, end))),
  ];
}

function refusals(reasons) {
  const rows = Object.entries(reasons);
  if (rows.length === 0) return null;
  return table("Questions refused, for reasons that are public", [
    { head: "Reason", cell: ([code]) => spaced(code) },
    { head: "Questions", numeric: true, cell: ([, count]) => integer(count) },
  ], rows, { "data-table": "refusals" });
}

const number = (head, field) => ({ head, numeric: true, cell: (row) => integer(row[field]) });

const capped = ({ capped_people: capped, people }) => `${integer(capped)} of ${integer(people)}`;

import { h, patch } from "/static/dom.js";
import { empty, note, table } from "/static/parts.js";
import { capital, integer, percent, short, spaced } from "/static/words.js";

export const title = "Pipeline, events per second";
export const order = 10;
export const span = "narrow";

const WIDTH = 480;
const HEIGHT = 150;
const LEFT = 56;
const BOTTOM = 20;
const LEAST = 10;

export function render(element, { throughput, lag, rejects, phase, sources, links }) {
  if (throughput.events === 0) {
    patch(element, [empty("No event has come through yet.")]);
    return;
  }
  const ordered = throughput.sources.map((one) => ({ ...one, place: sources.indexOf(one.source) }))
    .sort((a, b) => a.place - b.place);
  patch(element, [
    chart(ordered, throughput.curve_seconds),
    h("dl", { class: "figures" }, figures(throughput, ordered, links, phase === "finished")),
    h("div", { class: "pair" },
      table("Outcome of every event", [
        { head: "Outcome", cell: ([name]) => name },
        { head: "Events", numeric: true, cell: ([, count]) => integer(count) },
        { head: "Share", numeric: true, cell: ([, count]) => percent(count / throughput.events) },
      ], Object.entries(throughput.outcomes), { "data-table": "outcomes" }),
      h("div", {}, progress(throughput), behind(lag), refused(rejects))),
  ]);
}

// Once the run is over its rates are 0, so totals and the mean stand in their place.
function figures(throughput, sources, links, over) {
  const decided = Object.values(links.by_status).reduce((sum, count) => sum + count, 0);
  const found = over
    ? [[throughput.mean_events_per_second, "events/s, mean"], [decided, "links, in all"]]
    : [[throughput.events_per_second, "events/s"], [throughput.links_per_second, "links/s"]];
  for (const { source, place, events, per_second: rate } of sources) {
    found.push([over ? events : rate, over ? `${source}, in all` : source, `hue-${place % 8}`]);
  }
  const late = Object.entries(throughput.extra).filter(([name]) => name.includes("late"));
  late.forEach(([name, count]) => found.push([count, spaced(name.split(".").at(-1))]));
  return found.map(([number, label, hue]) => h("div", { class: hue ?? null }, h("dd", {}, short(number)), h("dt", {}, label)));
}

function chart(sources, seconds) {
  const top = scale(Math.max(LEAST, ...sources.flatMap((source) => source.curve)));
  const begin = Math.min(-1, seconds[0] ?? -1);
  const x = (second) => LEFT + (1 - second / begin) * (WIDTH - LEFT - 6);
  const y = (rate) => 6 + (1 - rate / top) * (HEIGHT - BOTTOM - 6);
  const lines = [0, 0.5, 1].map((part) => h("g", {},
    h("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: y(part * top), y2: y(part * top) }),
    h("text", { x: LEFT - 6, y: y(part * top) + 4, "text-anchor": "end" }, short(part * top))));
  const curves = sources.map((source) => h("polyline", {
    class: `curve hue-${source.place % 8} dash-${source.place % 4}`,
    points: source.curve.map((rate, at) => `${x(seconds[at]).toFixed(1)},${y(rate).toFixed(1)}`).join(" "),
  }));
  const label = `Events per second of ${sources.map((source) => source.source).join(", ")} over the last ${Math.round(-begin)} seconds`;
  return h("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, lines, curves,
    h("text", { x: LEFT, y: HEIGHT - 4 }, `${Math.round(-begin)} s earlier`),
    h("text", { x: WIDTH - 4, y: HEIGHT - 4, "text-anchor": "end" }, "latest"));
}

// The next of 1, 2, 5 times a power of ten.
function scale(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * [1, 2, 5, 10].find((step) => step * power >= most);
}

const progress = ({ stages }) => table("Progress", [
  { head: "Stage", cell: ({ stage }) => stage },
  { head: "Tasks", numeric: true, cell: ({ tasks }) => integer(tasks) },
  { head: "Closed block", numeric: true, cell: ({ block }) => (block === null ? "none" : integer(block)) },
], stages);

function behind(lag) {
  const topics = Object.entries(lag);
  if (topics.length === 0) return note("No lag is reported.");
  return table("Lag, messages behind", [
    { head: "Topic", cell: ([topic]) => topic },
    { head: "Lag", numeric: true, cell: ([, count]) => integer(count) },
  ], topics, { "data-table": "lag" });
}

function refused(rejects) {
  const reasons = Object.entries(rejects);
  if (reasons.length === 0) return note("No input was refused.");
  return table("Inputs refused", [
    { head: "Reason", cell: ([reason]) => capital(spaced(reason)) },
    { head: "Inputs", numeric: true, cell: ([, count]) => integer(count) },
  ], reasons, { "data-table": "rejects" });
}

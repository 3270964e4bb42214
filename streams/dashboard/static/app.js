// Loads the panels that the server found, and gives each the newest snapshot.
import { h, patch } from "./dom.js";
import { integer } from "./words.js";
import { connect } from "./stream.js";

const LAST = 1000;

async function loadPanels() {
  const names = await (await fetch("/panels.json")).json();
  const loaded = await Promise.all(names.map(load));
  return loaded.sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
}

async function load(name) {
  try {
    const { title, render, order = LAST, span = "half" } = await import(`/panels/${name}.js`);
    return { name, title, render, order, span };
  } catch (error) {
    return { name, title: name, render: () => { throw error; }, order: LAST, span: "half" };
  }
}

function place(panel, main) {
  const section = document.createElement("section");
  section.className = `panel span-${panel.span}`;
  section.dataset.panel = panel.name;
  section.setAttribute("aria-labelledby", `title-${panel.name}`);
  const heading = document.createElement("h2");
  heading.id = `title-${panel.name}`;
  heading.textContent = panel.title;
  const body = document.createElement("div");
  section.append(heading, body);
  main.append(section);
  return (snapshot) => draw(panel, body, snapshot);
}

// One bad panel must not take the others down.
function draw(panel, body, snapshot) {
  try {
    panel.render(body, snapshot);
  } catch (error) {
    patch(body, [h("p", { class: "failed" }, `The panel ${panel.name} failed: ${error.message}`)]);
    console.error(panel.name, error);
  }
}

function drawFooter(element, { seq, phase, run, throughput, risk }) {
  const facts = [
    `seq ${integer(seq)}`,
    `${integer(run.people)} synthetic people`,
    `${run.days} ${run.days === 1 ? "day" : "days"}`,
    `seed ${run.seed}`,
    `scenario ${run.scenario}`,
    `runner ${run.runner}`,
    `${integer(throughput.events)} events`,
    risk.block === null ? "no block closed yet" : `risk as of block ${integer(risk.block)}`,
    phase,
  ];
  patch(element, [h("p", { "data-seq": seq }, facts.join(" · "))]);
}

const main = document.getElementById("panels");
const footer = document.getElementById("footer");
const draws = (await loadPanels()).map((panel) => place(panel, main));

connect({
  state: document.getElementById("state"),
  button: document.getElementById("pause"),
  show(snapshot) {
    draws.forEach((drawPanel) => drawPanel(snapshot));
    drawFooter(footer, snapshot);
    main.dataset.seq = snapshot.seq;
  },
});

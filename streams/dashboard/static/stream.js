// The connection: newest snapshot wins, one drawing per frame, and a pause that only stops drawing.
export function connect({ state, button, show }) {
  let newest = null;
  let asked = false;
  let paused = false;
  let connection = "connecting";

  const say = () => {
    const word = paused ? "paused" : connection;
    if (state.textContent !== word) state.textContent = word;
    state.dataset.state = word;
  };
  const drawSoon = () => {
    if (asked || paused || newest === null) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (!paused) show(newest);
    });
  };

  const source = new EventSource("/events");
  source.onopen = () => { connection = "live"; say(); };
  source.onerror = () => { connection = "reconnecting"; say(); };
  source.onmessage = ({ data }) => { newest = JSON.parse(data); drawSoon(); };

  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Resume" : "Pause";
    say();
    drawSoon();
  });
}

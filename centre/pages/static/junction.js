// The junction page: lamps, stage and countdown follow the centre's stream in place, without moving the page. Without
// this file the page shows the moment at which it was opened.

const live = document.getElementById("live");
const field = (name) => live.querySelector(`[data-live="${name}"]`);
const put = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

/** Whole seconds in the words that the page itself uses: only the number changes. */
function putSeconds(element, seconds) {
  if (seconds === null) return put(element, live.dataset.unknown);
  const words = element.dataset.pattern ?? (element.dataset.pattern = patternOf(element));
  put(element, words.replace("#", String(Math.round(seconds))));
}

function patternOf(element) {
  const known = [...live.querySelectorAll("[data-since]")].map((one) => one.textContent).find((text) => /\d/.test(text));
  return (known ?? "#").replace(/[\d.,]+/, "#");
}

function showLamp(lamp) {
  const row = [...live.querySelectorAll("[data-movement]")].find((one) => one.dataset.movement === lamp.movement);
  if (!row) return;
  const shown = row.querySelector("[data-lamp]");
  shown.className = `lamp ${lamp.aspect}`;
  put(shown, shown.getAttribute(`data-word-${lamp.aspect}`));
  putSeconds(row.querySelector("[data-since]"), lamp.since_s);
  putSeconds(row.querySelector("[data-changes]"), lamp.most_s);
}

function show(state) {
  field("lost").hidden = true;
  const mode = field("mode");
  put(mode, mode.getAttribute(`data-mode-${state.mode.replace("_", "-")}`) ?? state.mode);
  put(field("stage"), state.stage ?? live.dataset.between);
  put(field("plan"), state.position ? state.position.plan : live.dataset.unknown);
  const step = state.position && (state.position.in_step ? live.dataset.inStep : live.dataset.outOfStep);
  put(field("step"), step || live.dataset.unknown);
  state.lamps.forEach(showLamp);
}

const stream = new EventSource(live.dataset.stream);
stream.addEventListener("state", (event) => show(JSON.parse(event.data)));
stream.addEventListener("error", () => {
  field("lost").hidden = false;
});
addEventListener("pagehide", () => stream.close());

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

const word = (element, name) => element.getAttribute(`data-word-${name.replace("_", "-")}`) ?? name;
const whole = (value) => (value === null || value === undefined ? live.dataset.unknown : String(Math.round(value)));
const rowOf = (kind, name) => [...document.querySelectorAll(`[data-${kind}]`)].find((one) => one.getAttribute(`data-${kind}`) === name);

/** Who chooses the stages, why this one, and what is known of each approach. */
function showControl(control) {
  const part = (name) => document.querySelector(`[data-control="${name}"]`);
  put(part("asked"), word(part("asked"), control.asked));
  put(part("runs"), word(part("runs"), control.runs));
  part("why").hidden = control.why === null;
  if (control.why !== null) put(part("why"), word(part("why"), control.why));
  const reason = part("reason");
  if (!reason) return;
  const chosen = control.chosen;
  const words = chosen && reason.dataset.stageWord.replace("#", () => chosen.stage).replace("@", () => word(reason, chosen.reason));
  put(reason, words ?? reason.dataset.none);
  for (const row of document.querySelectorAll("[data-stage]")) put(row.querySelector("[data-cost]"), whole(chosen?.cost_s[row.dataset.stage]));
  for (const one of control.approaches) {
    const row = rowOf("approach", one.movement);
    if (!row) continue;
    const [source, fault] = ["[data-source]", "[data-fault]"].map((name) => row.querySelector(name));
    put(source, word(source, one.source));
    put(row.querySelector("[data-queued]"), whole(one.queued));
    put(row.querySelector("[data-coming]"), whole(one.coming));
    put(fault, word(fault, one.stands_in && one.fault === "none" ? "dropped" : one.fault));
  }
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
  showControl(state.control);
}

const stream = new EventSource(live.dataset.stream);
stream.addEventListener("state", (event) => show(JSON.parse(event.data)));
stream.addEventListener("error", () => {
  field("lost").hidden = false;
});
addEventListener("pagehide", () => stream.close());

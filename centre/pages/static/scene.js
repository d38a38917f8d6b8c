// The scene editor: joins the draft, the picture, the form and the centre. Nothing is kept until somebody saves it with
// a reason, and nothing that was drawn is lost to somebody else's save.

import { Canvas } from "./scene_canvas.js";
import { CALIBRATION, Draft, WHOLE } from "./scene_draft.js";
import { Form } from "./scene_form.js";
import { Saver } from "./scene_save.js";
import { centre } from "./scene_server.js";
import { Trial } from "./scene_trial.js";
import { make, words } from "./scene_words.js";

const CHECK_AFTER_MS = 120;
const TOOLS = [
  ["lanes", "ring"], ["stop_lines", "line"], ["counting_lines", "line"], ["zones", "ring"],
  ["markings", "path"], ["signal_heads", "box"], ["calibration", "point"],
];

const given = JSON.parse(document.getElementById("scene-data").textContent);
const t = words(given.words, document.documentElement.lang);
const at = (id) => document.getElementById(id);
const server = centre(given.camera);
const draft = new Draft(given.scene, given.vocabulary);
const canvas = new Canvas(at("canvas"), draft, t);
const form = new Form({ things: at("things"), form: at("form"), ground: at("ground") }, draft, t);

function say(sentence) { at("live").textContent = sentence; }

/** A sentence on top of the page that stays until the next one. */
export function notice(kind, ...children) {
  const box = make("div", { className: `notice ${kind}`, role: kind === "problem" ? "alert" : "status" }, ...children);
  at("notices").replaceChildren(box);
  box.scrollIntoView({ block: "nearest" });
}

export function refused(refusal) {
  const known = `scene.refused.${refusal.kind}`;
  const words_ = t.knows(known) ? t(known) : t("scene.refused.other");
  const detail = refusal.kind === "scene-file" ? refusal.message.split("\n").map((line) => make("li", {}, line)) : [];
  notice("problem", make("p", {}, words_), ...(detail.length ? [make("ul", {}, ...detail)] : refusal.message ? [make("p", { className: "muted" }, make("small", {}, refusal.message))] : []));
}

function select(which) {
  form.selected = which ?? WHOLE;
  canvas.selected = which && which.kind !== "scene" ? which : null;
  canvas.render();
  form.render();
}

// What has just been drawn, as the file will say it; the form asks for the rest.
const MADE = {
  lanes: (points) => ({ polygon: points, direction: arrowOf(points) }),
  stop_lines: (points) => ({ line: points, entering: "right_to_left" }),
  counting_lines: (points) => ({ line: points }),
  zones: (points) => ({ polygon: points, purpose: t("scene.new_purpose") }),
  markings: (points) => ({ points }),
  signal_heads: (points) => ({ box: points, signal_group: "A" }),
};

/** From the middle of the lane's first edge to that of the edge over against it; people turn it if they mean another. */
function arrowOf(points) {
  const middle = (a, b, share = 0.5) => a.map((value, axis) => value + (b[axis] - value) * share);
  const half = Math.floor(points.length / 2);
  const from = middle(points.at(-1), points[0]);
  const to = middle(points[half - 1], points[half]);
  return [middle(from, to, 0.15), middle(from, to, 0.85)].map((place) => place.map((value) => Math.round(value * 1e5) / 1e5));
}

function placed({ kind, points }) {
  const places = points.map((place) => place.map((value) => Math.round(Math.min(Math.max(value, 0), 1) * 1e5) / 1e5));
  if (kind === "calibration") {
    draft.addCalibrationPoint(places[0]);
    use(null);
    select(CALIBRATION);
    at(`metres-${draft.scene.calibration.points.length - 1}-0`)?.focus();
    return;
  }
  const made = draft.add(kind, MADE[kind](places));
  use(null);
  select(made);
  say(t("scene.said_made", { kind: t(`scene.kind.${kind}`), name: made.name }));
  at("field-name")?.focus();
}

function use(tool) {
  for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool?.kind));
  at("finish").hidden = at("cancel").hidden = !tool;
  at("hint").textContent = tool ? t(`scene.hint.${tool.shape}`) : t("scene.hint.none");
  canvas.use(tool);
}

function tool(label, done, properties = {}) {
  const button = make("button", { type: "button", className: "button small", ...properties }, label);
  button.addEventListener("click", done);
  return button;
}

function buildTools() {
  const draw = TOOLS.map(([kind, shape], n) => tool(t(`scene.add.${kind}`), () => { select(null); use({ kind, shape }); }, { "data-tool": kind, "data-key": String(n + 1), "aria-pressed": "false" }));
  const plain = [
    tool(t("scene.add.movements"), () => select(draft.add("movements", { entry: "", exit: "" }))),
    tool(t("scene.add.rules"), () => select(draft.add("rules", { offence: Object.keys(draft.vocabulary.rules)[0] }))),
  ];
  const edit = [
    tool(t("scene.finish"), () => canvas.finish(), { id: "finish", hidden: true }),
    tool(t("scene.cancel"), () => use(null), { id: "cancel", hidden: true }),
    tool(t("scene.undo"), () => draft.undo(), { id: "undo" }),
    tool(t("scene.redo"), () => draft.redo(), { id: "redo" }),
    tool("+", () => canvas.zoomBy(1), { "aria-label": t("scene.zoom_in") }),
    tool("−", () => canvas.zoomBy(-1), { "aria-label": t("scene.zoom_out") }),
  ];
  at("tools").replaceChildren(...draw, ...plain, make("span", { className: "gap" }), ...edit);
}

let asked = 0;
let changes = 0;
let waiting = null;

/** Ask once at a time, and for the newest draft: a dragged point asks as often as the centre answers. An answer about a
    draft that has changed since is shown, but is not the last word. */
async function check() {
  const mine = (asked += 1);
  const about = changes;
  try {
    const found = await server.check(draft.scene);
    if (mine !== asked) return;
    if (about === changes) at("ground").setAttribute("aria-busy", "false");
    form.problems = found.problems;
    form.ground = canvas.ground = found.ground;
    canvas.render();
    form.render();
  } catch (refusal) {
    if (mine === asked) refused(refusal);
  }
}

function changed() {
  if (form.selected.kind !== "scene" && !draft.thing(form.selected)) select(null);
  canvas.render();
  form.render();
  at("undo").disabled = !draft.canUndo;
  at("redo").disabled = !draft.canRedo;
  at("saved-state").textContent = draft.changed ? t("scene.unsaved") : t("scene.all_saved");
  at("ground").setAttribute("aria-busy", "true");
  changes += 1;
  clearTimeout(waiting);
  waiting = setTimeout(check, CHECK_AFTER_MS);
}

async function put(input, send) {
  const [file] = input.files;
  input.value = "";
  if (!file) return null;
  notice("", t("scene.sending", { name: file.name }));
  try {
    const answer = await send(file);
    at("notices").replaceChildren();
    return answer;
  } catch (refusal) {
    refused(refusal);
    return null;
  }
}

function listen() {
  draft.addEventListener("change", changed);
  canvas.addEventListener("select", ({ detail }) => select(detail));
  canvas.addEventListener("placed", ({ detail }) => placed(detail));
  canvas.addEventListener("cancel", () => use(null));
  canvas.addEventListener("say", ({ detail }) => say(detail));
  form.addEventListener("select", ({ detail }) => select(detail));
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea")) return;
    if (key === "z" && !event.shiftKey) draft.undo();
    else if (key === "y" || key === "z") draft.redo();
    else return;
    event.preventDefault();
  });
  for (const [id, send] of [["put-still", server.putStill], ["put-clip", server.putClip]]) {
    at(id).addEventListener("change", async ({ target }) => {
      const still = await put(target, send);
      if (!still) return;
      canvas.setStill(still.url, still.width, still.height);
      if (id === "put-clip") at("try").dataset.hasClip = "yes";
      say(t("scene.said_still"));
    });
  }
  at("put-yaml").addEventListener("change", async ({ target }) => {
    const read = await put(target, server.read);
    if (read) { select(null); draft.replace(read.scene); notice("done", t("scene.said_read")); }
  });
  window.addEventListener("beforeunload", (event) => { if (draft.changed) event.preventDefault(); });
}

buildTools();
listen();
new Saver({ draft, server, t, number: given.number, notice, refused });
new Trial({ draft, server, t, button: at("try"), place: at("trial"), refused });
use(null);
canvas.svg.blur();
select(null);
changed();

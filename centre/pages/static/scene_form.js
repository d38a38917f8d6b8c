// Beside the picture: the list of things, the form of the chosen one, and what the calibration is worth.

import { CALIBRATION, WHOLE, placeOf, same } from "./scene_draft.js";
import { make } from "./scene_words.js";

/** Fires `select` (detail: a thing). Problems come from the server: [{kind, name, field, text}]. */
export class Form extends EventTarget {
  problems = [];
  selected = WHOLE;
  ground = null;

  constructor(places, draft, t) {
    super();
    this.places = places;
    this.draft = draft;
    this.t = t;
  }

  render() {
    const held = document.activeElement?.id;
    this.places.things.replaceChildren(...this.#list());
    this.places.form.replaceChildren(...this.#form());
    this.#renderGround();
    if (held && document.activeElement?.id !== held) document.getElementById(held)?.focus({ preventScroll: true });
  }

  #problemsOf({ kind, name }) {
    if (kind === "scene") return this.problems.filter((one) => one.kind === "" || !this.#exists(one));
    return this.problems.filter((one) => one.kind === kind && (kind === "calibration" || one.name === name));
  }

  #exists({ kind, name }) { return kind === "calibration" ? Boolean(this.draft.scene.calibration) : this.draft.names(kind).includes(name); }

  #list() {
    const whole = this.#group(this.t("scene.whole"), [[WHOLE, this.t("scene.settings")]]);
    const kinds = this.draft.kinds().filter((kind) => this.draft.names(kind).length).map((kind) =>
      this.#group(this.t(`scene.kinds.${kind}`), this.draft.names(kind).map((name) => [{ kind, name }, name])));
    const points = this.draft.scene.calibration?.points.length ?? 0;
    const calibration = points ? [this.#group(this.t("scene.kind.calibration"), [[CALIBRATION, this.t("scene.points", { n: points })]])] : [];
    return [whole, ...kinds, ...calibration];
  }

  #group(title, entries) {
    const list = make("ul", { className: "things" });
    for (const [which, label] of entries) {
      const wrong = this.#problemsOf(which).length;
      const button = make("button", { type: "button", id: `thing-${which.kind}-${which.name}`, "aria-pressed": String(same(which, this.selected)) }, label);
      if (wrong) button.append(make("span", { className: "wrong" }, this.t("scene.wrong", { n: wrong })));
      button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("select", { detail: which })));
      list.append(make("li", {}, button));
    }
    return make("div", {}, make("h3", {}, title), list);
  }

  #form() {
    const which = this.selected;
    const title = which.kind === "scene" ? this.t("scene.settings") : which.kind === "calibration" ? this.t("scene.kind.calibration") : `${this.t(`scene.kind.${which.kind}`)} ${which.name}`;
    const wrong = this.#problemsOf(which);
    const problems = wrong.length ? [make("ul", { className: "problems" }, ...wrong.map((one) => make("li", {}, this.#sentence(one))))] : [];
    const parts = which.kind === "scene" ? this.#sceneFields() : which.kind === "calibration" ? this.#calibrationFields() : this.#thingFields(which);
    return [make("h2", {}, title), ...problems, ...parts];
  }

  #sentence({ kind, name, field, text }) {
    if (kind === "calibration" && /^\d+$/.test(name)) return `${this.t("scene.point", { n: Number(name) + 1 })}: ${text}`;
    const where = field && this.t.knows(`scene.field.${field}`) ? `${this.t(`scene.field.${field}`)}: ` : "";
    return `${where}${text}`;
  }

  #sceneFields() {
    const fields = this.draft.vocabulary.scene.map((field) => this.#field(WHOLE, field));
    const limits = this.draft.vocabulary.limits.red_light.map((field) => this.#limit(field));
    return [...fields, make("h3", {}, this.t("scene.limits")), ...limits];
  }

  #limit(field) {
    const now = this.draft.scene.limits?.red_light?.[field.name];
    return this.#labelled(field, this.#number(`limit-${field.name}`, now, (value) => this.draft.change((scene) => {
      const kept = { ...scene.limits?.red_light, [field.name]: value };
      if (value === undefined) delete kept[field.name];
      if (Object.keys(kept).length) scene.limits = { red_light: kept };
      else delete scene.limits;
    })));
  }

  #thingFields(which) {
    const thing = this.draft.thing(which);
    const rule = which.kind === "rules";
    const fields = rule ? this.draft.vocabulary.rules[thing.offence] ?? [] : this.draft.vocabulary.fields[which.kind];
    return [
      this.#labelled({ name: "name" }, this.#text("field-name", which.name, (name) => this.#rename(which, name))),
      ...(rule ? [this.#labelled({ name: "offence" }, this.#choice("field-offence", Object.keys(this.draft.vocabulary.rules), thing.offence, "offence", (offence) => this.#becomeRule(which, offence)))] : []),
      ...fields.map((field) => this.#field(which, field)),
      ...this.#places(which),
      this.#remove(which),
    ];
  }

  #rename(which, name) {
    if (!name || name === which.name || this.draft.allNames().includes(name)) { this.render(); return; }
    this.selected = { kind: which.kind, name };
    this.draft.rename(which, name);
    this.dispatchEvent(new CustomEvent("select", { detail: this.selected }));
  }

  /** Another offence has other fields; those it shares are kept. */
  #becomeRule(which, offence) {
    const keeps = new Set(this.draft.vocabulary.rules[offence].map((field) => field.name));
    this.draft.change((scene) => {
      const old = Object.entries(scene.rules[which.name]).filter(([key]) => keeps.has(key));
      scene.rules[which.name] = { offence, ...Object.fromEntries(old) };
    });
  }

  #field(which, field) {
    const now = this.draft.thing(which)[field.name];
    const id = `field-${field.name}`;
    const set = (value) => this.draft.set(which, field.name, value);
    const named = () => field.of.flatMap((kind) => this.draft.names(kind));
    const inputs = {
      text: () => this.#text(id, now ?? "", (value) => set(value || (field.required ? "" : undefined))),
      number: () => this.#number(id, now, set),
      choice: () => this.#choice(id, field.options, now, "scene.choice", set),
      ref: () => this.#choice(id, named(), now, null, set),
      kinds: () => this.#several(id, this.draft.vocabulary.vehicles, now ?? [], "vehicle", (chosen) => set(chosen.length ? chosen : undefined)),
      refs: () => this.#several(id, named(), now ?? [], null, (chosen) => set(chosen.length ? chosen : undefined)),
      hours: () => this.#hours(id, now ?? [], set),
    };
    return this.#labelled(field, inputs[field.input]());
  }

  #labelled(field, input) {
    const words = [make("span", {}, this.t(`scene.field.${field.name}`) + (field.required ? " *" : ""))];
    const help = `scene.help.${field.name}`;
    const after = this.t.knows(help) ? [make("small", { className: "muted" }, this.t(help))] : [];
    if (input.tagName === "FIELDSET") { input.prepend(make("legend", {}, ...words)); input.append(...after); return input; }
    return make("label", { className: "field" }, ...words, input, ...after);
  }

  #text(id, value, done) {
    const input = make("input", { type: "text", id, value, autocomplete: "off" });
    input.addEventListener("change", () => done(input.value.trim()));
    return input;
  }

  #number(id, value, done) {
    const input = make("input", { type: "number", step: "any", id, value: value ?? "" });
    input.addEventListener("change", () => done(input.value === "" ? undefined : input.valueAsNumber));
    return input;
  }

  #choice(id, options, value, group, done) {
    const choose = make("select", { id }, make("option", { value: "" }, this.t("scene.not_said")));
    for (const option of options.includes(value) || !value ? options : [value, ...options]) {
      choose.append(make("option", { value: option }, group ? this.t.term(group, option) : option));
    }
    choose.value = value ?? "";
    choose.addEventListener("change", () => done(choose.value || undefined));
    return choose;
  }

  #several(id, options, chosen, group, done) {
    const boxes = options.map((option) => {
      const box = make("input", { type: "checkbox", id: `${id}-${option}`, checked: chosen.includes(option), value: option });
      box.addEventListener("change", () => done(boxes.filter((one) => one.querySelector("input").checked).map((one) => one.querySelector("input").value)));
      return make("label", {}, box, group ? this.t.term(group, option) : option);
    });
    return make("fieldset", { className: "several" }, ...boxes);
  }

  #hours(id, rows, done) {
    const change = (index, key, value) => done(rows.map((row, at) => (at === index ? { ...row, [key]: value } : row)));
    const lines = rows.map((row, index) => {
      const times = ["since", "until"].map((key) => {
        const input = make("input", { type: "time", id: `${id}-${index}-${key}`, value: row[key], "aria-label": this.t(`scene.${key}`) });
        input.addEventListener("change", () => change(index, key, input.value));
        return input;
      });
      const days = this.#several(`${id}-${index}`, this.draft.vocabulary.days, row.days ?? this.draft.vocabulary.days, "scene.day", (chosen) => change(index, "days", chosen));
      days.setAttribute("aria-label", this.t("scene.days"));
      const less = this.#button("scene.less_hours", () => { const left = rows.filter((_, at) => at !== index); done(left.length ? left : undefined); });
      return make("div", { className: "hours" }, ...times, less, days);
    });
    return make("fieldset", { className: "several" }, ...lines, this.#button("scene.more_hours", () => done([...rows, { since: "06:00", until: "22:00" }])));
  }

  #button(key, done, id = "") {
    const button = make("button", { type: "button", className: "button small", id }, this.t(key));
    button.addEventListener("click", done);
    return button;
  }

  #places(which) {
    const handles = this.draft.handles(which);
    if (!handles.length) return [];
    const rows = handles.map((handle) => make("tr", {}, make("th", { scope: "row" }, `${this.t(`scene.field.${handle.field}`)} ${handle.index + 1}`), ...this.#xy(which, handle)));
    return [make("details", { className: "places" }, make("summary", {}, this.t("scene.places")), this.#table(["scene.point_name", "x", "y"], rows))];
  }

  #table(heads, rows) {
    const head = heads.map((key) => make("th", { scope: "col" }, this.t.knows(key) ? this.t(key) : key));
    return make("table", { className: "points" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  }

  #xy(which, handle) {
    return [0, 1].map((axis) => {
      const input = make("input", { type: "number", step: "0.001", min: "0", max: "1", id: `at-${handle.field}-${handle.index}-${axis}`, value: handle.at[axis], "aria-label": `${this.t("scene.point", { n: handle.index + 1 })} ${"xy"[axis]}` });
      input.addEventListener("change", () => {
        if (Number.isFinite(input.valueAsNumber)) this.draft.move(which, handle, placeOf(handle.at.map((old, one) => (one === axis ? input.valueAsNumber : old))));
      });
      return make("td", {}, input);
    });
  }

  #calibrationFields() {
    const { points, source } = this.draft.scene.calibration;
    const rows = points.map((point, index) => make("tr", {}, make("th", { scope: "row" }, String(index + 1)),
      ...this.#xy(CALIBRATION, { field: "points", index, at: point.at }),
      ...[0, 1].map((axis) => make("td", {}, this.#metres(point, index, axis))),
      make("td", { className: "n", id: `residual-${index}` }, this.#residual(index))));
    const heads = ["scene.point_name", "x", "y", "scene.right_m", "scene.forward_m", "scene.residual"];
    return [
      make("p", { className: "muted" }, make("small", {}, this.t("scene.metres_help"))),
      this.#table(heads, rows),
      this.#labelled({ name: "source", required: true }, this.#text("field-source", source ?? "", (value) => this.draft.change((scene) => { scene.calibration.source = value; }))),
      this.#remove(CALIBRATION),
    ];
  }

  #metres(point, index, axis) {
    const said = this.t(axis ? "scene.forward_m" : "scene.right_m");
    const input = make("input", { type: "number", step: "0.01", id: `metres-${index}-${axis}`, value: point.metres[axis], "aria-label": `${this.t("scene.point", { n: index + 1 })}: ${said}` });
    input.addEventListener("change", () => {
      if (Number.isFinite(input.valueAsNumber)) this.draft.change((scene) => { scene.calibration.points[index].metres[axis] = input.valueAsNumber; });
    });
    return input;
  }

  #residual(index) {
    const residual = this.ground?.residual_m[index];
    return residual === undefined ? "–" : `${this.t.number(residual, 3)} m`;
  }

  #remove(which) {
    return make("p", { className: "action" }, this.#button("scene.remove", () => {
      this.selected = WHOLE;
      this.draft.remove(which);
      this.dispatchEvent(new CustomEvent("select", { detail: WHOLE }));
    }, "remove-thing"));
  }

  /** Live, while a point is being moved. */
  #renderGround() {
    const { ground, t } = this;
    const points = this.draft.scene.calibration?.points.length ?? 0;
    const lines = !points ? [t("scene.no_calibration")] : !ground ? [t("scene.no_ground")] : [
      `${t("scene.rms")}: ${t.number(ground.rms_m, 3)} m · ${t("scene.worst")}: ${t.number(ground.worst_m, 3)} m`,
      ground.own_error_m !== null ? `${t("scene.own_error")}: ${t.number(ground.own_error_m, 3)} m` : t(ground.agrees ? "scene.own_error_unknown" : "scene.contradict"),
      t("scene.grid_step", { step: t.number(ground.step_m, ground.step_m < 1 ? 1 : 0) }),
    ];
    this.places.ground.replaceChildren(make("h2", { id: "ground-title" }, t("scene.ground")), ...lines.map((line, at) => make("p", { id: at ? "" : "residual-overall", className: at ? "muted" : "" }, line)));
  }
}

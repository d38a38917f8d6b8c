// The scene being drawn: its things, their points, undo and redo. Knows no page; places are fractions of the picture.

const UNDO_MOST = 300;
const MERGE_MS = 1200;
export const WHOLE = { kind: "scene", name: "" };
export const CALIBRATION = { kind: "calibration", name: "" };
const FEWEST = { ring: 3, path: 2, line: 2, arrow: 2, box: 2 };
const DIGITS = 1e5;

const copy = (value) => JSON.parse(JSON.stringify(value));
const rounded = (value) => Math.round(Math.min(Math.max(value, 0), 1) * DIGITS) / DIGITS;
export const placeOf = ([x, y]) => [rounded(x), rounded(y)];
export const same = (a, b) => a?.kind === b?.kind && a?.name === b?.name;

export class Draft extends EventTarget {
  #before = [];
  #after = [];
  #merging = { what: null, until: 0 };
  #saved;

  constructor(scene, vocabulary) {
    super();
    this.scene = scene;
    this.vocabulary = vocabulary;
    this.#saved = JSON.stringify(scene);
  }

  get changed() { return JSON.stringify(this.scene) !== this.#saved; }
  get canUndo() { return this.#before.length > 0; }
  get canRedo() { return this.#after.length > 0; }

  markSaved() { this.#saved = JSON.stringify(this.scene); this.#tell(); }

  /** Change the scene by `how`. Changes of the same `what` in quick succession, as of a dragged point, are one. */
  change(how, what = null) {
    const now = performance.now();
    const merges = what !== null && what === this.#merging.what && now < this.#merging.until;
    if (!merges) this.#before = [...this.#before.slice(1 - UNDO_MOST), copy(this.scene)];
    this.#merging = { what, until: now + MERGE_MS };
    this.#after = [];
    how(this.scene);
    this.#tell();
  }

  /** The next change begins a new step, whatever it is about. */
  pause() { this.#merging = { what: null, until: 0 }; }

  undo() { this.#step(this.#before, this.#after); }
  redo() { this.#step(this.#after, this.#before); }

  #step(from, to) {
    if (!from.length) return;
    to.push(copy(this.scene));
    this.scene = from.pop();
    this.pause();
    this.#tell();
  }

  #tell() { this.dispatchEvent(new Event("change")); }

  kinds() { return [...Object.keys(this.vocabulary.fields), "rules"]; }
  names(kind) { return Object.keys(this.scene[kind] ?? {}); }
  allNames() { return this.kinds().flatMap((kind) => this.names(kind)); }
  shapes(kind) { return this.vocabulary.places[kind] ?? {}; }

  /** The thing's own keys and values; undefined where there is none. */
  thing({ kind, name }) {
    if (kind === "scene") return this.scene;
    return kind === "calibration" ? this.scene.calibration : this.scene[kind]?.[name];
  }

  /** Every point of a thing: the field it stands in, its number there, and its place. */
  handles(which) {
    const thing = which && this.thing(which);
    if (!thing) return [];
    if (which.kind === "calibration") return thing.points.map((point, index) => ({ field: "points", index, shape: "point", at: point.at }));
    return Object.entries(this.shapes(which.kind)).flatMap(([field, shape]) =>
      (thing[field] ?? []).map((at, index) => ({ field, index, shape, at })));
  }

  move(which, { field, index }, at) {
    this.change(() => {
      const thing = this.thing(which);
      if (which.kind === "calibration") thing.points[index].at = placeOf(at);
      else thing[field][index] = placeOf(at);
    }, `${which.kind} ${which.name} ${field} ${index}`);
  }

  /** A new corner half-way to the next one. */
  insertAfter(which, { field, index, shape }) {
    if (shape !== "ring" && shape !== "path") return false;
    const points = this.thing(which)[field];
    const next = points[(index + 1) % points.length];
    if (shape === "path" && index === points.length - 1) return false;
    const middle = [(points[index][0] + next[0]) / 2, (points[index][1] + next[1]) / 2];
    this.change(() => this.thing(which)[field].splice(index + 1, 0, placeOf(middle)));
    return true;
  }

  removePoint(which, { field, index, shape }) {
    const points = this.thing(which)[field];
    if (shape !== "point" && points.length <= FEWEST[shape]) return false;
    this.change((scene) => {
      this.thing(which)[field].splice(index, 1);
      if (shape === "point" && !scene.calibration.points.length) delete scene.calibration;
    });
    return true;
  }

  freeName(kind) {
    const stem = { lanes: "lane", stop_lines: "stop", counting_lines: "count", zones: "zone", markings: "marking", signal_heads: "head", movements: "way", rules: "rule" }[kind];
    const taken = new Set(this.allNames());
    for (let n = 1; ; n += 1) if (!taken.has(`${stem}_${n}`)) return `${stem}_${n}`;
  }

  /** A new thing; the one made. `thing` must be complete but for what the form asks. */
  add(kind, thing) {
    const name = this.freeName(kind);
    this.change((scene) => { scene[kind] = { ...scene[kind], [name]: thing }; });
    return { kind, name };
  }

  addCalibrationPoint(at) {
    this.change((scene) => {
      scene.calibration ??= { points: [], source: "" };
      scene.calibration.points.push({ at: placeOf(at), metres: [0, 0] });
    });
    return CALIBRATION;
  }

  remove({ kind, name }) {
    this.change((scene) => {
      if (kind === "calibration") delete scene.calibration;
      else delete scene[kind][name];
      if (scene[kind] && !Object.keys(scene[kind]).length) delete scene[kind];
    });
  }

  /** Give a thing another name, everywhere it is named. */
  rename({ kind, name }, to) {
    this.change((scene) => {
      scene[kind] = Object.fromEntries(Object.entries(scene[kind]).map(([key, value]) => [key === name ? to : key, value]));
      for (const [other, fields] of [...Object.entries(this.vocabulary.fields), ["rules", null]]) {
        for (const thing of Object.values(scene[other] ?? {})) {
          for (const field of fields ?? this.vocabulary.rules[thing.offence] ?? []) renameIn(thing, field, kind, name, to);
        }
      }
    });
    return { kind, name: to };
  }

  /** Set a field, or leave it out where the value is undefined. */
  set(which, field, value) {
    this.change(() => {
      const thing = this.thing(which);
      if (value === undefined) delete thing[field];
      else thing[field] = value;
    });
  }

  replace(scene) { this.change(() => { this.scene = copy(scene); }); }
}

function renameIn(thing, field, kind, name, to) {
  if (!field.of?.includes(kind)) return;
  if (field.input === "ref" && thing[field.name] === name) thing[field.name] = to;
  if (field.input === "refs") thing[field.name] = thing[field.name]?.map((one) => (one === name ? to : one));
}

// The picture with the scene on it: what is drawn, and mouse, touch and keyboard upon it.

import { CALIBRATION, same } from "./scene_draft.js";

const SVG = "http://www.w3.org/2000/svg";
const NEEDED = { line: 2, box: 2, point: 1, ring: null, path: null };
const FEWEST = { ring: 3, path: 2 };
const ZOOMS = [1, 1.5, 2, 3, 4, 6];
const STEP_PX = 1;
const BIG_STEP_PX = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const coarse = matchMedia("(pointer: coarse)");

export function element(name, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

/** Fires `select` (detail: a thing or null), `placed` (detail: {kind, points}) and `say` (detail: a sentence). */
export class Canvas extends EventTarget {
  selected = null;
  tool = null;
  ground = null;
  #cursor = [0.5, 0.5];
  #zoom = 0;
  #middle = [0.5, 0.5];
  #drag = null;

  constructor(svg, draft, t) {
    super();
    this.svg = svg;
    this.draft = draft;
    this.t = t;
    const { width, height } = svg.viewBox.baseVal;
    this.size = [width, height];
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("role", "application");
    this.layers = Object.fromEntries(["grid", "shape", "handle"].map((name) => [name, svg.querySelector(`#${name}-layer`)]));
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    svg.addEventListener("pointerup", () => this.#up());
    svg.addEventListener("pointercancel", () => this.#up());
    svg.addEventListener("dblclick", () => this.finish());
    svg.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.render()).observe(svg);
  }

  /** The picture changed: another still, perhaps of another size. */
  setStill(url, width, height) {
    this.size = [width, height];
    let image = this.svg.querySelector("image");
    if (!image) this.layers.grid.before(image = element("image", { id: "still" }));
    for (const [key, value] of Object.entries({ href: url, width, height })) image.setAttribute(key, value);
    const blank = this.svg.querySelector(".blank");
    blank.setAttribute("width", width);
    blank.setAttribute("height", height);
    this.zoomBy(-ZOOMS.length);
  }

  use(tool) {
    this.tool = tool && { ...tool, points: [] };
    this.svg.classList.toggle("drawing-now", Boolean(tool));
    if (tool) this.svg.focus({ preventScroll: true });
    this.render();
  }

  zoomBy(steps) {
    this.#zoom = Math.min(Math.max(this.#zoom + steps, 0), ZOOMS.length - 1);
    const half = 0.5 / ZOOMS[this.#zoom];
    this.#middle = this.#middle.map((at) => Math.min(Math.max(at, half), 1 - half));
    const [width, height] = this.size;
    const [x, y] = this.#middle;
    this.svg.setAttribute("viewBox", `${(x - half) * width} ${(y - half) * height} ${2 * half * width} ${2 * half * height}`);
    this.render();
  }

  /** Screen pixels for one picture pixel. */
  get #scale() { return this.svg.getScreenCTM()?.a || 1; }

  #at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [point.x / this.size[0], point.y / this.size[1]];
  }

  #px([x, y]) { return [x * this.size[0], y * this.size[1]]; }
  #path(points) { return points.map((at) => this.#px(at).map((value) => value.toFixed(1)).join(",")).join(" "); }

  #down(event) {
    if (event.button !== 0) return;
    const at = this.#at(event);
    this.#cursor = at;
    if (this.tool) {
      event.preventDefault();
      this.svg.focus({ preventScroll: true });
      this.#place(at);
      return;
    }
    const handle = event.target.closest?.(".handle");
    const thing = event.target.closest?.(".thing");
    if (handle) {
      this.#drag = { handle: this.draft.handles(this.selected)[Number(handle.dataset.n)], from: at };
      handle.focus({ preventScroll: true });
      this.draft.pause();
    } else if (thing) {
      this.#choose({ kind: thing.dataset.kind, name: thing.dataset.name });
      return;
    } else {
      this.#drag = { pan: at };
    }
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const at = this.#at(event);
    this.#cursor = at;
    if (this.#drag?.handle) {
      this.#drag.moved = true;
      this.draft.move(this.selected, this.#drag.handle, at);
    } else if (this.#drag?.pan && this.#zoom) {
      this.#drag.moved = true;
      this.#middle = this.#middle.map((value, axis) => value - at[axis] + this.#drag.pan[axis]);
      this.zoomBy(0);
    } else if (this.tool) {
      this.#renderTool();
    }
  }

  #up() {
    if (this.#drag?.pan && !this.#drag.moved && this.selected) this.#choose(null);
    this.#drag = null;
    this.draft.pause();
  }

  #choose(which) {
    this.dispatchEvent(new CustomEvent("select", { detail: which }));
  }

  #place(at) {
    const { points, shape } = this.tool;
    const near = 12 / this.#scale;
    const [x, y] = this.#px(at);
    const closes = shape === "ring" && points.length >= FEWEST.ring && Math.hypot(x - this.#px(points[0])[0], y - this.#px(points[0])[1]) < near;
    const again = points.length && Math.hypot(x - this.#px(points.at(-1))[0], y - this.#px(points.at(-1))[1]) < 1;
    if (closes) { this.finish(); return; }
    if (again) return;
    points.push(at);
    this.#say("scene.said_placed", { n: points.length, ...this.#numbers(at) });
    if (points.length === NEEDED[shape]) this.finish();
    else this.#renderTool();
  }

  /** End what is being drawn; nothing is made of too few points. */
  finish() {
    if (!this.tool) return;
    const { kind, shape, points } = this.tool;
    if (points.length < (NEEDED[shape] ?? FEWEST[shape])) {
      this.#say("scene.said_too_few", { n: NEEDED[shape] ?? FEWEST[shape] });
      return;
    }
    this.dispatchEvent(new CustomEvent("placed", { detail: { kind, points } }));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const handle = event.target.closest?.(".handle");
    const arrow = ARROWS[event.key];
    const step = event.shiftKey ? BIG_STEP_PX : STEP_PX;
    if (arrow && (handle || this.tool)) this.#nudge(handle, arrow.map((way, axis) => (way * step) / this.size[axis]));
    else if (handle && !this.tool) { if (!this.#keyOnPoint(event.key, this.draft.handles(this.selected)[Number(handle.dataset.n)])) return; }
    else if (this.tool && (event.key === "Enter" || event.key === " ")) this.#place(this.#cursor);
    else if (this.tool && event.key === "Backspace") { this.tool.points.pop(); this.#renderTool(); }
    else if (this.tool && event.key.toLowerCase() === "f") this.finish();
    else if (event.key === "Escape") { if (this.tool) this.dispatchEvent(new Event("cancel")); else this.#choose(null); }
    else return;
    event.preventDefault();
  }

  #nudge(handle, by) {
    const clip = (at) => at.map((value, axis) => Math.min(Math.max(value + by[axis], 0), 1));
    if (handle) {
      const point = this.draft.handles(this.selected)[Number(handle.dataset.n)];
      this.draft.move(this.selected, point, clip(point.at));
      this.#say("scene.said_moved", this.#numbers(clip(point.at)));
    } else {
      this.#cursor = clip(this.#cursor);
      this.#say("scene.said_cursor", this.#numbers(this.#cursor));
      this.#renderTool();
    }
  }

  #keyOnPoint(key, point) {
    if (key === "Delete" || key === "Backspace") { if (!this.draft.removePoint(this.selected, point)) this.#say("scene.said_cannot_remove"); }
    else if (key === "+" || key === "Insert") this.draft.insertAfter(this.selected, point);
    else if (key === "Escape") { this.#choose(null); this.svg.focus(); }
    else return false;
    return true;
  }

  #numbers([x, y]) { return { x: x.toFixed(3), y: y.toFixed(3) }; }
  #say(key, values) { this.dispatchEvent(new CustomEvent("say", { detail: this.t(key, values) })); }

  render() {
    const grid = this.ground?.grid ?? [];
    this.layers.grid.replaceChildren(...grid.map((line) => element("polyline", { points: this.#path(line) })));
    const things = this.draft.kinds().flatMap((kind) => this.draft.names(kind).map((name) => ({ kind, name })));
    const drawn = things.filter(({ kind }) => Object.keys(this.draft.shapes(kind)).length).map((which) => this.#thing(which));
    this.layers.shape.replaceChildren(...drawn, ...this.#calibration());
    this.#renderHandles();
    this.#renderTool();
  }

  #thing(which) {
    const group = element("g", { class: `thing ${which.kind}${same(which, this.selected) ? " chosen" : ""}`, "data-kind": which.kind, "data-name": which.name });
    const thing = this.draft.thing(which);
    for (const [field, shape] of Object.entries(this.draft.shapes(which.kind))) {
      const points = thing[field] ?? [];
      if (points.length) group.append(this.#shape(shape, points));
    }
    const handles = this.draft.handles(which);
    const own = handles.filter(({ field }) => field === handles[0].field).map(({ at }) => at);
    if (own.length) group.append(this.#word(which.name, [0, 1].map((axis) => own.reduce((sum, at) => sum + at[axis], 0) / own.length), true));
    return group;
  }

  #shape(shape, points) {
    if (shape === "ring") return element("polygon", { points: this.#path(points) });
    if (shape !== "box") return element("polyline", { class: shape, points: this.#path(points) });
    const [[x1, y1], [x2, y2]] = points.map((at) => this.#px(at));
    return element("rect", { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) });
  }

  /** Beside a point, or over the middle of a shape. */
  #word(text, at, middle = false) {
    const [x, y] = this.#px(at);
    const place = { x: middle ? x : x + 6 / this.#scale, y: y - 6 / this.#scale, "text-anchor": middle ? "middle" : "start" };
    return element("text", { ...place, "font-size": 13 / this.#scale }, text);
  }

  #calibration() {
    const points = this.draft.scene.calibration?.points ?? [];
    if (!points.length) return [];
    const group = element("g", { class: `thing calibration${same(CALIBRATION, this.selected) ? " chosen" : ""}`, "data-kind": "calibration", "data-name": "" });
    points.forEach((point, index) => {
      const [cx, cy] = this.#px(point.at);
      const fitted = this.ground?.fitted[index];
      if (fitted) group.append(element("polyline", { class: "miss", points: this.#path([point.at, fitted]) }));
      group.append(element("circle", { cx, cy, r: 6 / this.#scale }));
      const residual = this.ground?.residual_m[index];
      group.append(this.#word(residual === undefined ? `${index + 1}` : `${index + 1}: ${this.t.number(residual, 2)} m`, point.at));
    });
    return [group];
  }

  /** Elements are kept as long as their number fits, so that the focus stays on a point that moves. */
  #renderHandles() {
    const handles = this.tool ? [] : this.draft.handles(this.selected);
    const layer = this.layers.handle;
    while (layer.childElementCount > handles.length) layer.lastElementChild.remove();
    while (layer.childElementCount < handles.length) {
      const made = element("g", { class: "handle", tabindex: "0", role: "button" });
      made.append(element("circle", { class: "hit" }), element("circle", { class: "dot" }));
      layer.append(made);
    }
    handles.forEach(({ field, index, at }, n) => {
      const handle = layer.children[n];
      const [cx, cy] = this.#px(at);
      handle.dataset.n = n;
      handle.setAttribute("aria-label", this.t("scene.point_of", { n: index + 1, field: this.t(`scene.field.${field}`), name: this.selected.name || this.t("scene.kind.calibration"), ...this.#numbers(at) }));
      [(coarse.matches ? 22 : 14) / this.#scale, 6 / this.#scale].forEach((r, circle) => {
        for (const [key, value] of Object.entries({ cx, cy, r })) handle.children[circle].setAttribute(key, value);
      });
    });
  }

  #renderTool() {
    this.svg.querySelector("#tool-layer")?.remove();
    if (!this.tool) return;
    const layer = element("g", { id: "tool-layer" });
    const [x, y] = this.#px(this.#cursor);
    const arm = 14 / this.#scale;
    if (this.tool.points.length) layer.append(element("polyline", { class: "growing", points: this.#path([...this.tool.points, this.#cursor]) }));
    for (const at of this.tool.points) {
      const [cx, cy] = this.#px(at);
      layer.append(element("circle", { class: "dot", cx, cy, r: 5 / this.#scale }));
    }
    layer.append(element("path", { class: "cross", d: `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}` }));
    this.svg.append(layer);
  }
}

// The dry run: the draft is tried on the camera's clip by the agent's own program, and what it saw is shown.

import { make } from "./scene_words.js";

const ASK_EVERY_MS = 700;
const MOST_SHOWN = 30;

export class Trial {
  constructor({ draft, server, t, button, place, refused }) {
    Object.assign(this, { draft, server, t, button, place, refused });
    button.addEventListener("click", () => this.#start());
  }

  async #start() {
    this.place.hidden = false;
    if (this.button.dataset.hasClip !== "yes") { this.#show(make("p", {}, this.t("scene.no_clip"))); return; }
    this.button.disabled = true;
    this.#show(make("p", {}, this.t("scene.trying")), make("progress", { "aria-label": this.t("scene.trying") }));
    this.place.scrollIntoView({ block: "nearest" });
    try {
      await this.#follow(await this.server.tryOut(this.draft.scene));
    } catch (refusal) {
      this.place.hidden = true;
      this.refused(refusal);
    } finally {
      this.button.disabled = false;
    }
  }

  async #follow(run) {
    while (run.state === "running") {
      const bar = this.place.querySelector("progress");
      if (run.share !== null) bar.value = run.share;
      await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
      run = await this.server.trial(run.id);
    }
    if (run.state === "failed") this.#show(make("p", { className: "wrong" }, this.t("scene.trial_failed")), make("p", {}, run.problem));
    else this.#show(...this.#seen(run));
  }

  #show(...children) {
    this.place.replaceChildren(make("h2", { id: "trial-title" }, this.t("scene.trial")), ...children);
  }

  #seen(run) {
    const { t } = this;
    const picture = make("img", { src: run.picture, alt: t("scene.trial_picture") });
    const summary = t("scene.trial_summary", { frames: t.number(run.frames, 0), crossings: t.number(run.crossings.length, 0), findings: t.number(run.findings.length, 0) });
    const withheld = Object.values(run.withheld).reduce((sum, n) => sum + n, 0);
    return [
      make("p", { id: "trial-summary" }, summary),
      this.#counts(run.counts),
      ...(run.findings.length ? [make("h3", {}, t("scene.findings")), this.#findings(run.findings)] : []),
      ...(withheld ? [make("p", { className: "muted" }, t("scene.withheld", { n: withheld }))] : []),
      picture,
      make("p", { className: "muted" }, make("small", {}, t("scene.trial_note"))),
    ];
  }

  #counts(counts) {
    const rows = Object.entries(counts).flatMap(([line, ways]) => Object.entries(ways).map(([way, kinds]) =>
      make("tr", {}, make("th", { scope: "row" }, line), make("td", {}, this.t.term("scene.choice", way)),
        make("td", {}, Object.entries(kinds).map(([kind, n]) => `${this.t.term("vehicle", kind)}: ${n}`).join(", ") || this.t("scene.nobody")))));
    if (!rows.length) return make("p", { className: "muted" }, this.t("scene.no_lines"));
    const head = ["scene.field.line", "scene.direction", "scene.passed"].map((key) => make("th", { scope: "col" }, this.t(key)));
    return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  }

  #findings(findings) {
    return make("ul", {}, ...findings.slice(0, MOST_SHOWN).map((one) => make("li", {},
      this.t("scene.finding", { offence: this.t.term("offence", one.offence), vehicle: this.t.term("vehicle", one.vehicle), place: one.place ?? one.line ?? "–", at: this.t.number(one.at_s, 1) }))));
  }
}

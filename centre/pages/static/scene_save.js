// Saving a version, going back to an old one, and what happens when somebody else saved first.

import { make } from "./scene_words.js";

export class Saver {
  #sending = false;

  /** number: the newest version when this page was opened, 0 for none. */
  constructor({ draft, server, t, number, notice, refused }) {
    Object.assign(this, { draft, server, t, number, notice, refused });
    this.form = document.getElementById("save");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#save(); });
    for (const button of document.querySelectorAll("[data-restore]")) button.addEventListener("click", () => this.#restore(Number(button.dataset.restore)));
    const saved = new URLSearchParams(location.search).get("saved");
    if (saved && Number(saved) === number) notice("done", t("scene.saved", { n: number }));
  }

  #reason() {
    const field = this.form.elements.reason;
    const problem = document.getElementById("save-problem");
    const reason = field.value.trim();
    problem.hidden = Boolean(reason);
    problem.textContent = reason ? "" : this.t("scene.no_reason");
    if (!reason) field.focus();
    return reason;
  }

  #save() {
    const reason = this.#reason();
    if (reason) this.#send(() => this.server.save(this.draft.scene, this.number, reason));
  }

  #restore(number) {
    const reason = this.#reason();
    if (reason) this.#send(() => this.server.restore(number, this.number, reason));
  }

  async #send(how) {
    if (this.#sending) return;
    this.#sending = true;
    try {
      const saved = await how();
      this.draft.markSaved();
      location.assign(`${location.pathname}?saved=${saved.number}`);
    } catch (refusal) {
      if (refusal.kind === "scene-conflict") await this.#conflict();
      else this.refused(refusal);
    } finally {
      this.#sending = false;
    }
  }

  /** Say who saved what; the drawing stays as it is until its author decides. */
  async #conflict() {
    let theirs;
    try {
      theirs = await this.server.newest();
    } catch (refusal) {
      this.refused(refusal);
      return;
    }
    const { t } = this;
    const said = t("scene.conflict", { n: theirs.number, author: theirs.author, at: t.moment(theirs.at), reason: theirs.reason });
    const over = this.#button("scene.save_over", { n: theirs.number + 1 }, () => { this.number = theirs.number; this.#save(); });
    const take = this.#button("scene.take_theirs", { n: theirs.number }, () => {
      this.number = theirs.number;
      this.draft.replace(theirs.scene);
      this.notice("done", t("scene.took_theirs", { n: theirs.number }));
    });
    const look = make("a", { className: "button small", href: `${location.pathname}/versions/${theirs.number}`, target: "_blank" }, t("scene.look_theirs"));
    this.notice("problem", make("p", {}, said), make("p", {}, t("scene.kept")), make("p", { className: "action" }, look, " ", over, " ", take));
  }

  #button(key, values, done) {
    const button = make("button", { type: "button", className: "button small" }, this.t(key, values));
    button.addEventListener("click", done);
    return button;
  }
}

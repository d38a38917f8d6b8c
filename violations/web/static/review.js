// The review page: play and step the clip, show or hide the overlay, stop a rejection that has no reason before it
// travels, and show the next case at once, because it was fetched while this one was looked at. The server checks all
// of it again; without this file the plain form decides just as well.

const STAYS = { "x-ngatu-stays": "1" };
const ONWARD = "x-ngatu-onward";
const FRAME_S = 0.04;

const clip = () => document.querySelector("video");

/** Length of one frame in seconds: measured while playing where the browser can, else what the page supposes. */
let frame_s = FRAME_S;

function measureFrames(video) {
  frame_s = Number(video?.dataset.frameS) || FRAME_S;
  if (!video?.requestVideoFrameCallback) return;
  let last = null;
  const seen = (_, { mediaTime, presentedFrames }) => {
    const between = last && presentedFrames - last.presentedFrames;
    if (between === 1 && mediaTime > last.mediaTime) frame_s = mediaTime - last.mediaTime;
    last = { mediaTime, presentedFrames };
    video.requestVideoFrameCallback(seen);
  };
  video.requestVideoFrameCallback(seen);
}

const actions = {
  play: () => (clip().paused ? clip().play() : clip().pause()),
  back: () => stepFrame(-1),
  forward: () => stepFrame(1),
  overlay: () => document.getElementById("overlay")?.toggleAttribute("hidden"),
};

function stepFrame(by) {
  const video = clip();
  video.pause();
  video.currentTime = Math.min(Math.max(video.currentTime + by * frame_s, 0), video.duration || 0);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button) return;
  actions[button.dataset.action]();
  if (button.ariaPressed !== null) button.ariaPressed = String(button.ariaPressed !== "true");
});

/** The first thing missing for this verdict: its sentence (already on the page, hidden) and where to put the focus. */
function missing(form, verdict) {
  const reviewer = form.elements.reviewer;
  if (reviewer.type !== "hidden" && !reviewer.value.trim()) return { sentence: "no-reviewer", focus: reviewer };
  const reason = form.querySelector('[name="reason"]:checked');
  if (verdict === "reject" && !reason) return { sentence: "no-reason", focus: form.querySelector('[name="reason"]') };
  const note = form.elements.note;
  if (verdict === "reject" && reason.value === "other" && !note.value.trim()) return { sentence: "no-note", focus: note };
  return null;
}

function say(words) {
  document.getElementById("live").textContent = words;
}

function showSentence(form, id) {
  for (const sentence of form.querySelectorAll("[data-sentence]")) sentence.hidden = sentence.id !== id;
  if (id) say(document.getElementById(id).textContent);
}

// The next case, fetched while this one is looked at: {path, page, main}, main with its pictures already loading.
let ready = null;

async function prefetch() {
  ready = null;
  const link = document.querySelector('a[data-key="j"]');
  if (!link) return;
  const path = new URL(link.href).pathname;
  try {
    const answer = await fetch(path, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const image of page.querySelectorAll("main img")) image.loading = "eager";
    // As nodes of this document they load before anybody sees them.
    ready = { path, page, main: document.importNode(page.getElementById("main"), true) };
    document.documentElement.dataset.prefetched = path;
  } catch {
    // Without the next case in hand the plain way there is taken.
  }
}

/** Put another page's content in the place of this one's. */
function show(page, main, address) {
  const reviewer = document.querySelector('#decision input[name="reviewer"]')?.value;
  document.getElementById("main").replaceWith(main);
  const field = document.querySelector('#decision input[name="reviewer"]');
  if (field && reviewer && !field.value) field.value = reviewer;
  document.title = page.title;
  for (const part of [".bar a", "#keys a"]) {
    const fresh = [...page.querySelectorAll(part)];
    [...document.querySelectorAll(part)].forEach((link, n) => fresh[n] && (link.href = fresh[n].getAttribute("href")));
  }
  if (address) history.pushState({}, "", address);
  scrollTo(0, 0);
  measureFrames(clip());
  sent = false;
  setTimeout(prefetch, 0);
}

/** From the key to the next case on the screen, for whoever wants to know: performance.getEntriesByName("decision"). */
function measured() {
  requestAnimationFrame(() => setTimeout(() => {
    performance.mark("next-shown");
    performance.measure("decision", "decided", "next-shown");
  }, 0));
}

function goOn(address, words) {
  if (ready?.path !== new URL(address, location.href).pathname) {
    location.assign(address);
    return;
  }
  const { page, main } = ready;
  show(page, main, address);
  document.querySelector(".decision").insertAdjacentHTML("afterbegin", words);
  say(document.querySelector("[data-say]").dataset.say);
  measured();
}

function refuse(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  show(page, document.importNode(page.getElementById("main"), true), null);
  const problem = document.querySelector('[role="alert"]');
  problem?.scrollIntoView({ block: "nearest" });
  say(problem?.textContent.trim() ?? page.title);
}

async function decide(form, submitter) {
  performance.mark("decided");
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    const answer = await fetch(form.action, { method: "POST", body, headers: { ...STAYS, accept: "text/html" } });
    const text = await answer.text();
    if (answer.redirected) location.assign(answer.url);
    else if (answer.ok) goOn(answer.headers.get(ONWARD), text);
    else refuse(text);
  } catch {
    sent = false;
    showSentence(form, "no-answer");
  }
}

let sent = false;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "decision") return;
  const lacking = missing(form, event.submitter?.value);
  showSentence(form, lacking?.sentence);
  event.preventDefault();
  if (lacking) {
    lacking.focus.focus();
  } else if (!sent) {
    sent = true;
    decide(form, event.submitter);
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[data-key="j"]');
  if (!link || event.ctrlKey || event.metaKey || ready?.path !== new URL(link.href).pathname) return;
  event.preventDefault();
  show(ready.page, ready.main, ready.path);
});

window.addEventListener("popstate", () => location.reload());
window.addEventListener("pageshow", () => { sent = false; });
measureFrames(clip());
setTimeout(prefetch, 0);

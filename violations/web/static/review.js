// The review page: play and step the clip, show or hide the overlay, and stop a rejection that has no reason before
// it travels. The server checks all of it again; without this file the plain form decides just as well.

const clip = document.querySelector("video");

/** Length of one frame in seconds: measured while playing where the browser can, else what the page supposes. */
let frame_s = Number(clip?.dataset.frameS) || 0.04;

function measureFrames(video) {
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
  play: () => (clip.paused ? clip.play() : clip.pause()),
  back: () => stepFrame(-1),
  forward: () => stepFrame(1),
  overlay: () => document.getElementById("overlay")?.toggleAttribute("hidden"),
};

function stepFrame(by) {
  clip.pause();
  clip.currentTime = Math.min(Math.max(clip.currentTime + by * frame_s, 0), clip.duration || 0);
}

for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => {
    actions[button.dataset.action]();
    if (button.ariaPressed !== null) button.ariaPressed = String(button.ariaPressed !== "true");
  });
}
measureFrames(clip);

const form = document.getElementById("decision");
let sent = false;

/** The first thing missing for this verdict: its sentence (already on the page, hidden) and where to put the focus. */
function missing(verdict) {
  const reviewer = form.elements.reviewer;
  if (reviewer.type !== "hidden" && !reviewer.value.trim()) return { sentence: "no-reviewer", focus: reviewer };
  const reason = form.querySelector('[name="reason"]:checked');
  if (verdict === "reject" && !reason) return { sentence: "no-reason", focus: form.querySelector('[name="reason"]') };
  const note = form.elements.note;
  if (verdict === "reject" && reason.value === "other" && !note.value.trim()) return { sentence: "no-note", focus: note };
  return null;
}

form?.addEventListener("submit", (event) => {
  const lacking = missing(event.submitter?.value);
  for (const sentence of form.querySelectorAll("[data-sentence]")) sentence.hidden = sentence.id !== lacking?.sentence;
  if (lacking || sent) event.preventDefault();
  if (lacking) {
    lacking.focus.focus();
    document.getElementById("live").textContent = document.getElementById(lacking.sentence).textContent;
  } else {
    sent = true;
  }
});
window.addEventListener("pageshow", () => { sent = false; });

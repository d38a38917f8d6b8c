// The page of a version while its comparison runs: the number of runs follows; at the end the page is opened anew.
// Without this file the page shows how far it was when it was opened.

const underWay = document.getElementById("under-way");
const bar = document.getElementById("progress");
const EVERY_MS = 1000;

async function look() {
  const answer = await fetch(underWay.dataset.address, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  if (told.state !== "running") return location.reload();
  if (bar.value !== told.done) {
    bar.value = told.done;
    underWay.textContent = underWay.textContent.replace(/\d+/, String(told.done));
  }
}

setInterval(() => look().catch(() => {}), EVERY_MS);

// What the editor asks the centre. Every answer that is no success becomes a Refusal with the centre's own sentence.

export class Refusal extends Error {
  constructor(status, kind, detail) {
    super(detail);
    this.status = status;
    this.kind = kind;
  }
}

async function ask(method, url, body = null, type = "application/json") {
  let answer;
  try {
    const options = { method, credentials: "same-origin" };
    if (body !== null) Object.assign(options, { body, headers: { "content-type": type } });
    answer = await fetch(url, options);
  } catch {
    throw new Refusal(0, "offline", "");
  }
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, (problem.type ?? "").split(":").at(-1), problem.detail ?? answer.statusText);
}

export function centre(camera) {
  const scene = `/api/scenes/${encodeURIComponent(camera)}`;
  const name = encodeURIComponent(camera);
  return {
    newest: () => ask("GET", scene),
    check: (draft) => ask("POST", `${scene}/check`, JSON.stringify({ scene: draft })),
    read: (file) => ask("POST", `${scene}/read`, file, "application/yaml"),
    save: (draft, basedOn, reason) => ask("POST", scene, JSON.stringify({ scene: draft, based_on: basedOn, reason })),
    restore: (number, basedOn, reason) => ask("POST", `${scene}/versions/${number}/restore`, JSON.stringify({ based_on: basedOn, reason })),
    tryOut: (draft) => ask("POST", `${scene}/dry-runs`, JSON.stringify({ scene: draft })),
    trial: (id) => ask("GET", `${scene}/dry-runs/${id}`),
    putStill: (file) => ask("PUT", `/api/stills/${name}`, file, file.type || "image/jpeg"),
    putClip: (file) => ask("PUT", `/api/clips/${name}`, file, file.type || "video/mp4"),
  };
}

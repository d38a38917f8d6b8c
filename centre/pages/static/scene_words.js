// Words and numbers of the page in the reader's language; every sentence comes from the server's own texts.

export function words(sentences, language) {
  const t = (key, values = {}) => (sentences[key] ?? key).replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
  t.knows = (key) => key in sentences;
  t.term = (group, code) => sentences[`${group}.${code}`] ?? code;
  t.number = (value, digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  t.moment = (iso) => new Intl.DateTimeFormat(language === "vi" ? "vi-VN" : "en-GB", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(iso));
  return t;
}

/** An HTML element with properties and children; a child that is text becomes a text, never markup. */
export function make(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  for (const [key, value] of Object.entries(properties)) if (key.includes("-")) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

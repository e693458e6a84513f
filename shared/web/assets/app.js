// What every page can do without, but is nicer with: the answer to a form is
// loaded anew, or come back to, as the page it is, and sends nothing again;
// the error summary gets the focus; a form is not sent twice by two presses.
const { stays } = document.documentElement.dataset;
if (stays) history.replaceState(history.state, "", stays);
const summary = document.getElementById("errors");
if (summary) summary.focus();

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    for (const b of form.querySelectorAll("button:not([name])")) b.setAttribute("aria-busy", "true");
    setTimeout(() => delete form.dataset.sent, 8000);
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const b of document.querySelectorAll("[data-print]")) {
  b.hidden = false;
  b.addEventListener("click", () => window.print());
}
for (const b of document.querySelectorAll("[data-copy]")) {
  b.hidden = !navigator.clipboard;
  b.addEventListener("click", () => navigator.clipboard.writeText(document.getElementById(b.dataset.copy).textContent.trim()));
}

// What was typed into a long form stays in this tab until the form is sent:
// going back or reloading loses nothing. Signing out forgets it all.
const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = `keep ${location.pathname}${location.search} ${form.id}`;
  const fields = () => [...form.elements].filter((e) => e.name && e.type !== "hidden" && e.type !== "file");
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(key));
  } catch {
    kept = null;
  }
  if (kept && (back || !kept.sent) && !stays) {
    for (const e of fields()) {
      const value = kept.values[`${e.name} ${e.type === "radio" || e.type === "checkbox" ? e.value : ""}`];
      if (value === undefined) continue;
      if (typeof value === "boolean") e.checked = value;
      else e.value = value;
    }
  } else if (kept) {
    sessionStorage.removeItem(key);
  }
  const keep = (sent) => {
    const values = {};
    for (const e of fields()) {
      const box = e.type === "radio" || e.type === "checkbox";
      values[`${e.name} ${box ? e.value : ""}`] = box ? e.checked : e.value;
    }
    sessionStorage.setItem(key, JSON.stringify({ sent, values }));
  };
  if (stays && summary) keep(false); // the answer shows what was typed, and what is wrong with it
  form.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => keep(true));
}
document.getElementById("sign-out")?.form.addEventListener("submit", () => sessionStorage.clear());

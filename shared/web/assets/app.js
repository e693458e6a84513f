// What every page can do without, but is nicer with: the error summary gets
// the focus, and a form is not sent twice by two presses.
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

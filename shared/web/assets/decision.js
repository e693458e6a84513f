// Sends the PDF of the decision straight to the object store, then lets the
// form go with the upload's number. Without script the page says what it needs.
const form = document.getElementById("enter");
const file = document.getElementById("file");
const bar = document.getElementById("upload-progress");
const status = document.getElementById("upload-status");
const button = document.getElementById("enter-button");

const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");

function send(slot, body) {
  return new Promise((resolve, reject) => {
    const data = new FormData();
    for (const [k, v] of Object.entries(slot.form.fields)) data.append(k, v);
    data.append("file", body);
    const request = new XMLHttpRequest();
    request.open("POST", slot.form.url);
    request.upload.addEventListener("progress", (e) => {
      if (e.lengthComputable) bar.value = Math.round((100 * e.loaded) / e.total);
    });
    request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(new Error(String(request.status)))));
    request.addEventListener("error", () => reject(new Error("network")));
    request.send(data);
  });
}

if (form && file) {
  const again = document.createElement("button");
  again.type = "button";
  again.className = "plain";
  again.textContent = form.dataset.again;
  again.hidden = true;
  status.after(again);
  const bring = async () => {
    const chosen = file.files[0];
    if (!chosen) return;
    button.disabled = true;
    again.hidden = true;
    document.getElementById("upload").value = "";
    status.textContent = "";
    bar.hidden = false;
    bar.value = 0;
    try {
      const sha256 = hex(await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer()));
      const answer = await fetch(form.dataset.upload, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Form-Token": form.elements._token.value },
        body: JSON.stringify({ size: chosen.size, sha256 }),
      });
      const slot = await answer.json();
      if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { says: slot.detail });
      await send(slot, chosen);
      document.getElementById("upload").value = slot.id;
      status.textContent = chosen.name + " ✓";
    } catch (e) {
      bar.hidden = true;
      status.textContent = [form.dataset.failed, e.says].filter(Boolean).join(" ");
      again.hidden = false;
      again.focus();
    }
    button.disabled = false;
  };
  file.addEventListener("change", bring);
  again.addEventListener("click", bring);
}

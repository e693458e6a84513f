// Passkeys: the ceremony between the page, the browser and the server. Where
// the browser has none, the buttons stay hidden and mail codes do the job.
const can = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && window.isSecureContext;
const token = document.querySelector("[name=_token]")?.value ?? "";

async function call(path, body) {
  const r = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Form-Token": token },
    body: JSON.stringify(body),
  });
  const answer = await r.json();
  if (!r.ok) throw new Error(answer.detail || r.statusText);
  return answer;
}

function say(box, text) {
  const out = document.getElementById(box.dataset.says);
  if (out) out.textContent = text;
}

async function signIn(box) {
  const begun = await call("/api/sign-in/passkey/begin", {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.publicKey);
  const answer = await navigator.credentials.get({ publicKey });
  const done = await call("/api/sign-in/passkey", { answer: answer.toJSON(), next: box.dataset.next || "" });
  location.assign(done.next);
}

async function add(box) {
  const begun = await call("/api/me/passkeys/begin", {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.publicKey);
  const answer = await navigator.credentials.create({ publicKey });
  const name = document.getElementById("passkey-name")?.value ?? "";
  const done = await call("/api/me/passkeys", { name, answer: answer.toJSON() });
  location.assign(box.dataset.next || done.next);
}

for (const [selector, act] of [["[data-passkey-sign-in]", signIn], ["[data-passkey-add]", add]]) {
  for (const box of document.querySelectorAll(selector)) {
    box.hidden = !can;
    box.querySelector("button").addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await act(box);
      } catch (error) {
        say(box, error.name === "NotAllowedError" ? box.dataset.stopped : error.message);
      }
    });
  }
}
for (const none of document.querySelectorAll("[data-passkey-none]")) none.hidden = can;

// Uploads: many files at once, each with its own progress, hashed here, sent
// straight to the object store, and sent again by itself when the connection
// breaks, or at once when somebody asks for it. A file that was left on the way
// goes on in its place when it is chosen again. What arrived shows in the table
// as it is read.
const box = document.getElementById("upload");
const table = document.getElementById("files");
const id = box?.dataset.dossier ?? location.pathname.split("/")[2];
const token = document.querySelector("[name=_token]")?.value ?? "";
const atOnce = 3;
const silence = 60000; // ms
let running = 0;
const queue = [];

async function call(method, path, body, key) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) Object.assign(headers, { "Content-Type": "application/json", "X-Form-Token": token });
  if (key) headers["Idempotency-Key"] = key;
  const r = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await r.text();
  let answer = null;
  try { if (text) answer = JSON.parse(text); } catch { /* a proxy's page in place of an answer */ }
  if (!r.ok) throw Object.assign(new Error(answer?.detail || r.statusText), { says: answer?.detail, status: r.status, final: r.status < 500 && r.status !== 429 });
  return answer;
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");

// sha256 where the browser has none: addresses without https.
function sha256(bytes) {
  const k = [], h = [];
  const frac = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  for (let n = 2; k.length < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
    if (!prime) continue;
    if (h.length < 8) h.push(frac(Math.sqrt(n)));
    k.push(frac(Math.cbrt(n)));
  }
  const length = bytes.length;
  const tail = new Uint8Array((length % 64 < 56 ? 64 : 128) + 0);
  tail.set(bytes.subarray(length - (length % 64)));
  tail[length % 64] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(length / 536870912));
  view.setUint32(tail.length - 4, (length * 8) >>> 0);
  const w = new Int32Array(64);
  const block = (d, at) => {
    for (let i = 0; i < 16; i++) w[i] = d.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = (w[i - 16] + w[i - 7] + ((a >>> 7 | a << 25) ^ (a >>> 18 | a << 14) ^ a >>> 3) + ((b >>> 17 | b << 15) ^ (b >>> 19 | b << 13) ^ b >>> 10)) | 0;
    }
    let [a, b, c, e0, e, f, g, hh] = h;
    for (let i = 0; i < 64; i++) {
      const t1 = (hh + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const t2 = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      hh = g; g = f; f = e; e = (e0 + t1) | 0; e0 = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    [a, b, c, e0, e, f, g, hh].forEach((v, i) => { h[i] = (h[i] + v) | 0; });
  };
  const whole = new DataView(bytes.buffer, bytes.byteOffset, length - (length % 64));
  for (let at = 0; at + 64 <= whole.byteLength; at += 64) block(whole, at);
  for (let at = 0; at < tail.length; at += 64) block(view, at);
  return h.map((v) => (v >>> 0).toString(16).padStart(8, "0")).join("");
}

async function digest(file) {
  const bytes = await file.arrayBuffer();
  if (crypto.subtle) return hex(await crypto.subtle.digest("SHA-256", bytes));
  return sha256(new Uint8Array(bytes));
}

class Sending {
  // before is the try that failed, if what it asked for may still be gone on with.
  constructor(file, before = null) {
    this.file = file;
    this.slot = before?.slot && { document: before.slot.document };
    this.key = before?.key ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
    this.row = document.createElement("li");
    const name = document.createElement("strong");
    name.textContent = file.name;
    this.bar = document.createElement("progress");
    this.bar.max = file.size || 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.text = document.createElement("span");
    this.row.append(name, document.createElement("br"), this.bar, this.text);
    document.getElementById("sending").append(this.row);
  }
  say(text) { this.text.textContent = " " + text; }
  button(text) {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "plain";
    b.textContent = text;
    b.setAttribute("aria-label", `${text} ${this.file.name}`);
    this.row.append(" ", b);
    return b;
  }
  // rest waits before the next try: not longer than until somebody presses the
  // button, or the browser has a line again.
  rest(ms) {
    return new Promise((done) => {
      const now = this.button(box.dataset.tNow);
      const go = () => {
        clearTimeout(timer);
        removeEventListener("online", go);
        now.remove();
        done();
      };
      const timer = setTimeout(go, ms);
      now.addEventListener("click", go);
      addEventListener("online", go);
    });
  }
  // fail ends the try. One more goes on in the same place, unless there
  // is none any more.
  fail(text, gone = false) {
    this.row.classList.add("late");
    this.bar.remove();
    this.say(text);
    this.button(box.dataset.tAgain).addEventListener("click", () => {
      this.row.remove();
      if (gone && this.open) delete this.open.dataset.going;
      queue.push(new Sending(this.file, gone ? null : this));
      next();
    });
  }
  put(ticket) {
    return new Promise((done, failed) => {
      const form = new FormData();
      for (const [k, v] of Object.entries(ticket.fields)) form.append(k, v);
      form.append("file", this.file, this.file.name);
      const x = new XMLHttpRequest();
      let still; // a line that carries nothing is broken, though nobody says so
      const moves = () => { clearTimeout(still); still = setTimeout(() => x.abort(), silence); };
      moves();
      x.upload.addEventListener("progress", (e) => { moves(); this.bar.value = Math.min(e.loaded, this.bar.max); });
      x.addEventListener("loadend", () => clearTimeout(still));
      x.addEventListener("abort", () => failed(new Error("silence")));
      x.addEventListener("load", () => (x.status < 300 ? done() : failed(Object.assign(new Error(String(x.status)), { status: x.status }))));
      x.addEventListener("error", () => failed(new Error("network")));
      x.open("POST", ticket.url);
      x.send(form);
    });
  }
  async run() {
    const { file } = this;
    if (file.size === 0) return this.fail(box.dataset.tEmpty);
    if (file.size > Number(box.dataset.maxFile)) return this.fail(box.dataset.tBig);
    if (!/\.pdf$/i.test(file.name) && file.type !== "application/pdf") return this.fail(box.dataset.tType);
    this.say(box.dataset.tHash);
    let sum;
    try { sum = await digest(file); } catch (e) { return this.fail(e.message); }
    // A place that is open for these very bytes is gone on with.
    if (!this.slot) this.open = table?.querySelector(`[data-state="expected"][data-sha256="${sum}"]:not([data-going])`);
    if (this.open) {
      this.open.dataset.going = "";
      this.slot = { document: this.open.dataset.document };
    }
    for (let tries = 0; ; tries++) {
      try {
        this.say(box.dataset.tSend);
        if (!this.slot) {
          this.slot = await call("POST", `/api/dossiers/${id}/documents`, { name: file.name, size: file.size, sha256: sum }, this.key);
        } else {
          this.slot = await call("POST", `/api/dossiers/${id}/documents/${this.slot.document}/upload`, {});
        }
        await this.put(this.slot.upload);
        break;
      } catch (e) {
        if (e.status === 410) break; // the bytes arrived, only the answer was lost
        if (e.final || tries >= 8) return this.fail(e.says || (e.status === 507 ? box.dataset.tFull : box.dataset.tBroken), e.status === 404);
        this.bar.value = 0;
        this.say(box.dataset.tRetry);
        await this.rest(Math.min(30000, 1000 * 2 ** tries));
      }
    }
    this.bar.value = this.bar.max;
    this.say(box.dataset.tSent);
    refresh();
  }
}

function next() {
  while (running < atOnce && queue.length > 0) {
    running++;
    queue.shift().run().finally(() => {
      running--;
      if (running === 0 && queue.length === 0) settle();
      next();
    });
  }
}

function start(files) {
  for (const f of files) queue.push(new Sending(f));
  next();
}

// settle shows the page anew once everything is sent, so that the table has
// its rows; what failed stays on the page until it is tried again.
function settle() {
  if (!document.querySelector("#sending .late")) location.reload();
}

if (box) {
  const drop = document.getElementById("drop");
  const pick = document.getElementById("pick");
  document.getElementById("upload-form").addEventListener("submit", (e) => e.preventDefault());
  pick.addEventListener("change", () => { start([...pick.files]); pick.value = ""; });
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (e) => { e.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, (e) => { e.preventDefault(); drop.classList.remove("over"); });
  drop.addEventListener("drop", (e) => start([...e.dataTransfer.files]));
  window.addEventListener("beforeunload", (e) => { if (running > 0) e.preventDefault(); });
}

// refresh takes over how far the files are read.
let polling = false;
async function refresh() {
  if (polling || !table) return;
  polling = true;
  try {
    for (;;) {
      const files = await call("GET", `/api/dossiers/${id}/documents`);
      let open = 0, fresh = false;
      for (const f of files) {
        const row = table.querySelector(`[data-document="${f.id}"]`);
        if (!f.settled && !f.expired) open++;
        if (!row || row.dataset.state === f.state) continue;
        row.dataset.state = f.state;
        row.querySelector(".says").textContent = f.says;
        row.querySelector(".missing")?.remove();
        row.querySelector(".kinds").textContent = (f.kinds ?? []).join(", ");
        document.getElementById("live").textContent = `${f.name}: ${f.says}`;
        fresh = fresh || f.settled;
      }
      if (open === 0) {
        if (fresh && running === 0 && queue.length === 0) location.reload();
        return;
      }
      await new Promise((r) => setTimeout(r, 1500));
    }
  } catch {
    // The table on the page stays true for when it was made; it can be reloaded.
  } finally {
    polling = false;
  }
}
if (table && table.dataset.ready !== "true") refresh();

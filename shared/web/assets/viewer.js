// The document beside its fields: pages are drawn here, and a field that gets
// the focus shows its place. Where the drawing library is not there, the
// browser's own viewer stands in.
const box = document.getElementById("viewer");
const fill = (text, ...values) => values.reduce((t, v) => t.replace("%s", v), text);

function standIn() {
  const frame = document.createElement("iframe");
  frame.src = box.dataset.pdf;
  frame.title = document.title;
  box.append(frame);
}

class Viewer {
  constructor(doc) {
    this.doc = doc;
    this.page = 1;
    this.zoom = 1;
    this.sheet = document.createElement("div");
    this.sheet.className = "sheet";
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    // Room for a page until it is drawn: nothing moves under a finger.
    Object.assign(this.canvas, { width: 210, height: 297 });
    this.mark = document.createElement("div");
    this.mark.className = "mark";
    this.mark.hidden = true;
    this.sheet.append(this.canvas, this.mark);
    this.where = document.createElement("span");
    this.where.setAttribute("aria-live", "polite");
    const bar = box.querySelector(".bar");
    const button = (text, act) => {
      const b = document.createElement("button");
      b.type = "button";
      b.className = "second";
      b.textContent = text;
      b.addEventListener("click", act);
      bar.append(b);
      return b;
    };
    button("‹", () => this.show(this.page - 1)).setAttribute("aria-label", box.dataset.tPrev);
    bar.append(this.where);
    button("›", () => this.show(this.page + 1)).setAttribute("aria-label", box.dataset.tNext);
    button("–", () => this.scale(this.zoom / 1.25)).setAttribute("aria-label", box.dataset.tOut);
    button("+", () => this.scale(this.zoom * 1.25)).setAttribute("aria-label", box.dataset.tIn);
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.append(this.sheet);
    box.append(scroll);
    this.scroll = scroll;
  }
  scale(zoom) {
    this.zoom = Math.min(4, Math.max(0.5, zoom));
    this.show(this.page, this.boxed);
  }
  async show(n, place) {
    n = Math.min(this.doc.numPages, Math.max(1, n));
    this.boxed = place;
    const page = await this.doc.getPage(n);
    const base = page.getViewport({ scale: 1 });
    const width = Math.max(200, this.scroll.clientWidth) * this.zoom;
    const scale = width / base.width;
    const view = page.getViewport({ scale: scale * (window.devicePixelRatio || 1) });
    this.canvas.width = view.width;
    this.canvas.height = view.height;
    this.sheet.style.width = `${width}px`;
    this.page = n;
    this.where.textContent = fill(box.dataset.tPage, n, this.doc.numPages);
    this.canvas.setAttribute("aria-label", this.where.textContent);
    this.drawing?.cancel();
    this.drawing = page.render({ canvasContext: this.canvas.getContext("2d"), canvas: this.canvas, viewport: view });
    delete this.canvas.dataset.drawn;
    await this.drawing.promise.then(() => (this.canvas.dataset.drawn = n)).catch(() => {});
    this.mark.hidden = !place;
    if (place) {
      const [left, top, right, bottom] = place.map((v) => v * scale);
      Object.assign(this.mark.style, { left: `${left - 4}px`, top: `${top - 4}px`, width: `${right - left + 8}px`, height: `${bottom - top + 8}px` });
      this.scroll.scrollTo({ left: Math.max(0, left - 40), top: Math.max(0, top - 80) });
      this.mark.scrollIntoView({ block: "nearest" });
    }
  }
}

async function open() {
  if (!box.dataset.lib) return standIn();
  const pdf = await import(box.dataset.lib);
  pdf.GlobalWorkerOptions.workerSrc = box.dataset.worker;
  const root = new URL(".", new URL(box.dataset.lib, location.href)).href;
  const doc = await pdf.getDocument({ url: box.dataset.pdf, standardFontDataUrl: `${root}fonts/`, wasmUrl: `${root}wasm/`, isEvalSupported: false, enableXfa: false }).promise;
  const viewer = new Viewer(doc);
  const hash = /^#page-(\d+)$/.exec(location.hash);
  await viewer.show(hash ? Number(hash[1]) : 1);
  const follow = (field) => {
    const page = Number(field?.dataset.page);
    if (page) viewer.show(page, field.dataset.box ? field.dataset.box.split(",").map(Number) : undefined);
  };
  document.addEventListener("focusin", (e) => follow(e.target.closest("[data-page]")));
  await pictures(doc);
  return viewer;
}

// pictures draws the place of each doubtful value beside it where the server
// has no program to draw it.
async function pictures(doc) {
  const scale = 2;
  const around = 14; // points to see of what stands about it
  for (const field of document.querySelectorAll("[data-doubtful][data-box]")) {
    if (!field.dataset.box || field.querySelector(".place")) continue;
    const [left, top, right, bottom] = field.dataset.box.split(",").map(Number);
    const page = await doc.getPage(Number(field.dataset.page));
    const view = page.getViewport({ scale, offsetX: -(left - around) * scale, offsetY: -(top - around) * scale });
    const canvas = document.createElement("canvas");
    canvas.className = "place";
    canvas.width = (right - left + 2 * around) * scale;
    canvas.height = (bottom - top + 2 * around) * scale;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", fill(box.dataset.tPlace, field.querySelector("label, strong").textContent.trim()));
    await page.render({ canvasContext: canvas.getContext("2d"), canvas, viewport: view }).promise.catch(() => canvas.remove());
    field.querySelector("input, select, textarea")?.before(canvas);
  }
}

if (box) {
  open().catch(() => {
    const p = document.createElement("p");
    p.className = "bad-text";
    p.textContent = box.dataset.tFailed;
    box.append(p);
  });
  const doubtful = [...document.querySelectorAll("[data-doubtful]")];
  if (doubtful.length > 0) {
    let at = -1;
    const go = () => {
      at = (at + 1) % doubtful.length;
      const entry = doubtful[at].querySelector("input, select, textarea");
      entry?.focus();
      entry?.select?.(); // typing replaces what was read
    };
    const b = document.createElement("button");
    b.type = "button";
    b.id = "next-doubt";
    b.textContent = box.dataset.tDoubt;
    b.addEventListener("click", go);
    box.querySelector(".bar").append(b);
    // When the key comes up: its letter must not land in the value that gets the focus.
    document.addEventListener("keyup", (e) => {
      if ((e.key === "n" || e.key === "N") && !e.ctrlKey && !e.metaKey && !e.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) go();
    });
  }
}

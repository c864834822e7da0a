// The handset: a code is dialled, screens are answered, texts come and go. All of it through our own doors.

const OUTBOX_EVERY_MS = 1500;

async function ask(path, said) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(said),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error || "It could not be stored. Please try again.");
  return told;
}

class Handset {
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-${name}]`);
    this.entry = root.querySelector("[name=entry]");
    this.number = root.querySelector("[name=phone]");
    this.text = root.querySelector("[name=text]");
    this.session = null;
    this.known = new Map();
    this.listen();
    this.poll();
  }

  listen() {
    this.part("entry").addEventListener("submit", (event) => this.during(event, () => this.send()));
    this.part("compose").addEventListener("submit", (event) => this.during(event, () => this.write()));
    this.part("call").addEventListener("click", (event) => this.during(event, () => this.send()));
    this.part("end").addEventListener("click", () => this.hangUp());
    this.part("wipe").addEventListener("click", () => { this.entry.value = this.entry.value.slice(0, -1); });
    this.number.addEventListener("change", () => this.changeNumber());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) this.during(event, () => this.write());
    });
    for (const key of this.root.querySelectorAll("[data-key]")) {
      key.addEventListener("click", () => this.press(key.dataset.key));
    }
  }

  async during(event, act) {
    event.preventDefault();
    if (this.root.getAttribute("aria-busy") === "true") return;
    this.root.setAttribute("aria-busy", "true");
    this.complain("");
    try {
      await act();
    } catch (error) {
      this.complain(error.message);
    } finally {
      this.root.removeAttribute("aria-busy");
    }
  }

  complain(why) {
    this.part("trouble").textContent = why;
    this.part("trouble").hidden = !why;
  }

  press(key) {
    if (this.over) this.hangUp("");
    this.entry.value += key;
  }

  get phone() {
    return this.number.value.trim();
  }

  async send() {
    if (this.over) this.hangUp(this.entry.value);
    const typed = this.entry.value;
    const screen = this.session
      ? await ask("/simulator/reply", { phone: this.phone, ...this.session, typed })
      : await ask("/simulator/dial", { phone: this.phone, code: typed });
    this.show(screen);
  }

  show({ session, code, text, screen, ends, septets }) {
    this.session = ends ? null : { session, code, text };
    this.over = ends;
    this.part("screen").textContent = screen;
    this.part("count").textContent = septets === null ? "not GSM-7" : `${septets} of 160`;
    this.root.classList.toggle("in-session", !ends);
    this.root.classList.toggle("is-over", ends);
    this.entry.value = ends ? this.root.dataset.serviceCode : "";
    this.name(ends ? "Code to dial" : "Your reply", ends ? "Call" : "Send");
    // Whoever has gone on to the other phone meanwhile stays there.
    if (this.root.contains(document.activeElement)) this.entry.focus({ preventScroll: true });
    this.fetchTexts();
  }

  hangUp(entry = this.root.dataset.serviceCode) {
    this.session = null;
    this.over = false;
    this.root.classList.remove("in-session", "is-over");
    this.part("screen").textContent = `Dial ${this.root.dataset.serviceCode} to begin.`;
    this.part("count").textContent = "";
    this.entry.value = entry;
    this.name("Code to dial", "Call");
  }

  name(label, button) {
    this.part("label").textContent = label;
    this.part("send").textContent = button;
  }

  changeNumber() {
    this.hangUp();
    this.known.clear();
    this.part("texts").replaceChildren();
    this.part("empty").hidden = false;
    this.fetchTexts();
  }

  async write() {
    const text = this.text.value.trim();
    if (!text) return;
    await ask("/simulator/sms", { phone: this.phone, text });
    this.text.value = "";
    this.add({ text, note: "sent" }, "ours");
    this.fetchTexts();
  }

  async poll() {
    if (!this.root.hidden && !document.hidden) await this.fetchTexts();
    setTimeout(() => this.poll(), OUTBOX_EVERY_MS);
  }

  async fetchTexts() {
    const phone = this.phone;
    try {
      const answer = await fetch(`/simulator/outbox.json?phone=${encodeURIComponent(phone)}`);
      if (!answer.ok || phone !== this.phone) return;
      for (const one of await answer.json()) this.take(one);
    } catch {
      // The next look comes soon; a phone without network is silent too.
    }
  }

  take({ id, text, segments, status, at }) {
    const time = new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: this.root.dataset.zone });
    const note = `${time} · ${segments} ${segments === 1 ? "segment" : "segments"} · ${status}`;
    const bubble = this.known.get(id);
    if (bubble) {
      if (bubble.textContent !== note) bubble.textContent = note;
    } else {
      this.known.set(id, this.add({ text, note }, "theirs"));
    }
  }

  add({ text, note }, whose) {
    const line = document.createElement("li");
    line.className = whose;
    const words = document.createElement("p");
    words.textContent = text;
    const small = document.createElement("small");
    small.textContent = note;
    line.append(words, small);
    const list = this.part("texts");
    list.append(line);
    list.scrollTop = list.scrollHeight;
    this.part("empty").hidden = true;
    return small;
  }
}

const handsets = [...document.querySelectorAll("[data-handset]")].map((root) => new Handset(root));
const adder = document.querySelector("[data-add]");
adder.addEventListener("click", () => {
  const second = handsets[1];
  second.root.hidden = false;
  adder.hidden = true;
  second.entry.focus();
});
if (!handsets[0].root.hidden) handsets[0].entry.focus({ preventScroll: true });

// Keeps what is being written: <form data-draft="reply:42">, or a form with a hidden field
// "place", goes to /drafts/ while one types.

const PAUSE = 3000;

class Keeper {
  constructor(form, place) {
    this.form = form;
    this.place = place;
    this.kept = this.text();
    this.status = form.querySelector("[data-draft-status]");
    form.addEventListener("input", () => this.wait(PAUSE));
    form.addEventListener("submit", () => clearTimeout(this.timer));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.keep();
    });
  }

  wait(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), pause);
  }

  fields() {
    const fields = new FormData();
    for (const control of this.form.elements) {
      const typed = control.matches("textarea, select, input:not([type])");
      const written = typed || ["text", "search", "radio", "checkbox"].includes(control.type);
      const chosen = !["radio", "checkbox"].includes(control.type) || control.checked;
      if (control.name && written && chosen) fields.append(control.name, control.value);
    }
    return fields;
  }

  text() {
    return JSON.stringify([...this.fields()]);
  }

  async keep() {
    clearTimeout(this.timer);
    const text = this.text();
    if (text === this.kept || this.form.dataset.sending !== undefined) return;
    const body = this.fields();
    body.append("place", this.place);
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const request = { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token } };
    try {
      const answer = await fetch("/drafts/", request);
      if (answer.ok) this.kept = text;
      else if (answer.status === 429 || answer.status === 503) this.wait(10_000);
      this.say(answer.ok ? this.status?.dataset.kept : (await answer.json()).error);
    } catch {
      this.say(this.status?.dataset.lost);
      this.wait(10_000);
    }
  }

  say(words) {
    if (this.status) this.status.textContent = words ?? "";
  }
}

for (const form of document.forms) {
  const place = form.dataset.draft ?? form.elements.namedItem("place")?.value;
  if (place) new Keeper(form, place);
}

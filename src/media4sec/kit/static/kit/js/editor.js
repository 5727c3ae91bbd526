// The Markdown editor: toolbar, preview, and names after an @. A plain text field without this.

const FORMATS = {
  bold: { around: "**" },
  italic: { around: "*" },
  list: { line: "- " },
  quote: { line: "> " },
  link: { link: true },
};
const KEYS = { b: "bold", i: "italic", k: "link" };

function replace(area, start, end, text, selectFrom, selectTo) {
  area.focus();
  area.setSelectionRange(start, end);
  // execCommand keeps the browser's own undo; setRangeText is the fallback.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(selectFrom, selectTo);
}

function format(area, name) {
  const { around, line, link } = FORMATS[name];
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (around) {
    const from = start + around.length;
    replace(area, start, end, around + chosen + around, from, from + chosen.length);
  } else if (link) {
    const from = start + chosen.length + 3;
    replace(area, start, end, `[${chosen}](https://)`, from, from + 8);
  } else {
    const first = value.lastIndexOf("\n", start - 1) + 1;
    const lines = value.slice(first, end).split("\n");
    const marked = lines.map((each) => line + each).join("\n");
    replace(area, first, end, marked, first + marked.length, first + marked.length);
  }
}

async function togglePreview(button, area, box) {
  const showing = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(showing));
  area.hidden = showing;
  box.hidden = !showing;
  if (!showing) return area.focus();
  const body = new FormData();
  body.append("text", area.value);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const headers = { "X-CSRFToken": token };
  try {
    const answer = await fetch(button.dataset.preview, { method: "POST", body, headers });
    // The server made this HTML safe, as it does with every stored text.
    if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
    else throw new Error(answer.status);
  } catch {
    box.textContent = box.dataset.sorry;
  }
}

/** A toolbar is one stop of the Tab key; the arrow keys move inside it. */
function asToolbar(bar) {
  const buttons = [...bar.querySelectorAll("button")];
  buttons.forEach((button, index) => (button.tabIndex = index ? -1 : 0));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const from = buttons.indexOf(document.activeElement);
    if (!step || from < 0) return;
    const to = (from + step + buttons.length) % buttons.length;
    buttons[from].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  });
  bar.hidden = false;
}

let lists = 0;

/** Names after "@" and two letters: arrow keys choose, Enter or Tab takes, Escape closes. */
class Mentions {
  constructor(area) {
    this.area = area;
    this.list = document.createElement("ul");
    this.list.id = `names-${++lists}`;
    this.list.className = "names";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", area.dataset.mentionsLabel);
    area.after(this.list);
    // A text field of several lines may not be a combobox; these words it may have.
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-haspopup", "listbox");
    area.setAttribute("aria-controls", this.list.id);
    area.addEventListener("input", () => this.look());
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("blur", () => this.close());
    // mousedown, so that the text keeps its focus.
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take(option.textContent);
    });
  }

  begun() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    return /(?:^|[\s(])@\[?([\p{L}\p{N}][\p{L}\p{N}'’. -]{1,30})$/u.exec(before)?.[1];
  }

  async look() {
    const begun = this.begun();
    this.asked = begun;
    if (!begun) return this.close();
    const url = new URL(this.area.dataset.mentionsUrl, location.href);
    url.searchParams.set("q", begun);
    // Who may be named depends on who will read it, which the same form may say.
    for (const [name, value] of new FormData(this.area.form)) {
      if (["label", "attribution", "sealed"].includes(name)) url.searchParams.set(name, value);
    }
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      const names = answer.ok ? await answer.json() : [];
      // Only the answer to what stands there now.
      if (this.asked === begun) this.show(names);
    } catch {
      this.close();
    }
  }

  show(names) {
    this.list.replaceChildren(
      ...names.slice(0, 8).map(({ name }, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.setAttribute("role", "option");
        option.textContent = name;
        return option;
      }),
    );
    this.list.hidden = !names.length;
    this.choose(0);
  }

  choose(index) {
    const options = [...this.list.children];
    this.chosen = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, each) => option.setAttribute("aria-selected", each === this.chosen));
    const active = options[this.chosen]?.id;
    if (active) this.area.setAttribute("aria-activedescendant", active);
    else this.area.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (this.list.hidden) return;
    const acts = {
      ArrowDown: () => this.choose(this.chosen + 1),
      ArrowUp: () => this.choose(this.chosen - 1),
      Enter: () => this.take(this.list.children[this.chosen].textContent),
      Tab: () => this.take(this.list.children[this.chosen].textContent),
      Escape: () => this.close(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  /** A mention is @[Name]: names have spaces. */
  take(name) {
    const end = this.area.selectionStart;
    const start = this.area.value.lastIndexOf("@", end);
    const mention = `@[${name}] `;
    replace(this.area, start, end, mention, start + mention.length, start + mention.length);
    this.close();
  }

  close() {
    this.asked = null;
    this.show([]);
  }
}

for (const editor of document.querySelectorAll(".editor")) {
  const area = editor.querySelector("textarea");
  const bar = editor.querySelector(".editor__bar");
  const box = editor.querySelector(".editor__preview");
  asToolbar(bar);
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.format) format(area, button.dataset.format);
    if (button?.dataset.preview) togglePreview(button, area, box);
  });
  area.addEventListener("keydown", (event) => {
    const name = (event.ctrlKey || event.metaKey) && !event.altKey && KEYS[event.key];
    if (!name) return;
    event.preventDefault();
    format(area, name);
  });
  if (area.dataset.mentionsUrl) new Mentions(area);
}

// Small manners of every page. Everything works without them.

for (const button of document.querySelectorAll("[data-dismiss]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const target = event.target.closest("[data-dismiss],[data-open],[data-close],[data-copy]");
  if (!target) return;
  const { open, copy } = target.dataset;
  if ("dismiss" in target.dataset) target.closest(".toast").remove();
  if (open) document.getElementById(open)?.showModal();
  if ("close" in target.dataset) target.closest("dialog").close();
  if (copy && navigator.clipboard) {
    event.preventDefault();
    await navigator.clipboard.writeText(new URL(copy, location.href).href);
    say(target.dataset.done ?? document.querySelector(".toasts")?.dataset.copied);
    target.closest("[popover]")?.hidePopover();
  }
});

function say(words) {
  const toasts = document.querySelector(".toasts");
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = words;
  toasts?.append(toast);
  setTimeout(() => toast.remove(), 6000);
}

// A second click sends nothing while the first is on its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.matches("[hx-post]")) return;
  if (form.dataset.sending !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "";
  event.submitter?.setAttribute("aria-disabled", "true");
  // A form that answers with a download leaves this page open.
  setTimeout(() => allow(form), 10_000);
});

function allow(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
  }
}

// Coming back by the back button, the form may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(allow));

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

// After a refused form, the summary takes focus, whichever way it arrived.
function focusSummary() {
  document.querySelector(".error-summary[autofocus]")?.focus();
}
focusSummary();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.querySelector?.(".error-summary")) focusSummary();
});

// Popover menus close on Escape by themselves; a chosen link should close them as well.
document.addEventListener("click", (event) => {
  const menu = event.target.closest("a")?.closest("[popover]:popover-open");
  menu?.hidePopover();
});

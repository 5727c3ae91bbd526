// The colour scheme a visitor chose. Runs before the first paint, so it is no module.
(() => {
  const root = document.documentElement;
  const modes = ["auto", "light", "dark"];
  let mode = "auto";
  try {
    mode = localStorage.getItem("theme") || "auto";
  } catch {
    // Storage may be off: follow the system.
  }

  function apply() {
    if (mode === "auto") delete root.dataset.theme;
    else root.dataset.theme = mode;
  }

  function label() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.setAttribute("aria-label", button.dataset[mode]);
    }
  }

  apply();
  document.addEventListener("DOMContentLoaded", label);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    mode = modes[(modes.indexOf(mode) + 1) % modes.length];
    try {
      localStorage.setItem("theme", mode);
    } catch {
      // It holds for this page.
    }
    apply();
    label();
  });
})();

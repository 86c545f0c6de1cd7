// Runs before the first paint, so that a chosen theme does not flash. "auto"
// leaves the choice to prefers-color-scheme.
(() => {
  const themes = ["auto", "light", "dark"];
  let theme = "auto";
  try {
    const stored = localStorage.getItem("theme");
    if (themes.includes(stored)) theme = stored;
  } catch { /* storage may be blocked; auto then */ }
  document.documentElement.dataset.theme = theme;
})();

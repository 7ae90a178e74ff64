// Runs before Gradio: the visitor's language and colours, and what the page's own parts share.
(() => {
  const language = "$language";
  Object.defineProperty(navigator, "language", { get: () => "$locale" });
  Object.defineProperty(navigator, "languages", { get: () => ["$locale"] });

  const wished = new URLSearchParams(location.search).get("__theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const dark = wished ? wished === "dark" : system.matches;
    document.documentElement.classList.toggle("dark-frame", dark);
  };
  system.addEventListener("change", paint);
  paint();

  // Screen readers hear what is put here; the same words twice are heard twice.
  const announce = (text) => {
    const place = document.getElementById("announcer");
    if (!place) return;
    place.textContent = "";
    setTimeout(() => { place.textContent = text; }, 50);
  };
  window.policyqa = { language, announce };

  // The page's base address would make a link to a place in it a link to another page.
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".skip-link")) return;
    event.preventDefault();
    document.getElementById("main").focus();
  });

  // Gradio sets a language and a title of its own, which know nothing of the visitor's.
  const title = document.title;
  const keep = () => {
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
    if (title && document.title !== title) document.title = title;
  };
  new MutationObserver(keep).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  new MutationObserver(keep).observe(document.head, { childList: true, subtree: true, characterData: true });
})();

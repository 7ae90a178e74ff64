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

  // The clipboard's own interface is closed to pages without https.
  const put = async (text) => {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (!copied) throw new Error("not copied");
  };
  // Says so on the button, for two seconds, where it has come to pass.
  policyqa.copy = async (text, button, done) => {
    const back = document.activeElement;
    try { await put(text); } catch { return; } finally { back?.focus?.({ preventScroll: true }); }
    announce(done);
    button.dataset.label ??= button.textContent;
    button.textContent = done;
    clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = setTimeout(() => { button.textContent = button.dataset.label; }, 2000);
  };

  // What was looked for stays when the language changes.
  const SOUGHT = "$sought".split(" ");
  policyqa.lead = () => {
    const here = new URLSearchParams(location.search);
    document.querySelectorAll(".languages a").forEach((link) => {
      const there = new URL(link.href);
      for (const name of SOUGHT) {
        if (here.has(name)) there.searchParams.set(name, here.get(name));
        else there.searchParams.delete(name);
      }
      link.setAttribute("href", there.search);
    });
  };

  // The page's base address would make a link to a place in it a link to another page.
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".skip-link")) return;
    event.preventDefault();
    document.getElementById("main").focus();
  });

  // Gradio sets a language and a title of its own, which know nothing of the visitor's.
  const site = "$site";
  let title = document.title;
  const keep = () => {
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
    if (title && document.title !== title) document.title = title;
  };
  // What this state of the page is called, before the site's name.
  policyqa.name = (part) => {
    title = part ? `${part} — ${site}` : site;
    keep();
  };
  new MutationObserver(keep).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  new MutationObserver(keep).observe(document.head, { childList: true, subtree: true, characterData: true });
})();

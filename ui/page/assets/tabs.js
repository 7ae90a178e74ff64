// The tabs: reached by arrow keys as the pattern of WAI-ARIA wants it, and each with an address and a name of its own.
(() => {
  const tabs = () => [...document.querySelectorAll('[role="tablist"] [role="tab"]')];
  const current = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true");
  // Where each tab was left.
  const places = {};
  const tabOf = (query) => {
    const asked = new URLSearchParams(query);
    if (asked.has("item")) return "items";
    if (asked.has("tab")) return asked.get("tab");
    if (asked.has("topic")) return "owners";
    return ["bureau", "theme", "text", "net_zero"].some((name) => asked.has(name)) ? "items" : "ask";
  };

  const place = (id) => {
    const kept = new URLSearchParams();
    const lang = new URLSearchParams(location.search).get("lang");
    if (lang) kept.set("lang", lang);
    if (id !== "ask") kept.set("tab", id);
    return places[id] ?? (kept.size ? `?${kept}` : location.pathname);
  };

  document.addEventListener("click", (event) => {
    const id = event.target.closest('[role="tab"]')?.dataset.tabId;
    const here = tabOf(location.search);
    // What is left by the browser's own buttons stands in the address already.
    if (!id || id === here) return;
    places[here] = location.search || location.pathname;
    history.pushState(null, "", place(id));
    policyqa.lead();
    policyqa.name(id === "ask" ? "" : event.target.closest('[role="tab"]').textContent.trim());
  });
  addEventListener("popstate", () => {
    const id = tabOf(location.search);
    const tab = tabs().find((other) => other.dataset.tabId === id);
    // What this tab does not show as it stands is loaded anew.
    if (!tab || places[id] !== (location.search || location.pathname)) location.reload();
    policyqa.lead();
    if (!tab || tab === current()) return;
    tab.click();
    policyqa.name(id === "ask" ? "" : tab.textContent.trim());
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.('[role="tab"]');
    if (!tab || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = tabs();
    const at = all.indexOf(tab);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const there = all[(next + all.length) % all.length];
    there.click();
    there.focus();
  });

  const set = (element, name, value) => {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  const tie = () => {
    for (const tab of tabs()) set(tab, "tabindex", tab === current() ? "0" : "-1");
    for (const panel of document.querySelectorAll('[role="tabpanel"][id]')) set(panel, "aria-labelledby", `${panel.id}-button`);
  };
  document.addEventListener("DOMContentLoaded", () => {
    policyqa.lead();
    new MutationObserver(tie).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
  });
})();

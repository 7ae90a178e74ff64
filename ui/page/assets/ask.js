// 問答: questions behind links, marks that lead to their card, copies, and the conversation kept for the life of this tab.
(() => {
  const KEY = "policyqa.conversation";
  const store = (use) => { try { return use(sessionStorage); } catch { return null; } };

  // What this tab has kept, and the question of the address, which is asked once and not at every reload.
  policyqa.reopened = () => {
    const address = new URL(location.href);
    const question = address.searchParams.get("q") ?? "";
    if (question) {
      address.searchParams.delete("q");
      history.replaceState(null, "", address);
    }
    return [store((kept) => kept.getItem(KEY)) ?? "", question];
  };

  let said = "";
  policyqa.keep = (log, words) => {
    store((kept) => (log ? kept.setItem(KEY, log) : kept.removeItem(KEY)));
    if (words && log !== said) policyqa.announce(words);
    said = log;
  };

  policyqa.download = (text, extension) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = `policyqa-${new Date().toISOString().slice(0, 10)}${extension}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // The clipboard's own interface is closed to pages without https.
  policyqa.copy = async (text) => {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };

  const ask = (question) => {
    const box = document.querySelector("#question textarea, #question input");
    const send = document.querySelector("#send");
    if (!box || !send) return false;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => send.click(), 50);
    return true;
  };

  const lead = (id) => {
    const card = document.getElementById(id);
    if (!card) return false;
    card.closest("details")?.setAttribute("open", "");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    card.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    const link = event.target.closest("a[data-ask], a[data-goto], button[data-copy]");
    if (!link || !plain) return;
    const { ask: question, goto: card, copy, done } = link.dataset;
    if (question && ask(question)) event.preventDefault();
    if (card && lead(card)) event.preventDefault();
    if (copy) {
      const address = new URL(link.dataset.link, document.baseURI).href;
      policyqa.copy(`${copy}\n${address}`).then(() => policyqa.announce(done));
      const before = link.textContent;
      link.textContent = done;
      setTimeout(() => { link.textContent = before; }, 2000);
    }
  });

  // A new question comes to the top of the window, so that its answer is read from the beginning.
  let last = null;
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      const asked = document.querySelector("#live .asked");
      if (asked && asked.id !== last && last !== null) {
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        asked.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
      }
      if (document.querySelector("#live")) last = asked ? asked.id : "";
    }).observe(document.body, { childList: true, subtree: true });
  });
})();

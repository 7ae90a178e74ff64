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

  const release = () => {
    document.querySelectorAll("#rating [aria-pressed]").forEach((thumb) => thumb.removeAttribute("aria-pressed"));
  };

  policyqa.keep = (log, words) => {
    store((kept) => (log ? kept.setItem(KEY, log) : kept.removeItem(KEY)));
    release();
    if (words) policyqa.announce(words);
  };

  // What the server has said in HTML, for those who do not see it change.
  policyqa.tell = (html) => {
    const said = new DOMParser().parseFromString(html, "text/html").body;
    // What could not be kept is not shown as pressed.
    if (said.querySelector("[role=alert]")) release();
    policyqa.announce(said.textContent);
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

  const seen = (element) => element.isConnected && element.getClientRects().length > 0;
  const reveal = (element, block) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block, behavior: still ? "auto" : "smooth" });
  };

  const ask = (question) => {
    const box = document.querySelector("#question textarea, #question input");
    const send = document.querySelector("#send");
    if (!box) return false;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    // While an answer grows, the question waits in the box: leaving the page would lose that answer.
    if (send && seen(send)) setTimeout(() => send.click(), 50);
    else box.focus();
    return true;
  };

  const lead = (id) => {
    const card = document.getElementById(id);
    if (!card) return false;
    card.closest("details")?.setAttribute("open", "");
    reveal(card, "center");
    card.focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    const thumb = event.target.closest("#useful, #not-useful");
    if (thumb) {
      thumb.closest("#rating").querySelectorAll("#useful, #not-useful").forEach((other) => other.setAttribute("aria-pressed", other === thumb));
    }
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

  // Buttons and links here go away once they have been used. Whoever stood on one is led to what came of it, not to
  // the top of the page.
  let held = null;
  let area = "";
  document.addEventListener("focusin", ({ target }) => {
    held = target.closest("#ask") ? target : null;
    area = target.closest("#rating") ? "rating" : "";
  });
  // Left by choice, not by its going away; the window itself may also have been left.
  document.addEventListener("focusout", ({ target }) => setTimeout(() => {
    if (held === target && document.activeElement !== target && seen(target)) held = null;
  }));
  const outcome = () => {
    const stop = document.querySelector("#stop");
    if (stop && seen(stop)) return stop;
    return document.querySelector(area === "rating" ? "#rate p" : "#live .asked, #live .welcome h2");
  };
  const stand = (place) => {
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  const rescue = () => {
    if (!held || seen(held) || document.activeElement !== document.body) return;
    const place = outcome();
    if (!place) return;
    stand(place);
    const { top, bottom } = place.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) reveal(place, "start");
  };

  // A new question comes to the top of the window, so that its answer is read from the beginning.
  let last = null;
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      const asked = document.querySelector("#live .asked");
      // A long conversation loses its first turns: the number alone may stay.
      const now = asked ? asked.id + asked.textContent : "";
      if (asked && now !== last && last !== null) {
        reveal(asked, "start");
        if (document.activeElement.closest("#go-on")) stand(asked);
      }
      if (document.querySelector("#live")) last = now;
      requestAnimationFrame(rescue);
    }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  });
})();

// 問答: questions behind links, marks that lead to their card, copies, and the conversation kept for the life of this tab.
(() => {
  const KEY = "policyqa.conversation";
  const store = (use) => { try { return use(sessionStorage); } catch { return null; } };

  // What this tab has kept. The question of the address is asked once, and not at every reload.
  let wanted = "";
  policyqa.reopened = () => {
    const address = new URL(location.href);
    wanted = address.searchParams.get("q")?.trim() ?? "";
    if (wanted) {
      address.searchParams.delete("q");
      history.replaceState(null, "", address);
      policyqa.lead();
    }
    return store((kept) => kept.getItem(KEY)) ?? "";
  };

  const askedLast = () => {
    try { return JSON.parse(store((kept) => kept.getItem(KEY)) ?? "[]").at(-1)?.question; } catch { return ""; }
  };

  // Where the connection was lost, Gradio loads the page anew: what stood in the box stands there again.
  const DRAFT = "policyqa.draft";
  const keepDraft = (text) => store((kept) => (text ? kept.setItem(DRAFT, text) : kept.removeItem(DRAFT)));
  policyqa.askWanted = () => {
    const draft = store((kept) => kept.getItem(DRAFT)) ?? "";
    const asks = wanted && wanted !== askedLast();
    if (!asks && !draft) return;
    let tries = 600;
    const wait = () => {
      if (!document.querySelector("#question textarea:enabled")) { if (tries--) requestAnimationFrame(wait); }
      else if (asks) ask(wanted);
      else fill(draft);
    };
    wait();
  };

  const release = () => {
    document.querySelectorAll("#rating [aria-pressed]").forEach((thumb) => thumb.removeAttribute("aria-pressed"));
  };

  policyqa.keep = (log, words) => {
    store((kept) => (log ? kept.setItem(KEY, log) : kept.removeItem(KEY)));
    release();
    document.getElementById("notice")?.classList.remove("read");
    if (words) {
      keepDraft(document.querySelector("#question textarea")?.value);
      policyqa.announce(words);
    }
    requestAnimationFrame(look);
  };

  // What was wrong with a question goes when another is typed.
  document.addEventListener("input", ({ target }) => {
    if (!target.closest("#question")) return;
    document.getElementById("notice")?.classList.add("read");
    keepDraft(target.value);
  });

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

  const seen = (element) => element.isConnected && element.getClientRects().length > 0;
  // At once: what is scrolled to smoothly has moved when it is reached.
  const reveal = (element, block) => element.scrollIntoView({ block, behavior: "instant" });

  const fill = (question) => {
    const box = document.querySelector("#question textarea, #question input");
    if (!box) return null;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return box;
  };
  const ask = (question) => {
    const send = document.querySelector("#send");
    const box = fill(question);
    if (!box) return false;
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
    if (copy) policyqa.copy(`${copy}\n${new URL(link.dataset.link, document.baseURI).href}`, link, done);
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

  // A new question comes to the top of the window, so that its answer is read from the beginning; and once more when
  // all stands: the earlier turns above it may have grown meanwhile.
  let last = null;
  const newest = () => document.querySelector("#live .asked");
  const look = () => {
    const asked = newest();
    const desk = document.querySelector("#desk");
    if (!asked || !desk || !seen(asked)) return;
    const { top } = asked.getBoundingClientRect();
    if (top < 0 || top > desk.getBoundingClientRect().top - 80) reveal(asked, "start");
  };
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      const asked = newest();
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

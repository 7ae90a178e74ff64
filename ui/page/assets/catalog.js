// 權責查詢 and 施政項目: what is found stands in the address; a file of topics is read here and sent to nobody.
(() => {
  policyqa.hear = (words) => { if (words) policyqa.announce(words); };

  // What was looked for stays when the language changes.
  const lead = () => {
    const here = new URLSearchParams(location.search);
    document.querySelectorAll(".languages a").forEach((link) => {
      const there = new URL(link.href);
      for (const name of ["tab", "item", "topic", "bureau", "theme", "text", "net_zero"]) {
        if (here.has(name)) there.searchParams.set(name, here.get(name));
        else there.searchParams.delete(name);
      }
      link.setAttribute("href", there.search);
    });
  };
  document.addEventListener("DOMContentLoaded", lead);

  policyqa.found = (wanted, words) => {
    const address = new URL(location.href);
    const kept = new URLSearchParams();
    if (address.searchParams.has("lang")) kept.set("lang", address.searchParams.get("lang"));
    for (const [name, value] of Object.entries(wanted)) if (value) kept.set(name, value);
    history.replaceState(null, "", `${address.pathname}?${kept}`);
    lead();
    policyqa.hear(words);
  };

  // On to the first of the items that have come: the button may be gone, and they stand above it.
  policyqa.moveOn = (words, first) => {
    policyqa.hear(words);
    let tries = 60;
    const look = () => {
      const card = document.querySelectorAll("#items-found .card")[first];
      if (card) card.focus();
      else if (tries--) requestAnimationFrame(look);
    };
    look();
  };

  const decode = (bytes) => {
    if (new Uint8Array(bytes).includes(0)) throw new TypeError("no text");
    try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); }
    catch { return new TextDecoder("big5", { fatal: true }).decode(bytes); }
  };

  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.id !== "topics-file" || !input.files.length) return;
    const bad = document.getElementById("topics-bad");
    bad.textContent = "";
    try {
      if (input.files[0].size > Number(input.dataset.largest)) throw new TypeError("too large");
      const text = decode(await input.files[0].arrayBuffer());
      const area = document.querySelector("#topics textarea");
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    } catch {
      bad.textContent = input.dataset.bad;
    }
    input.value = "";
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy-link]");
    if (!button) return;
    policyqa.copy(new URL(button.dataset.copyLink, document.baseURI).href).then(() => policyqa.announce(button.dataset.done));
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 2000);
  });
})();

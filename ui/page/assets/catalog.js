// 權責查詢 and 施政項目: what is found stands in the address; of a file of topics only its text is sent, when it is asked for.
(() => {
  policyqa.hear = (words) => { if (words) policyqa.announce(words); };

  policyqa.found = (wanted, words) => {
    const address = new URL(location.href);
    const kept = new URLSearchParams();
    if (address.searchParams.has("lang")) kept.set("lang", address.searchParams.get("lang"));
    for (const [name, value] of Object.entries(wanted)) if (value) kept.set(name, value);
    history.replaceState(null, "", `${address.pathname}?${kept}`);
    policyqa.lead();
    policyqa.name(wanted.topic);
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
    const read = document.getElementById("topics-read");
    bad.textContent = read.textContent = "";
    try {
      if (input.files[0].size > Number(input.dataset.largest)) throw new TypeError("too large");
      const text = decode(await input.files[0].arrayBuffer());
      const area = document.querySelector("#topics textarea");
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      read.textContent = input.dataset.read.replace("{name}", input.files[0].name);
    } catch {
      bad.textContent = input.dataset.bad;
    }
    input.value = "";
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy-link]");
    if (button) policyqa.copy(new URL(button.dataset.copyLink, document.baseURI).href, button, button.dataset.done);
  });

  // What stands in a list's box would stand before what is typed there.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("#filter-bureau input, #filter-theme input")) target.select();
  });
})();

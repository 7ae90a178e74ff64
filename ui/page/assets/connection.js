// What goes wrong between page and service, in the visitor's words: Gradio's own messages are English and go away.
(() => {
  const told = () => document.getElementById("connection");
  const tell = () => {
    const place = told();
    if (!place || !place.hidden) return;
    place.hidden = false;
    // Put in anew, so that it is heard.
    place.textContent = "";
    setTimeout(() => { place.textContent = place.dataset.words; }, 50);
  };
  const rest = () => { const place = told(); if (place) place.hidden = true; };

  const ask = window.fetch;
  window.fetch = async (...sent) => {
    const place = String(sent[0]?.url ?? sent[0]);
    const ours = /gradio_api\/(queue\/join|run\/predict)/.test(place);
    try {
      const answer = await ask(...sent);
      // The page draws itself anew before anything can be asked: that alone is no good news.
      if (ours && !answer.ok) tell();
      else if (ours && place.includes("queue/join")) rest();
      return answer;
    } catch (error) {
      if (ours && error.name !== "AbortError") tell();
      throw error;
    }
  };
})();

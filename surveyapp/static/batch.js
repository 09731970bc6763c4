"use strict";
// Watches a batch of reports; without it the page is read again by hand.
(() => {
  const batch = document.getElementById("batch");
  const bar = batch.querySelector("progress");
  const said = document.getElementById("said");

  const look = async () => {
    try {
      const reply = await fetch(batch.dataset.progress, { headers: { Accept: "application/json" } });
      if (!reply.ok) return location.reload();
      const { state, done, total, words } = await reply.json();
      if (state !== "running") return location.reload();
      if (total) {
        bar.max = total;
        bar.value = done;
      }
      if (said.textContent !== words) said.textContent = words;
    } catch {
      // no network for the moment
    }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1000);
})();

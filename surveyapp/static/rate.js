// Saves by itself and counts what is answered. Without this script the page works the same:
// "save and continue later" is a button.
(() => {
  const form = document.querySelector("form");
  const progress = document.getElementById("progress");
  const total = Number(form.dataset.count);
  let timer = 0;
  let sent = false;

  const answered = () =>
    new Set([...form.querySelectorAll("input[type=radio]:checked")].map((box) => box.name)).size;

  const say = (word) => {
    progress.hidden = false;
    progress.textContent = `${answered()} / ${total}${word ? " · " + word : ""}`;
  };

  const save = async () => {
    const body = new URLSearchParams(new FormData(form));
    body.set("action", "save");
    try {
      const reply = await fetch(location.href, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      if (!sent) say(reply.ok ? form.dataset.saved : form.dataset.failed);
    } catch {
      say(form.dataset.failed);
    }
  };

  form.addEventListener("input", () => {
    say("");
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
  document.getElementById("mistakes")?.focus();
})();

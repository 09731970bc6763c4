// The text of a questionnaire: numbered lines, mistakes marked, Enter keeps the indentation.
// All of it works without this, and Tab goes to the next field as everywhere.
"use strict";
(() => {
  const text = document.getElementById("text"), form = text.form;
  const links = [...document.querySelectorAll("a[data-line]")];
  const wrong = new Set(links.map((link) => Number(link.dataset.line)));
  const gutter = document.createElement("pre");
  gutter.className = "gutter";
  gutter.setAttribute("aria-hidden", "true");
  text.before(gutter);
  text.parentElement.classList.add("numbered");

  function number() {
    const count = text.value.split("\n").length;
    while (gutter.childElementCount > count) gutter.lastChild.remove();
    while (gutter.childElementCount < count) {
      const line = gutter.appendChild(document.createElement("span"));
      line.textContent = gutter.childElementCount;
      if (wrong.has(gutter.childElementCount)) line.className = "wrong";
    }
    gutter.scrollTop = text.scrollTop;
  }

  function jump(line, column) {
    const before = text.value.split("\n").slice(0, line - 1);
    const start = before.reduce((sum, each) => sum + each.length + 1, 0);
    const end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start + column - 1, end < 0 ? text.value.length : end);
    text.scrollTop = (line - 6) * (text.scrollHeight / text.value.split("\n").length);
  }

  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      jump(Number(link.dataset.line), Number(link.dataset.column));
    });
  }

  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const line = text.value.slice(0, text.selectionStart).split("\n").pop();
    event.preventDefault();
    document.execCommand("insertText", false, "\n" + line.match(/^ */)[0]); // can be undone
  });

  let changed = false, awake = Date.now();
  text.addEventListener("input", () => {
    changed = true;
    number();
    if (Date.now() - awake > 300000) {
      awake = Date.now();
      fetch(location.href, { method: "HEAD" }).catch(() => {}); // who writes is still here
    }
  });
  text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  number();
})();

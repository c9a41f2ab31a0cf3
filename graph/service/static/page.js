// Suggestions under the search box; without this script the box is an ordinary form.
"use strict";
(() => {
  const input = document.getElementById("q");
  const list = document.getElementById("suggestions");
  if (!input || !list) return;
  let found = [], chosen = -1, asked = 0, waiting;

  const hide = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
    if (place >= 0) input.setAttribute("aria-activedescendant", list.children[place].id);
    else input.removeAttribute("aria-activedescendant");
  };

  const show = (things) => {
    found = things;
    list.replaceChildren(...things.map((thing, n) => {
      const item = document.createElement("li");
      item.id = `suggestion-${n}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const kind = document.createElement("span");
      kind.className = "kind";
      kind.textContent = thing.label;
      item.append(thing.name + (thing.notation && thing.notation !== thing.name ? ` ${thing.notation}` : ""), kind);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); location.assign(thing.path); });
      return item;
    }));
    choose(-1);
    list.hidden = !things.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = input.value.trim();
    if (!text) { hide(); return; }
    waiting = setTimeout(async () => {
      const mine = ++asked;
      const answer = await fetch(`/suggest?q=${encodeURIComponent(text)}`);
      if (answer.ok && mine === asked && document.activeElement === input) show((await answer.json()).things);
    }, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") { event.preventDefault(); hide(); }  // what is typed stays
    if (event.key === "ArrowDown") { event.preventDefault(); choose((chosen + 1) % found.length); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose((chosen + found.length - 1) % found.length); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(found[chosen].path); }
  });
  input.addEventListener("blur", () => setTimeout(hide, 150));
})();

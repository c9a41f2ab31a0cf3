"use strict";
const marks = [...document.querySelectorAll("mark")], where = document.getElementById("where");
const chosen = name => new Set([...document.querySelectorAll(`input[name=${name}]:checked`)].map(box => box.value));
let errors = [], at = -1;
function filter() {
  const causes = chosen("cause"), types = chosen("type");
  errors = [];
  for (const mark of marks) {
    const on = mark.dataset.cause.split(" ").some(cause => causes.has(cause)) &&
      mark.dataset.type.split(" ").some(type => types.has(type));
    mark.classList.toggle("off", !on);
    if (!mark.dataset.error) mark.dataset.error = mark.hasAttribute("tabindex") ? "yes" : "no";
    if (mark.dataset.error === "yes") {
      mark.tabIndex = on ? 0 : -1;
      if (on) errors.push(mark);
    }
  }
  at = -1;
  where.textContent = `${errors.length} errors`;
}
function step(by) {
  if (!errors.length) return;
  const focused = errors.indexOf(document.activeElement);
  if (focused >= 0) at = focused;
  at = at < 0 && by < 0 ? errors.length - 1 : (at + by + errors.length) % errors.length;
  errors[at].focus({preventScroll: true});
  errors[at].scrollIntoView({block: "center"});
  where.textContent = `${at + 1} of ${errors.length}: ${errors[at].title}`;
}
function setTypes(on) {
  for (const box of document.querySelectorAll("input[name=type]")) box.checked = on;
  filter();
}
document.addEventListener("change", filter);
document.getElementById("none").addEventListener("click", () => setTypes(false));
document.getElementById("all").addEventListener("click", () => setTypes(true));
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "n" || event.key === "j") step(1);
  else if (event.key === "p" || event.key === "k") step(-1);
  else if (event.key === "/") { document.querySelector("input").focus(); event.preventDefault(); }
});
filter();

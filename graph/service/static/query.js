// The SPARQL editor (YASGUI, from `make assets`) in place of the plain form, which stays where it is missing.
"use strict";
(() => {
  const place = document.getElementById("yasgui");
  const form = document.querySelector("form.editor");
  if (!place || !form || typeof Yasgui === "undefined") return;
  const endpoint = new URL(place.dataset.endpoint, location.href).href;
  const prefixes = JSON.parse(place.dataset.prefixes);
  const plain = document.getElementById("query").value;
  const isMissing = (name) => new RegExp(`(^|[^\\w:])${name}:`).test(plain) && !new RegExp(`prefix\\s+${name}:`, "i").test(plain);
  const declared = Object.keys(prefixes).filter(isMissing).map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`);
  const text = declared.join("") + plain;
  Yasgui.Yasr.defaults.prefixes = prefixes;
  Yasgui.Yasqe.defaults.autocompleters = ["variables"];  // the others ask sites elsewhere
  const editor = new Yasgui(place, {
    requestConfig: { endpoint, method: "GET" },
    copyEndpointOnNewTab: true,
    persistenceId: null,
    populateFromUrl: false,  // it misreads what the page reads well
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    yasqe: { createShareableLink: null, value: text, editorHeight: "16rem" },
  });
  const tab = editor.getTab();
  if (!tab) return;
  if (text.trim()) tab.setQuery(text);
  form.hidden = true;
  const answered = document.getElementById("rows");
  const named = () => {  // what it leaves without a name
    place.querySelectorAll(".CodeMirror textarea").forEach((box) => box.setAttribute("aria-label", place.dataset.label));
    place.querySelectorAll("select.tableSizer").forEach((box) => box.setAttribute("aria-label", box.previousSibling?.textContent || "10, 50, 100"));
  };
  named();
  new MutationObserver(named).observe(place, { childList: true, subtree: true });
  place.addEventListener("click", (event) => {  // our things have pages here
    const link = event.target.closest(".yasr a[href]");
    if (!link || !link.getAttribute("href").startsWith(prefixes.id)) return;
    event.preventDefault();
    location.assign(`/id/${link.getAttribute("href").slice(prefixes.id.length).split("/").map(encodeURIComponent).join("/")}`);
  });
  tab.getYasqe().on("query", () => { if (answered) answered.hidden = true; });
})();

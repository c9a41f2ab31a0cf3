// The SPARQL editor (YASGUI, from `make assets`) in place of the plain form, which stays where it is missing.
"use strict";
(() => {
  const place = document.getElementById("yasgui");
  const form = document.querySelector("form.editor");
  if (!place || !form || typeof Yasgui === "undefined") return;
  const text = document.getElementById("query").value;
  Yasgui.Yasr.defaults.prefixes = {};
  const editor = new Yasgui(place, {
    requestConfig: { endpoint: place.dataset.endpoint, method: "GET" },
    copyEndpointOnNewTab: true,
    persistenceId: null,
    endpointCatalogueOptions: { getData: () => [{ endpoint: place.dataset.endpoint }] },
  });
  const tab = editor.getTab();
  if (tab && text.trim()) tab.setQuery(text);
  form.hidden = true;
})();

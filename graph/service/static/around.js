// The neighbourhood to move about in (Cytoscape.js, from `make assets`); without it the drawn picture stays.
"use strict";
(async () => {
  const place = document.getElementById("around");
  if (!place || typeof cytoscape === "undefined") return;
  const answer = await fetch(place.dataset.graph);
  if (!answer.ok) return;
  const { thing, neighbours } = await answer.json();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const elements = [{ data: { id: thing.iri, label: thing.name, path: thing.path }, classes: "centre" }];
  for (const other of neighbours) {
    elements.push({ data: { id: other.iri, label: other.name, path: other.around }, classes: `g-${other.group}` });
    elements.push({ data: { source: thing.iri, target: other.iri, label: other.relations.join("、") } });
  }
  place.replaceChildren();
  place.classList.add("live");
  const groups = ["places", "actors", "policy", "works", "events", "figures"];
  const graph = cytoscape({
    container: place,
    elements,
    layout: { name: "cose", animate: false, nodeRepulsion: 90000, idealEdgeLength: 130, padding: 30 },
    style: [
      { selector: "node", style: { label: "data(label)", "font-size": 13, color: colour("--ink"), "background-color": colour("--wash"),
        "border-width": 1, "border-color": colour("--soft"), "text-wrap": "wrap", "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 4 } },
      ...groups.map((group) => ({ selector: `.g-${group}`, style: { "background-color": colour(`--${group}`) } })),
      { selector: ".centre", style: { "background-color": colour("--accent"), width: 46, height: 46, "font-weight": "bold", "font-size": 16 } },
      { selector: "edge", style: { label: "data(label)", "font-size": 10, color: colour("--soft"), width: 1.5, "line-color": colour("--line"),
        "curve-style": "bezier", "text-rotation": "autorotate", "text-background-color": colour("--raised"), "text-background-opacity": 1 } },
    ],
  });
  graph.on("tap", "node", (event) => { if (event.target.data("path")) location.assign(event.target.data("path")); });
})();

// The neighbourhood to move about in (Cytoscape.js, from `make assets`); without it the drawn picture stays.
"use strict";
(async () => {
  const place = document.getElementById("around");
  if (!place || typeof cytoscape === "undefined") return;
  const answer = await fetch(place.dataset.graph);
  if (!answer.ok) return;
  const { thing, neighbours } = await answer.json();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const face = getComputedStyle(document.body).fontFamily;
  const short = (name, most) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
  const elements = [{ data: { id: thing.iri, label: thing.name, path: thing.path }, classes: "centre" }];
  for (const other of neighbours) {
    elements.push({ data: { id: other.iri, label: short(other.name, 26), path: other.around }, classes: `g-${other.group}` });
    elements.push({ data: { source: thing.iri, target: other.iri, label: short(other.relations.join("、"), 14) } });
  }
  place.replaceChildren();
  place.classList.add("live");
  const groups = ["places", "actors", "policy", "works", "events", "figures"];
  const graph = cytoscape({
    container: place,
    elements,
    userZoomingEnabled: false,  // the wheel scrolls the page until one has clicked into the picture
    minZoom: 0.3,
    maxZoom: 3,
    style: [
      { selector: "node", style: { label: "data(label)", "font-family": face, "font-size": 13, color: colour("--ink"), "background-color": colour("--wash"),
        "border-width": 1, "border-color": colour("--soft"), "text-wrap": "wrap", "text-overflow-wrap": "anywhere", "text-max-width": 118,
        "text-valign": "bottom", "text-margin-y": 4, "text-background-color": colour("--raised"), "text-background-opacity": 0.85 } },
      ...groups.map((group) => ({ selector: `.g-${group}`, style: { "background-color": colour(`--${group}`) } })),
      { selector: ".centre", style: { "background-color": colour("--accent"), width: 46, height: 46, "font-weight": "bold", "font-size": 16, "text-max-width": 220 } },
      { selector: "edge", style: { label: "data(label)", "font-family": face, "font-size": 10, color: colour("--soft"), width: 1.5, "line-color": colour("--line"),
        "curve-style": "bezier", "text-background-color": colour("--raised"), "text-background-opacity": 1 } },
    ],
  });
  const rings = neighbours.length > 14 ? 2 : 1;  // what is best connected stands on the inner ring
  const inner = new Set([...neighbours].sort((a, b) => b.count - a.count).slice(0, Math.ceil(neighbours.length / (rings * 1.5))).map((other) => other.iri));
  graph.layout({
    name: "concentric", padding: 24, minNodeSpacing: neighbours.length > 8 ? 96 : 170, startAngle: -Math.PI / 2,
    concentric: (node) => (node.hasClass("centre") ? 3 : inner.has(node.id()) || rings === 1 ? 2 : 1), levelWidth: () => 1,
  }).run();
  const zoom = Math.min(1.15, Math.max(0.7, graph.zoom()));
  if (zoom !== graph.zoom()) { graph.zoom(zoom); graph.center(zoom < 1 ? graph.$(".centre") : undefined); }
  place.addEventListener("pointerdown", () => graph.userZoomingEnabled(true));
  place.addEventListener("pointerleave", () => graph.userZoomingEnabled(false));
  graph.on("tap", "node", (event) => { if (event.target.data("path")) location.assign(event.target.data("path")); });
})();

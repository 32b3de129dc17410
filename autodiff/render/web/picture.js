// The picture: numbers go into the graph that was drawn in Python, and the step in hand stands out.

const nodeOf = (place) => document.querySelector(`#graph [data-node="${place}"]`);

function put(group, name, text) {
  const element = group?.querySelector("." + name);
  if (element) element.textContent = text;
}

// What every node and edge shows, and which of them are near: `shown` says which value and gradient are known by now.
function picture(now, shown, near) {
  for (const { place } of DATA.nodes) {
    const group = nodeOf(place);
    put(group, "value", shown.value(place));
    put(group, "gradient", shown.gradient(place));
    group.classList.toggle("skipped", !now.live[place]);
    group.classList.toggle("waiting", now.live[place] && !shown.reached(place));
    group.classList.toggle("current", near.node === place);
    group.classList.toggle("used", near.used.has(place));
  }
  for (const edge of document.querySelectorAll("#graph .edge")) {
    const { from, to, argument } = edge.dataset;
    const key = from + " " + to, slope = now.partials[to]?.[argument];
    put(edge, "partial", shown.partial(Number(to)) && now.live[to] ? show(slope ?? 0) : "");
    edge.classList.toggle("forward-now", near.forward.has(key));
    edge.classList.toggle("backward-now", near.backward.has(key));
    edge.classList.toggle("skipped", !now.live[to] || !now.live[from]);
  }
  if (near.node !== null) reveal(nodeOf(near.node));
}

// Scroll the picture, and only the picture, to a node.
function reveal(group) {
  const frame = $("graph"), inner = group.getBoundingClientRect(), outer = frame.getBoundingClientRect();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom) return;
  frame.scrollBy({
    left: (inner.left + inner.right - outer.left - outer.right) / 2, top: (inner.top + inner.bottom - outer.top - outer.bottom) / 2,
    behavior: calm ? "auto" : "smooth",
  });
}

// Zoom: the width of the picture in per cent of its natural size; it begins as wide as the page lets it be.
let zoom = null;

function scale(factor) {
  const drawing = document.querySelector("#graph svg"), natural = drawing.viewBox.baseVal.width, room = $("graph").clientWidth;
  zoom = factor === null ? null : Math.min(4, Math.max(0.2, (zoom ?? Math.min(1.25, Math.max(0.7, room / natural))) * factor));
  drawing.style.width = (zoom === null ? Math.min(1.25, Math.max(0.7, room / natural)) : zoom) * natural + "px";
}

function prepareZoom() {
  $("larger").onclick = () => scale(1.25);
  $("smaller").onclick = () => scale(0.8);
  $("fit").onclick = () => { zoom = document.querySelector("#graph svg").viewBox.baseVal.width; zoom = $("graph").clientWidth / zoom; scale(1); };
  addEventListener("resize", () => zoom === null && scale(null));
  scale(null);
}

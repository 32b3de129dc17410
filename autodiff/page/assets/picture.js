// The picture: numbers go into the graph that was drawn in Python, and the step in hand stands out.

const SHORT = 5; // digits in boxes and on edges
const AWAY = 2.75; // the two arrows of an edge from their middle
const index = new Map(DATA.nodes.map(({ place }, k) => [place, k]));
const nodeOf = (place) => document.querySelector(`#graph .node[data-node="${index.get(place)}"]`);
const edges = DATA.edges.map(([from, to, argument, asked, rule, line, ...places]) => {
  const back = places.length > 0,
    there = typeof line === "string" ? line : lineOf(line),
    drawn = [there, backOf(there), ...places],
    children = [svg("path", { class: "forward" })];
  if (back) children.push(svg("path", { class: "backward" }), svg("text", { class: "partial" }), svg("text", { class: "share" }));
  const group = svg("g", { class: asked ? "edge asked" : "edge" }, ...children);
  $("edges").append(group);
  const edge = { group, from: DATA.nodes[from].place, to: DATA.nodes[to].place, argument, rule, back, drawn };
  placeEdge(edge, ...drawn);
  return edge;
});

// A line of level pieces and bends, from its numbers.
function lineOf([x, y, to, ...bends]) {
  let line = `M${x} ${y}H${to}`;
  for (let k = 0; k < bends.length; k += 4) {
    const [a, b, level, end] = bends.slice(k, k + 4);
    line += `C${a} ${y} ${a} ${level} ${b} ${level}H${end}`;
    y = level;
  }
  return line;
}

// The way back along an edge, whose level pieces (H) are joined by bends (C): the same beside it.
function backOf(there) {
  const parts = [];
  let x, y;
  for (const [, kind, text] of there.matchAll(/([MHC])([\d. ]+)/g)) {
    const found = text.split(" ").map(Number),
      bend = x + found[4] - found[0];
    if (kind === "H") parts.unshift("H" + x);
    if (kind === "C") parts.unshift(`C${bend} ${found[5] + 2 * AWAY} ${bend} ${y + 2 * AWAY} ${x} ${y + 2 * AWAY}`);
    [x, y] = [found.at(kind === "C" ? 4 : 0), kind === "H" ? y : found.at(-1)];
  }
  return `M${x} ${y + 2 * AWAY}${parts.join("")}`;
}

// Where the arrows of an edge run, and where its words stand.
function placeEdge({ group, back }, forward, backward, x, above, below) {
  const [there, again, partial, share] = group.children;
  there.setAttribute("d", forward);
  if (!back) return;
  again.setAttribute("d", backward);
  fill(partial, { x, y: above }, []);
  fill(share, { x, y: below }, []);
}

function put(group, name, text) {
  const element = group.querySelector("." + name);
  if (element && element.textContent !== text) element.textContent = text;
}

// What every node and edge shows, and which of them are near: `shown` says which value and gradient are known by now.
function picture(now, shown, near) {
  for (const node of DATA.nodes) nodeNow(now, shown, near, node, nodeOf(node.place));
  for (const edge of edges) edgeNow(now, shown, near, edge);
  $("graph").classList.toggle("back", near.back);
  $("g-desc").textContent = DATA.nodes
    .filter(({ place }) => now.live[place])
    .map((node) => `${node.name} = ${shown.value(node.place)}${node.label ? `, ${shown.gradient(node)}` : ""}`)
    .join("; ");
  if (near.node !== null) reveal(nodeOf(near.node));
}

function nodeNow(now, shown, near, node, group) {
  const { place } = node,
    live = now.live[place];
  put(group, "value", live ? shown.value(place) : "–");
  put(group, "gradient", live ? shown.gradient(node) : "–");
  group.classList.toggle("skipped", !live);
  group.classList.toggle("waiting", live && !shown.reached(place));
  group.classList.toggle("current", near.node === place);
  group.classList.toggle("used", near.used.has(place));
  group.classList.toggle("special", now.special.has(place));
}

// ∂u/∂b = c = 2 above the arrows, 3·2 = 6 below them.
function edgeNow(now, shown, near, edge) {
  const { group, from, to, argument, rule } = edge,
    key = from + " " + to,
    live = now.live[to] && now.live[from] && isTaken(now, edge);
  const slope = now.partials[to]?.[argument] ?? 0,
    sent = live && shown.sent(from);
  if (rule) {
    const symbol = `∂${nameOf(to)}/∂${nameOf(from)}`,
      constant = Number.isFinite(Number(rule)),
      isKnown = live && shown.partial(to);
    const written = constant ? [isKnown ? "" : rule.replace("-", "−")] : [rule];
    put(group, "partial", [symbol, ...written, isKnown ? show(slope, SHORT) : ""].filter((text) => text).join(" = "));
    put(group, "share", sent ? `${product(now.adjoint(to), slope)} = ${show(now.adjoint(to) * slope, SHORT)}` : "");
  }
  group.classList.toggle("forward-now", near.forward.has(key));
  group.classList.toggle("backward-now", near.backward.has(key));
  group.classList.toggle("skipped", !live);
  group.classList.toggle("ahead", live && !shown.reached(to));
  group.classList.toggle("owed", live && !shown.back(from));
}

// An `if` uses its condition, and one of its branches.
function isTaken(now, { to, argument }) {
  const node = DATA.tape.nodes[to];
  return node.op !== "if" || argument === 0 || argument === (now.values[node.args[0]] ? 1 : 2);
}

function product(a, b) {
  const [left, right] = [show(a, SHORT), show(b, SHORT)];
  return right.startsWith("−") ? `${left}·(${right})` : `${left}·${right}`;
}

// Scroll the picture, and only the picture, to a node.
function reveal(group, atOnce = false) {
  const frame = $("graph"),
    inner = group.getBoundingClientRect(),
    outer = frame.getBoundingClientRect();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom) return;
  frame.scrollBy({
    left: (inner.left + inner.right - outer.left - outer.right) / 2,
    top: (inner.top + inner.bottom - outer.top - outer.bottom) / 2,
    behavior: calm || atOnce ? "auto" : "smooth",
  });
}

// Zoom: how many times its natural size; null is as wide as there is room, but still legible.
let zoom = null;

const LEGIBLE = 0.7;
const widest = () => $("graph").clientWidth - 18;
const natural = () => $("g").viewBox.baseVal.width;
const usual = () => Math.min(isColumn ? 1 : 1.25, Math.max(LEGIBLE, widest() / natural()));

function scale(to) {
  zoom = to === null ? null : Math.min(4, Math.max(0.03, to));
  $("g").style.width = (zoom ?? usual()) * natural() + "px";
}

function prepareZoom() {
  $("larger").onclick = () => scale((zoom ?? usual()) * 1.25);
  $("smaller").onclick = () => scale((zoom ?? usual()) / 1.25);
  $("fit").onclick = () => scale(isColumn ? null : widest() / natural());
  addEventListener("resize", () => arrange());
  addEventListener("beforeprint", () => arrange(true));
  addEventListener("afterprint", () => arrange());
  arrange();
}

// The picture for narrow windows: all nodes below each other, each with a line for every argument; the arrows run beside them.

const [ROW, SPARE, LANE, BETWEEN, WIDE] = [30, 14, 13, 14, 216]; // heights of lines with and without words, widths
const TURN = 5; // the radius of bends
const AREA = ["x", "y", "width", "height"];
const drawn = new Map(DATA.nodes.map(({ place }) => [place, areaOf(nodeOf(place).querySelector("rect"))]));
const across = areaOf($("g").viewBox.baseVal);
let isColumn = false;

function areaOf(box) {
  return AREA.map((name) => (box.viewBox ?? box)[name].baseVal?.value ?? box[name]);
}

// Steps in their order, every variable before the first that uses it.
function downwards() {
  const users = (place) => edges.filter(({ from }) => from === place).map(({ to }) => to);
  const when = ({ place, formula }) => (formula ? place : Math.min(...users(place), DATA.tape.output) - 0.5);
  return [...DATA.nodes].sort((a, b) => when(a) - when(b));
}

// Short arrows run near the nodes; those that overlap beside each other.
function lanesOf(spans) {
  const taken = [];
  for (const span of [...spans].sort((a, b) => a.stop - a.start - b.stop + b.start)) {
    span.lane = taken.findIndex((others) => others.every(({ start, stop }) => stop < span.start || span.stop < start));
    if (span.lane < 0) span.lane = taken.push([]) - 1;
    taken[span.lane].push(span);
  }
  return taken.length;
}

// How wide the words of an edge may be.
const lengthOf = ({ from, to, rule, back }) =>
  back ? 110 + 6.4 * (nameOf(to) + nameOf(from) + rule).replace(/[\u2e80-\uffff]/g, "00").length : 0;

// The area of the whole column.
function inColumn() {
  const broad = Math.max(WIDE, ...[...drawn.values()].map(([, , width]) => width), ...edges.map(lengthOf));
  const spans = edges.map((edge) => ({ edge })),
    { boxes, bottom } = stacked(spans, broad);
  for (const [place, { text }] of boxes) leave(spans, place, text + drawn.get(place)[3] / 2);
  const left = (lanesOf(spans) + 1) * LANE;
  for (const [place, { top, text, width }] of boxes) {
    const [x, y, natural, height] = drawn.get(place);
    placeNode(place, left + (width - natural) / 2 - x, text - y, [left, top, width, text - top + height]);
  }
  for (const span of spans) runBeside(span, left);
  return [0, 0, left + broad + 12, bottom];
}

// The nodes from top to bottom; `text` is where the lines of a node begin, below those of its arguments, at which edges stop.
function stacked(spans, broad) {
  const boxes = new Map();
  let bottom = 4;
  for (const { place } of downwards()) {
    const top = bottom,
      [, , width, height] = drawn.get(place);
    for (const span of spans.filter(({ edge }) => edge.to === place)) {
      const room = span.edge.back ? ROW : SPARE;
      span.stop = bottom + room / 2 + 2;
      bottom += room;
    }
    boxes.set(place, { top, text: bottom, width: bottom === top ? width : broad });
    bottom += height + BETWEEN;
  }
  return { boxes, bottom };
}

// Where the edges of a node begin, around its middle: the one that goes farthest at the top.
function leave(spans, place, middle) {
  const leaving = spans.filter(({ edge }) => edge.from === place).sort((a, b) => b.stop - a.stop);
  leaving.forEach((span, k) => (span.start = middle + (2 * k - leaving.length + 1) * 5));
}

// An edge that leaves a node to the left, runs down its lane, and comes back to another.
function runBeside({ edge, start, stop, lane }, left) {
  const x = left - LANE * (lane + 1) + 3;
  const forward = `M${left} ${start + AWAY}H${x + AWAY + TURN}q-5 0-5 5V${stop - AWAY - TURN}q0 5 5 5H${left}`;
  const back = `M${left} ${stop + AWAY}H${x - AWAY + TURN}q-5 0-5-5V${start - AWAY + TURN}q0-5 5-5H${left}`;
  placeEdge(edge, forward, back, left + 10, stop - 2, stop + 11);
}

function placeNode(place, right, down, area) {
  const group = nodeOf(place);
  group.setAttribute("transform", `translate(${right} ${down})`);
  AREA.forEach((name, k) => group.querySelector("rect").setAttribute(name, area[k] - [right, down, 0, 0][k]));
}

// As it was drawn, or in a column where it could else not be read without moving it.
function arrange(toPrint = false) {
  const narrow = !toPrint && innerWidth < 640 && widest() < LEGIBLE * across[2];
  if (narrow !== isColumn) {
    isColumn = narrow;
    let area = across;
    if (narrow) area = inColumn();
    else {
      for (const [place, box] of drawn) placeNode(place, 0, 0, box);
      for (const edge of edges) placeEdge(edge, ...edge.drawn);
    }
    fill($("g"), { viewBox: area.join(" "), width: area[2], height: area[3] }, []);
    $("g").classList.toggle("column", narrow);
    $("edges").parentNode[narrow ? "append" : "prepend"]($("edges"));
  }
  scale(toPrint ? null : zoom);
}

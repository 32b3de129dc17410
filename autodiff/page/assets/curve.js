// The picture of a derivative: the output over one variable, and the tangent whose slope the derivative is.

const [LEFT, TOP, BROAD, HIGH] = [46, 6, 266, 160]; // the area of the curve within the picture
const [GRID, DEEPEST, OFF, SPLIT] = [96, 8, 0.4, 0.4567]; // first points; bisections; pixels that are not seen; not quite the middle
const MOST = Math.max(400, Math.min(4000, Math.round(2e5 / DATA.tape.nodes.length))); // evaluations for one curve
let over = DATA.inputs.find(({ place }) => DATA.tape.active[place])?.place ?? null;

function prepareCurve() {
  for (const { place, name } of DATA.inputs) if (DATA.tape.active[place]) $("over").append(el("option", { value: place }, name));
  $("over").onchange = () => {
    over = Number($("over").value);
    draw();
  };
}

function curve(shown) {
  $("slope").hidden = over === null || mode === "quiz";
  if (mode === "nudge" && inputs.has(nameOf(nudged.place))) over = nudged.place;
  if ($("slope").hidden) return;
  $("over").value = over;
  const name = nameOf(over),
    isReached = shown.reached(DATA.tape.output),
    isKnown = isReached && shown.back(over),
    found = isKnown ? tangentsAt(over) : [];
  $("plot").setAttribute("aria-label", say("{output} over {name}", { output: nameOf(DATA.tape.output), name }));
  $("plot").replaceChildren(...plotted(name, isReached, found));
  $("tangent").textContent = isKnown ? slopeSaid(found, { name, value: inputs.get(name) }) : "";
}

// Everything in the picture; nothing where there is no number.
function plotted(name, isReached, found) {
  const x = inputs.get(name),
    f = (t) => Number(evaluate(DATA.tape, new Map(inputs).set(name, t))[DATA.tape.output]);
  const xs = abscissas(x),
    ys = xs.map(f),
    frame = framed(xs, ys);
  if (!frame) return [];
  const area = svg("svg", { x: LEFT, y: TOP, width: BROAD, height: HIGH });
  const labels = axes(area, frame);
  area.append(svg("path", { class: "curve", d: trace(f, xs, ys, frame) }));
  for (const one of found) area.append(tangent(frame, x, ...one));
  if (mode === "nudge" && over === nudged.place) area.append(...dot("after", frame, x + nudged.size, f(x + nudged.size)));
  if (isReached) area.append(...dot("here", frame, x, now.value));
  return [area, ...labels];
}

// Where the curve is worked out at first: between the ends of the slider, and at the point itself.
function abscissas(x) {
  const slider = $("s" + over),
    own = Number.isFinite(x) ? [x] : [];
  const ends = [Number(slider.min), Number(slider.max), ...own],
    [low, high] = [Math.min(...ends), Math.max(...ends)];
  const grid = Array.from({ length: GRID + 1 }, (_, k) => low + ((high - low) * k) / GRID);
  return [...new Set([...grid, ...own])].sort((a, b) => a - b);
}

// From numbers to pixels; what is far away stays outside.
function framed(xs, ys) {
  const [low, high] = [xs[0], xs.at(-1)],
    range = spread(ys, now.value);
  if (!range || !(high > low)) return null;
  const [bottom, top] = range,
    down = (y) => ((top - y) / (top - bottom)) * HIGH;
  return { low, high, bottom, top, down, px: (t) => ((t - low) / (high - low)) * BROAD, py: (y) => clamp(down(y), -HIGH, 2 * HIGH) };
}

const clamp = (x, low, high) => Math.max(low, Math.min(high, x));

// From the least to the greatest number of a list, but for the far ends of what grows without end; with room around.
function spread(numbers, at) {
  const found = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  if (!found.length) return null;
  const [lower, upper] = [0.1, 0.9].map((part) => found[Math.round(part * (found.length - 1))]),
    beyond = upper - lower,
    own = Number.isFinite(at) ? [at] : [];
  const low = Math.min(Math.max(found[0], lower - beyond), ...own),
    high = Math.max(Math.min(found.at(-1), upper + beyond), ...own);
  const size = Math.max(Math.abs(low), Math.abs(high)),
    room = high - low > 1e-9 * size ? (high - low) * 0.06 : size / 2 || 1;
  return Number.isFinite(high - low) ? [low - room, high + room] : null;
}

// Round numbers in a range.
function ticks(low, high) {
  const rough = (high - low) / 4,
    power = 10 ** Math.floor(Math.log10(rough)),
    step = [1, 2, 5, 10].find((k) => k * power >= rough) * power;
  const from = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - from + 1) }, (_, k) => Number(((from + k) * step).toPrecision(9)));
}

const line = (kind, x1, y1, x2, y2) => svg("line", { class: kind, x1, y1, x2, y2 });

// The lines at round numbers go into the area; their labels, around it, are given back.
function axes(area, { low, high, bottom, top, px, py }) {
  const label = (x, at, y, anchor) => svg("text", { x: at, y, "text-anchor": anchor }, show(x, 4));
  const across = ticks(low, high).map((t) => {
    area.append(line(t ? "grid" : "axis", px(t), 0, px(t), HIGH));
    return label(t, LEFT + clamp(px(t), 10, BROAD - 10), TOP + HIGH + 14, "middle");
  });
  const upwards = ticks(bottom, top).map((y) => {
    area.append(line(y ? "grid" : "axis", 0, py(y), BROAD, py(y)));
    return label(y, LEFT - 4, TOP + py(y) + 4, "end");
  });
  return [...across, ...upwards];
}

const dot = (kind, { px, py }, x, y) =>
  Number.isFinite(x) && Number.isFinite(y) ? [svg("circle", { class: kind, cx: px(x), cy: py(y), r: 4.5 })] : [];

// The curve in pieces: more points where it bends, the pen lifted where it jumps, has a pole, or is not defined. What is steep
// within a hundredth of a pixel is no jump if it meets on a closer look.
function trace(f, xs, ys, { px, py }) {
  const parts = [];
  let rest = MOST,
    down = false;

  function pen(x, y) {
    if (!Number.isNaN(y)) parts.push(`${down ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}${down ? "" : "h0"}`);
    down = !Number.isNaN(y);
  }

  function join(a, ya, b, yb, depth) {
    if (Number.isNaN(ya) && Number.isNaN(yb)) return pen(0, NaN);
    if (depth < DEEPEST && rest-- > 0) {
      const c = a + (b - a) * SPLIT,
        yc = py(f(c));
      if (!(Math.abs(yc - ya - (yb - ya) * SPLIT) < OFF)) {
        join(a, ya, c, yc, depth + 1);
        return join(c, yc, b, yb, depth + 1);
      }
    } else if (!meets(a, ya, b, yb)) down = false;
    pen(px(b), yb);
  }

  function meets(a, ya, b, yb) {
    while (!(Math.abs(ya - yb) < 2)) {
      const c = a + (b - a) * SPLIT,
        yc = py(f(c));
      if (!(c > a && c < b) || Number.isNaN(ya + yb + yc) || rest-- < 0) return false;
      if (Math.abs(ya - yc) > Math.abs(yc - yb)) [b, yb] = [c, yc];
      else [a, ya] = [c, yc];
    }
    return true;
  }

  pen(px(xs[0]), py(ys[0]));
  for (let k = 1; k < xs.length; k++) join(xs[k - 1], py(ys[k - 1]), xs[k], py(ys[k]), 0);
  return parts.join("");
}

// The tangents at a point, each with its slope and where it goes: both ways, or one. None where there is none.
function tangentsAt(place) {
  const { status, left = null, right = null } = now.statuses.get(place) ?? {},
    slope = now.gradient(place);
  if (!Number.isFinite(now.value)) return [];
  if (!status) return [[slope, -1, 1]];
  if (status === "infinite") return [[Infinity, -1, 1]];
  if (status === "one_sided") return [left === null ? [slope, 0, 1] : [slope, -1, 0]];
  if (status !== "kink") return [];
  return [...(left === null ? [] : [[left, -1, 0]]), ...(right === null ? [] : [[right, 0, 1]])];
}

// A tangent, as far as it can be seen.
function tangent({ low, high, bottom, top, px, down }, x, slope, back, on) {
  const reach = 2 * (top - bottom),
    far = Math.min(high - low, reach / Math.abs(slope)),
    rise = slope === Infinity ? reach : slope * far;
  return line("tangent", ...[back, on].flatMap((side) => [px(x + side * far), down(now.value + side * rise)]));
}

function slopeSaid(found, at) {
  const text = now.statuses.get(over)?.status ?? now.valueStatus?.status ?? "undefined";
  if (!found.length) return say("No tangent at {name} = {value}: {status}", { ...at, status: { text } });
  const [[slope], other] = found;
  if (other) return say("Corner at {name} = {value}: slope {left} on the left, {right} on the right", { ...at, left: slope, right: other[0] });
  if (slope === Infinity) return say("Vertical tangent at {name} = {value}", at);
  return say("Tangent at {name} = {value}: slope {slope}", { ...at, slope });
}

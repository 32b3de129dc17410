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

const clamp = (x, low, high) => Math.max(low, Math.min(high, x));

// From the least to the greatest number of a list, but for the far ends of what grows without end; with room around.
function spread(numbers, at) {
  const found = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  if (!found.length) return null;
  const [lower, upper] = [0.1, 0.9].map((part) => found[Math.round(part * (found.length - 1))]),
    beyond = upper - lower;
  const known = Number.isFinite(at) ? [at] : [];
  const low = Math.min(Math.max(found[0], lower - beyond), ...known),
    high = Math.max(Math.min(found.at(-1), upper + beyond), ...known);
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

// The curve in pieces: more points where it bends, the pen lifted where it jumps, has a pole, or is not defined. What is steep
// within a hundredth of a pixel is no jump if it meets on a closer look.
function trace(f, xs, ys, px, py) {
  const parts = [];
  let rest = MOST,
    down = false;
  const pen = (x, y) => {
    if (!Number.isNaN(y)) parts.push(`${down ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}${down ? "" : "h0"}`);
    down = !Number.isNaN(y);
  };
  const join = (a, ya, b, yb, depth) => {
    if (Number.isNaN(ya) && Number.isNaN(yb)) return pen(0, NaN);
    const c = a + (b - a) * SPLIT;
    let isStraight = false;
    if (c > a && c < b && depth < DEEPEST && rest-- > 0) {
      const yc = py(f(c));
      isStraight = Math.abs(yc - ya - (yb - ya) * SPLIT) < OFF;
      if (!isStraight) {
        join(a, ya, c, yc, depth + 1);
        return join(c, yc, b, yb, depth + 1);
      }
    }
    if (!isStraight && !meets(a, ya, b, yb)) down = false;
    pen(px(b), yb);
  };
  const meets = (a, ya, b, yb) => {
    while (!(Math.abs(ya - yb) < 2)) {
      const c = a + (b - a) * SPLIT,
        yc = py(f(c));
      if (!(c > a && c < b) || Number.isNaN(ya + yb + yc) || rest-- < 0) return false;
      if (Math.abs(ya - yc) > Math.abs(yc - yb)) [b, yb] = [c, yc];
      else [a, ya] = [c, yc];
    }
    return true;
  };
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

function curve(shown) {
  $("slope").hidden = over === null || mode === "quiz";
  if (mode === "nudge" && inputs.has(nameOf(nudged.place))) over = nudged.place;
  if ($("slope").hidden) return;
  $("over").value = over;
  const name = nameOf(over),
    x = inputs.get(name),
    isKnown = Number.isFinite(x),
    slider = $("s" + over);
  const ends = [Number(slider.min), Number(slider.max), ...(isKnown ? [x] : [])],
    [low, high] = [Math.min(...ends), Math.max(...ends)];
  const f = (t) => Number(evaluate(DATA.tape, new Map(inputs).set(name, t))[DATA.tape.output]);
  const grid = Array.from({ length: GRID + 1 }, (_, k) => low + ((high - low) * k) / GRID),
    xs = [...new Set([...grid, ...(isKnown ? [x] : [])])].sort((a, b) => a - b),
    ys = xs.map(f);
  const range = spread(ys, now.value);
  const area = svg("svg", { x: LEFT, y: TOP, width: BROAD, height: HIGH });
  $("plot").replaceChildren(area);
  $("plot").setAttribute("aria-label", say("{output} over {name}", { output: nameOf(DATA.tape.output), name }));
  if (!range || !(high > low)) return $("tangent").replaceChildren();
  const [bottom, top] = range,
    px = (t) => ((t - low) / (high - low)) * BROAD,
    py = (y) => clamp(((top - y) / (top - bottom)) * HIGH, -HIGH, 2 * HIGH);
  const line = (kind, x1, y1, x2, y2) => svg("line", { class: kind, x1, y1, x2, y2 });
  const label = (text, at, down, anchor) => svg("text", { x: at, y: down, "text-anchor": anchor }, text);
  for (const t of ticks(low, high)) {
    area.append(line(t ? "grid" : "axis", px(t), 0, px(t), HIGH));
    $("plot").append(label(show(t, 4), LEFT + clamp(px(t), 10, BROAD - 10), TOP + HIGH + 14, "middle"));
  }
  for (const y of ticks(bottom, top)) {
    area.append(line(y ? "grid" : "axis", 0, py(y), BROAD, py(y)));
    $("plot").append(label(show(y, 4), LEFT - 4, TOP + py(y) + 4, "end"));
  }
  const isReached = shown.reached(DATA.tape.output),
    found = isReached && shown.back(over) ? tangentsAt(over) : [];
  area.append(svg("path", { class: "curve", d: trace(f, xs, ys, px, py) }));
  for (const [slope, back, on] of found) {
    const far = Math.min(high - low, (2 * (top - bottom)) / Math.abs(slope)),
      rise = Number.isFinite(slope) ? slope * far : 2 * (top - bottom);
    const [a, b] = [back, on].map((side) => [px(x + side * far), ((top - now.value - side * rise) / (top - bottom)) * HIGH]);
    area.append(line("tangent", ...a, ...b));
  }
  const dot = (kind, t, y) => Number.isFinite(y) && area.append(svg("circle", { class: kind, cx: px(t), cy: py(y), r: 4.5 }));
  if (mode === "nudge" && over === nudged.place) dot("after", x + nudged.size, f(x + nudged.size));
  if (isKnown && isReached) dot("here", x, now.value);
  $("tangent").textContent = isReached && shown.back(over) ? slopeSaid(found, { name, value: x }) : "";
}

function slopeSaid(found, at) {
  const status = now.statuses.get(over)?.status ?? now.valueStatus?.status ?? "undefined";
  if (!found.length) return say("No tangent at {name} = {value}: {status}", { ...at, status: { text: status } });
  const [[slope], other] = found;
  if (other) return say("Corner at {name} = {value}: slope {left} on the left, {right} on the right", { ...at, left: slope, right: other[0] });
  if (slope === Infinity) return say("Vertical tangent at {name} = {value}", at);
  return say("Tangent at {name} = {value}: slope {slope}", { ...at, slope });
}

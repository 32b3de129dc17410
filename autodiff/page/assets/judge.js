// Whether a number can be believed: a status for the value and for every derivative, with the node that caused it.
// The conditions of special points come from the table; the order of statuses is Python's.

const CONDITIONS = new Set(["lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"]);
const STEEP = ["overflow", "pole", "infinite"];
const rank = (event) => ORDER.indexOf(event.status === "edge" ? "kink" : event.status);
const kinkIfEdge = (status) => (status === "edge" ? "kink" : status);
const first = (events) => events.reduce((a, b) => (b && (!a || rank(b) < rank(a)) ? b : a), null);
const wild = (slopes) => (slopes ?? []).some((slope) => slope !== null && !Number.isFinite(slope));

// The nodes where derivatives need a word; `argument` is the number of the argument it is about, null means all.
function events(at) {
  const live = ancestors(at.tape, [at.tape.output], at.values);
  return at.tape.nodes.flatMap((node, i) => (live[i] && node.op && node.op !== "if" ? eventsAt(at, node, i) : []));
}

function eventsAt(at, node, i) {
  const row = ROWS[node.row],
    args = node.args.map((j) => at.values[j]),
    out = at.values[i];
  const name = { text: row.spelled };
  const finite = args.every((x) => Number.isFinite(Number(x)));
  if (Number.isNaN(out)) {
    if (args.some(Number.isNaN)) return [];
    const text = !finite
      ? N_("{name} of these infinities has no value")
      : node.op === "pow" && args[0] < 0
        ? NO_ROOT
        : N_("{name} has no real value here");
    return [{ node: i, status: finite ? "domain" : "undefined", reason: { text, values: { name } }, argument: null }];
  }
  const listed = row.points.flatMap(({ argument, test, kinds }) => {
    const met = argument === null || at.tape.active[node.args[argument]] ? test(...args, out) : 0;
    return met ? [{ node: i, status: kinds[met - 1][0], reason: { text: kinds[met - 1][1], values: { name } }, argument }] : [];
  });
  if (Math.abs(out) === Infinity && finite && !listed.some(({ status }) => status === "pole" || status === "infinite"))
    listed.push({
      node: i,
      status: "overflow",
      reason: { text: "{name} is too large for a double here", values: { name } },
      argument: null,
    });
  return listed;
}

// The status of the value and of the derivative with respect to every variable; what is ok is left out.
function judge(at) {
  const found = events(at),
    statuses = new Map();
  for (const [place, node] of at.tape.nodes.entries()) {
    if (node.name === undefined || !at.tape.active[place]) continue;
    const status = ofDerivative(at, found, place);
    if (status) statuses.set(place, { ...status, node: visible(at.tape, status.node) });
  }
  return { value: ofValue(at, found), derivatives: statuses };
}

function ofValue(at, found) {
  if (Number.isNaN(at.value)) {
    const cause = first(found.filter((event) => Number.isNaN(at.values[event.node])));
    return cause ?? { status: "domain", node: at.values.findIndex(Number.isNaN), reason: { text: "a variable is not a number" } };
  }
  if (Number.isFinite(at.value)) return null;
  return found.find((event) => Math.abs(at.values[event.node]) === Infinity && STEEP.includes(event.status)) ?? null;
}

function ofDerivative(at, found, place) {
  if (Number.isNaN(at.values[place])) return { status: "domain", node: place, reason: { text: "the variable is not a number" } };
  if (Number.isNaN(at.value)) return ofValue(at, found);
  const slope = at.adjoint(place);
  if (!found.length && Number.isFinite(slope)) return null;
  const reached = at.tape.nodes.map((_, i) => i === place);
  at.tape.nodes.forEach((node, i) => {
    if (node.op) reached[i] = node.args.some((j) => reached[j]);
  });
  const ahead = found.filter(
    ({ node, argument }) => reached[node] && (argument === null || reached[at.tape.nodes[node].args[argument]]),
  );
  if (!Number.isFinite(slope)) return notFinite(at, ahead, reached, place, slope);
  return ahead.length ? finite(at, ahead, place, slope) : null;
}

// A derivative that is infinite or not a number.
function notFinite(at, ahead, reached, place, slope) {
  const cause = causeOf(at, ahead, reached, slope);
  const own = cause.status === "pole" && at.partials[cause.node].some(Number.isNaN);
  const kept = !Number.isNaN(slope) || cause.status === "domain" || own;
  const product = !kept && (cause.status === "infinite" || cause.status === "pole");
  const status = kept ? cause.status : "undefined";
  const reason = product ? { text: "0 times infinity: {reason}", values: { reason: cause.reason } } : cause.reason;
  const [left, right] = sides(at, place).map((side) =>
    !side || (status === "undefined" && side.limit !== at.value) || (status === "overflow" && Number.isFinite(side.slope))
      ? null
      : side.slope,
  );
  return { status, node: cause.node, reason, left, right };
}

function causeOf(at, ahead, reached, slope) {
  const ranked = first(ahead.filter((event) => wild(at.partials[event.node]))) ?? first(ahead);
  if (ranked && rank(ranked) <= ORDER.indexOf("infinite")) return ranked;
  const status = Number.isNaN(slope) ? "undefined" : "overflow";
  const node = at.tape.nodes.findIndex((_, i) => reached[i] && wild(at.partials[i]));
  if (node >= 0) return { status, node, reason: { text: "the local derivative is too large for a double" } };
  return { status, node: at.tape.output, reason: { text: "a product in the backward pass is too large for a double" } };
}

// A finite derivative with events on its way.
function finite(at, ahead, place, slope) {
  const cause = first(ahead);
  if (cause.status === "overflow") return cause;
  const pair = sides(at, place);
  if (pair.includes(null)) return { ...cause, status: kinkIfEdge(cause.status) };
  const found = kindOf(at.value, slope, pair, scaleOf(at, place));
  const kind = found === "unclear" ? kinkIfEdge(cause.status) : found;
  return kind === "ok" ? null : verdict(kind, slope, ahead, pair);
}

function verdict(kind, slope, ahead, pair) {
  const fitting = ahead.find((event) => event.status === kind);
  const cause = fitting ?? first(ahead),
    [left, right] = pair.map((side) => side.slope);
  let reason = kind === "one_sided" && !fitting ? { text: "the domain ends at this point" } : cause.reason;
  if (kind === "kink" && left !== null && right !== null && same(left, right, 0))
    reason = {
      text: "{reason}; the true derivative is {slope}, the conventions of the corners add up to {sum}",
      values: { reason, slope: left, sum: slope },
    };
  return { status: kind, node: cause.node, reason, left, right };
}

// What the two sides say about a derivative that is finite.
function kindOf(value, slope, pair, scale) {
  const there = pair.filter((side) => !Number.isNaN(side.limit));
  if (there.some((side) => !same(side.limit, value, 0))) return "jump";
  const known = there.filter((side) => side.slope !== null);
  if (known.some((side) => !Number.isFinite(side.slope))) return "infinite";
  if (known.some((side) => !same(side.slope, slope, scale))) return "kink";
  if (known.length < there.length || !there.length) return "unclear";
  return there.length === 1 ? "one_sided" : "ok";
}

// The sum of the magnitudes that a derivative was added up from.
function scaleOf(at, place) {
  let total = 0;
  at.tape.nodes.forEach((node, i) =>
    (node.args ?? []).forEach((j, k) => {
      if (j === place && at.partials[i] !== null && at.adjoints[i] !== null)
        total += Math.abs(at.adjoints[i] * (at.partials[i][k] ?? 0));
    }),
  );
  return total;
}

function sides(at, place) {
  return Number.isFinite(at.values[place]) ? [beside(at, place, -1), beside(at, place, 1)] : [null, null];
}

// The `if` that a condition belongs to; any other node itself.
function visible(tape, place) {
  if (!CONDITIONS.has(tape.nodes[place].op)) return place;
  const user = tape.nodes.findIndex(
    (node, i) => i > place && node.op && node.args.includes(place) && (node.op === "if" || CONDITIONS.has(node.op)),
  );
  return user < 0 ? place : visible(tape, user);
}

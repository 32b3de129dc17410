// The engine: a tape is a list of nodes in which every node follows its arguments; a pass is a loop over it.
// It does what evaluate.py and calculus.py do, in the same order, so that the numbers are the same to the last bit.
// ROWS, the functions of the primitives in use, is written from the table; null is a structural zero.

function evaluate(tape, inputs) {
  const values = tape.nodes.map((node) => ("value" in node ? Number(node.value) : "name" in node ? inputs.get(node.name) : null));
  let stop = 0;
  tape.nodes.forEach((node, i) => {
    if (i < stop) return;
    const run = tape.runs[i];
    if (run && values[run.condition] !== run.when) stop = run.stop;
    else if (node.op) values[i] = ROWS[node.op].value(...node.args.map((j) => values[j]));
  });
  return values;
}

// Which nodes depend on one of these variables.
function active(tape, names) {
  const flags = [];
  for (const node of tape.nodes) flags.push(node.op ? node.args.some((j) => flags[j]) : names.has(node.name));
  return flags;
}

// Which nodes the output was computed from; branches that were not taken do not count.
function ancestors(tape, roots, values) {
  const flags = tape.nodes.map(() => false);
  for (const root of roots) flags[root] = true;
  for (let i = flags.length - 1; i >= 0; i--) {
    const node = tape.nodes[i];
    if (!flags[i] || !node.op) continue;
    const [first, second, third] = node.args;
    for (const j of node.op === "if" ? [first, values[first] ? second : third] : node.args) flags[j] = true;
  }
  return flags;
}

function linearize(tape, values, flags) {
  return tape.nodes.map((node, i) => {
    const out = values[i];
    if (!flags[i] || !node.op || out === null) return null;
    if (Number.isNaN(out)) return node.args.map((j) => (flags[j] ? NaN : null));
    return localPartials(tape, node, node.args.map((j) => values[j]), out, node.args.map((j) => flags[j]));
  });
}

function localPartials(tape, node, args, out, wanted) {
  const row = ROWS[node.op];
  if (node.op === "if") return wanted.map((want, k) => (want && k > 0 && args[0] === (k === 1) ? 1 : null));
  if (row.variadic) return variadicPartials(row, args, out, wanted);
  const literal = row.literal && !tape.varies[node.args.at(-1)];
  return (literal ? row.literal : row.partials).map((partial, k) => (wanted[k] ? partial(...args, out) : null));
}

// One formula for every argument in turn; where their sum is known to be 1, rounding is taken out.
function variadicPartials(row, args, out, wanted) {
  const ties = args.filter((x) => x === out).length;
  const slopes = args.map((x, k) => (wanted[k] || row.unit ? row.partials[0](x, out, ties) : null));
  const moving = slopes.filter((slope) => slope !== null);
  const total = row.unit && moving.length ? moving.reduce((a, b) => ROWS[row.unit].value(a, b)) : NaN;
  return slopes.map((slope, k) => (!wanted[k] || slope === null ? null : Number.isNaN(total) ? slope : slope / total));
}

// Forward mode: how fast every node moves when the nodes with a tangent do.
function push(tape, partials, tangents) {
  const moved = tape.nodes.map((_, i) => tangents.get(i) ?? null);
  tape.nodes.forEach((node, i) => {
    if (partials[i] === null) return;
    moved[i] = null;
    node.args.forEach((j, k) => {
      const slope = partials[i][k];
      if (slope === null || moved[j] === null) return;
      moved[i] = moved[i] === null ? slope * moved[j] : moved[i] + slope * moved[j];
    });
  });
  return moved;
}

// Reverse mode: the derivative of the output with respect to every node.
function pull(tape, partials, seed) {
  const adjoints = tape.nodes.map(() => null);
  adjoints[tape.output] = seed;
  for (let i = tape.output; i >= 0; i--) {
    if (adjoints[i] === null || partials[i] === null) continue;
    tape.nodes[i].args.forEach((j, k) => {
      const slope = partials[i][k];
      if (slope === null) return;
      adjoints[j] = adjoints[j] === null ? adjoints[i] * slope : adjoints[j] + adjoints[i] * slope;
    });
  }
  return adjoints;
}

// Everything known about the tape at a point.
function work(tape, inputs) {
  const values = evaluate(tape, inputs);
  const value = Number(values[tape.output]);
  const partials = linearize(tape, values, tape.active);
  const adjoints = pull(tape, partials, Number.isNaN(value) ? NaN : 1);
  const unreached = Number.isNaN(value) ? NaN : 0;
  const adjoint = (i) => (adjoints[i] === null ? unreached : adjoints[i] + 0);
  return { tape, inputs, values, value, partials, adjoints, adjoint };
}

// The engine: a tape is a list of nodes in which every node follows its arguments; a pass is a loop over it.
// It does what evaluate.py and push_pull.py do, in the same order, so that the numbers are the same to the last bit.
// ROWS, the functions of the primitives in use, are written from the table; null is a structural zero.

// A step whose value is held is not computed: it is taken as free.
function evaluate(tape, inputs, held = new Map()) {
  const values = tape.nodes.map((node) => ("value" in node ? Number(node.value) : "name" in node ? inputs.get(node.name) : null));
  let stop = 0;
  tape.nodes.forEach((node, i) => {
    if (i < stop) return;
    const run = tape.runs[i];
    if (run && values[run.condition] !== run.when) stop = run.stop;
    else if (held.has(i)) values[i] = held.get(i);
    else if (node.op) values[i] = ROWS[node.row].value(...node.args.map((j) => values[j]));
  });
  return values;
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
    if (!flags[i] || !node.op || values[i] === null) return null;
    const slopes = ROWS[node.row].partials(...node.args.map((j) => values[j]), values[i]);
    return slopes.map((slope, k) => (flags[node.args[k]] ? slope : null));
  });
}

// Forward mode: how fast every node moves when the nodes with a tangent do.
function push(tape, partials, tangents) {
  const moved = tape.nodes.map((_, i) => tangents.get(i) ?? null);
  tape.nodes.forEach((node, i) => {
    if (partials[i] === null || tangents.has(i)) return;
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

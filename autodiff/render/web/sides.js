// What happens beside a point: the formula is worked out at distances that shrink to a quarter each time, and the limits of
// its values and of its exact slopes are read off. Python follows series instead; both are compared in the tests.

const STEPS = Array.from({ length: 24 }, (_, k) => 4 ** -(k + 2));

// The output beside the point: its limit, NaN where there is no value, and its slope, null where none can be told.
function beside(at, place, sign) {
  const name = at.tape.nodes[place].name, x = at.inputs.get(name);
  const distances = STEPS.map((step) => step * Math.max(1, Math.abs(x)));
  const near = distances.map((h) => work(at.tape, new Map(at.inputs).set(name, x + sign * h)));
  const values = near.map((one) => one.value);
  const found = tends(values);
  const limit = found === null ? at.value : same(found, at.value, 1) ? at.value : found;
  let slope = tends(near.map((one) => (one.adjoints[place] ?? 0)));
  if (slope === null || Number.isNaN(slope)) slope = tends(values.map((value, k) => (sign * (value - limit)) / distances[k]));
  return { limit, slope: slope === null || Number.isNaN(slope) || Number.isNaN(limit) ? null : slope };
}

// The limit of a sequence: infinite where it grows without end, NaN where its end is not a number, null where it cannot be told.
function tends(sequence) {
  const end = sequence.slice(-3);
  const broken = sequence.findIndex((x) => !Number.isFinite(x));
  const kept = broken < 0 ? sequence : sequence.slice(0, broken);
  const steps = kept.slice(1).map((x, k) => x - kept[k]);
  const calm = steps.findIndex((step, k) => k > 0 && Math.abs(step) + Math.abs(steps[k - 1]) <= 1e-9 * Math.abs(kept[k + 1]));
  if (calm >= 0) return best(kept, steps, calm);
  if (end.every(Number.isNaN)) return NaN;
  if (end.every((x) => x === end[0]) && !Number.isFinite(end[0])) return end[0];
  return steps.length < 5 ? null : extrapolated(kept, steps);
}

// Where the sequence is calm, the term that differs least from the one before; exact where it stands still.
function best(kept, steps, from) {
  let k = from;
  for (let i = from; i < steps.length && Math.abs(steps[i]) <= 1e-9 * Math.abs(kept[i]); i++) if (Math.abs(steps[i]) <= Math.abs(steps[k])) k = i;
  return kept[k + 1];
}

// The end of the sequence from the ratios of its steps, where three of them are most alike (Aitken's process).
function extrapolated(kept, steps) {
  const ratios = steps.slice(1).map((step, k) => step / steps[k]);
  let at = 2, spread = Infinity;
  for (let k = 2; k < ratios.length; k++) {
    const three = ratios.slice(k - 2, k + 1), wide = Math.max(...three) - Math.min(...three);
    if (wide <= spread) [at, spread] = [k, wide];
  }
  const ratio = ratios[at], step = steps[at + 1];
  if (spread <= 0.1 * Math.max(1, Math.abs(ratio)) && ratio >= 0.97) return step > 0 ? Infinity : -Infinity;
  if (spread <= 0.1 && Math.abs(ratio) <= 0.9) {
    const end = kept[at + 2] + (step * ratio) / (1 - ratio);
    return Math.abs(end) <= 1e-6 * Math.max(...kept.map(Math.abs)) ? 0 : end;
  }
  return null;
}

function same(a, b, scale) {
  const near = 1e-6 * Math.max(Math.abs(a), Math.abs(b), scale);
  return a === b || (near < Infinity && Math.abs(a - b) <= near);
}

// What happens beside a point: the formula is worked out at distances that shrink to a quarter each time, and the limits of
// its values and of its exact slopes are read off. Python follows series instead; both are compared in the tests.

const LATE = 8,
  CALM = 1e-9;
const STEPS = Array.from({ length: 24 }, (_, k) => 4 ** -(k + 2));

// The output beside the point: its limit, NaN where there is no value, and its slope, null where none can be told.
function beside(at, place, sign) {
  const name = at.tape.nodes[place].name,
    x = at.inputs.get(name);
  const distances = STEPS.map((step) => step * Math.max(1, Math.abs(x)));
  const near = distances.map((h) => decided(work(at.tape, new Map(at.inputs).set(name, x + sign * h)), place));
  const values = near.map(({ value }) => value),
    found = tends(values);
  const limit = found === null || same(found, at.value, 1) ? at.value : found;
  let slope = tends(near.map((one) => one.slope));
  if (slope === null || Number.isNaN(slope)) slope = tends(values.map((value, k) => (sign * (value - limit)) / distances[k]));
  const flat = Number.isFinite(slope) && values.every((value) => value === limit && !Number.isFinite(value)); // infinite all along
  return { limit, slope: flat || Number.isNaN(slope) || Number.isNaN(limit) ? null : slope };
}

// The value and the slope; NaN where a condition could not be decided, since it compares what is not a number.
function decided(one, place) {
  const live = ancestors(one.tape, [one.tape.output], one.values);
  const undecided = one.tape.nodes.some(
    (node, i) => live[i] && CONDITIONS.has(node.op) && node.args.some((j) => Number.isNaN(one.values[j])),
  );
  return undecided ? { value: NaN, slope: NaN } : { value: one.value, slope: one.adjoints[place] ?? 0 };
}

// The limit of a sequence: infinite where it grows without end, NaN where its end is not a number, null where it cannot be told.
// What comes very near the point may be nothing but rounding, so the first terms count most.
function tends(sequence) {
  const begin = sequence.findIndex((x) => !Number.isNaN(x));
  if (begin < 0 || begin >= LATE) return NaN;
  const kept = steady(sequence.slice(begin)),
    steps = kept.slice(1).map((x, k) => x - kept[k]),
    end = sequence.slice(-3);
  const calm = steps.findIndex((step, k) => k > 0 && Math.abs(step) + Math.abs(steps[k - 1]) <= CALM * Math.abs(kept[k + 1]));
  if (calm >= 0) return best(kept, steps, calm);
  const found = steps.length < 5 ? null : extrapolated(kept, steps);
  if (found !== null) return found;
  return end.every((x) => Object.is(x, end[0])) && !Number.isFinite(end[0]) ? end[0] : null;
}

// The terms up to the first that is not finite, or that leaves for another place at once, or for nothing.
function steady(sequence) {
  for (const [k, x] of sequence.entries()) {
    if (!Number.isFinite(x)) return sequence.slice(0, k);
    if (k < 3) continue;
    const before = sequence.slice(Math.max(0, k - 4), k),
      size = Math.max(...before.map(Math.abs)),
      last = before.at(-1);
    const moved = Math.max(...before.slice(1).map((y, i) => Math.abs(y - before[i]))),
      step = Math.abs(x - last);
    const leaps = moved <= size / 20 && step > size / 1000 && step > 10 * moved,
      vanishes = x === 0 && Math.abs(last) > size / 1000;
    if (leaps || vanishes) return sequence.slice(0, k);
  }
  return sequence;
}

// Where the sequence is calm, the term that differs least from the one before; exact where it stands still.
function best(kept, steps, from) {
  let k = from;
  for (let i = from; i < steps.length && Math.abs(steps[i]) <= CALM * Math.abs(kept[i]); i++)
    if (Math.abs(steps[i]) <= Math.abs(steps[k])) k = i;
  return kept[k + 1];
}

// The end of the sequence from the ratios of its steps, where three of them are most alike (Aitken's process).
function extrapolated(kept, steps) {
  const ratios = steps.slice(1).map((step, k) => step / steps[k]);
  let at = 2,
    spread = Infinity;
  for (let k = 2; k < ratios.length; k++) {
    const three = ratios.slice(k - 2, k + 1),
      wide = Math.max(...three) - Math.min(...three);
    if (wide <= spread) [at, spread] = [k, wide];
  }
  const ratio = ratios[at],
    step = steps[at + 1];
  if (spread <= 0.1 * Math.max(1, Math.abs(ratio)) && ratio >= 0.97) return step > 0 ? Infinity : -Infinity;
  if (spread <= 0.1 && Math.abs(ratio) <= 0.9) {
    const end = kept[at + 2] + (step * ratio) / (1 - ratio);
    return Math.abs(end) <= 1e-5 * Math.max(...kept.map(Math.abs)) ? 0 : end;
  }
  return null;
}

function same(a, b, scale) {
  const near = 1e-6 * Math.max(Math.abs(a), Math.abs(b), scale);
  return a === b || (near < Infinity && Math.abs(a - b) <= near);
}

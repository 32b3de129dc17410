// Numbers: how they are shown to people.

const DIGITS = 6;

function show(x, digits = DIGITS) {
  if (x === null || x === undefined) return "";
  if (typeof x === "boolean") return String(Number(x));
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "∞" : "−∞";
  const rounded = Number(x.toPrecision(digits)),
    size = Math.floor(Math.log10(Math.abs(rounded)));
  const plain = rounded === 0 || (size >= -4 && size < Math.max(digits, 6));
  const text = plain ? String(rounded) : rounded.toExponential().replace("e+", "e");
  return (rounded === 0 ? "0" : text).replace(/-/g, "−");
}

// A difference of two numbers; what is nothing but rounding is 0.
function difference(after, before) {
  const found = after - before;
  return Math.abs(found) <= 4e-15 * Math.max(Math.abs(after), Math.abs(before)) ? 0 : found;
}

// Numbers: how they are shown to people, and how people may type them.

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

// A number that was typed: 3, -1e-3, 1/3, pi/4, 3*(2+1), sqrt(2). null where it is none. CALLED and NAMED come from the table.
function typed(text) {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/[−–]/g, "-")
    .replace(/[×·]/g, "*")
    .replace(/÷/g, "/")
    .replace(/\*\*/g, "^")
    .replace(/，/g, ",");
  const tokens = plain.match(/(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[a-zπ∞][a-z0-9π∞]*|[-+*/^()]|\S/g) ?? [];
  let at = 0;
  const accept = (...signs) => (signs.includes(tokens[at]) ? tokens[at++] : null);
  const fail = () => {
    throw new SyntaxError();
  };

  function sum() {
    let left = product(),
      sign;
    while ((sign = accept("+", "-"))) left = sign === "+" ? left + product() : left - product();
    return left;
  }
  function product() {
    let left = signed(),
      sign;
    while ((sign = accept("*", "/"))) left = sign === "*" ? left * signed() : left / signed();
    return left;
  }
  function signed() {
    const sign = accept("+", "-");
    return sign ? (sign === "-" ? -signed() : signed()) : power();
  }
  function power() {
    const base = atom();
    return accept("^") ? base ** signed() : base;
  }
  function atom() {
    const token = tokens[at++] ?? fail();
    if (token === "(") return closed(sum());
    if (Object.hasOwn(CALLED, token) && accept("(")) return CALLED[token](closed(sum()));
    if (Object.hasOwn(NAMED, token)) return NAMED[token];
    return /^[\d.]/.test(token) && Number.isFinite(Number(token)) ? Number(token) : fail();
  }
  const closed = (value) => (accept(")") ? value : fail());

  try {
    const value = sum();
    return at === tokens.length ? value : null;
  } catch {
    return null;
  }
}

// A value that was typed, such as -1e-3, 1/3, 2pi or sqrt(2): read by the tables of the grammar, as parser.py drives them and with
// the rules of callbacks.py; null where it is none. What begins with a capital here comes from values.py.
const ROOTED = 4, // END is the group of the end of the text, and the column of an implicit product
  POWER = 8,
  IMPLICIT = 16,
  SIGNED = 32;

function typed(text) {
  const word = text.trim().toLowerCase();
  if (Object.hasOwn(SPECIAL, word)) return SPECIAL[word];
  if (/\n/.test(text)) return null;
  const plain = text.replace(/[！-～×·⋅∙∗÷−]/g, (sign) => PLAIN[sign] ?? String.fromCharCode(sign.charCodeAt() - 65248));
  try {
    return driven(plain)[0];
  } catch {
    return null;
  }
}

const fail = () => {
  throw new SyntaxError();
};
const take = (is, value) => (is ? value : fail());

function driven(plain) {
  const rows = [],
    values = [];
  let row = 0,
    before = 0,
    last = "";
  for (const match of plain.matchAll(TOKEN)) {
    let kind = match.findIndex((group, k) => k && group !== undefined),
      token = [match[kind], 0, match.index + match[0].length],
      waiting = null;
    if (kind > END) fail();
    if (kind === END) kind = 0;
    for (;;) {
      const action = (STATES[row].charCodeAt(kind) || 0) - 34;
      if (action > 0 && action < STATES.length) {
        values.push(token);
        rows.push(row);
        row = action;
        if (!waiting) break;
        [kind, token] = waiting;
        waiting = null;
      } else if (action > 0) {
        const [name, size, column] = RULES[action - STATES.length];
        const parts = values.splice(-size);
        rows.length -= size - 1;
        values.push(READ[name] ? READ[name](parts, plain) : parts[0]);
        row = STATES[rows.at(-1)].charCodeAt(column) - 34;
      } else {
        take(!waiting && OPENS.includes(kind) && CLOSES.includes(before) && besides(before, last, kind, token[0]));
        waiting = [kind, token];
        [kind, token] = [END, []];
      }
    }
    [before, last] = [kind, token[0]];
  }
  return values[0];
}

// Whether neighbours are a product to everybody. The first two terminals are numbers and names.
const besides = (left, number, right, name) => left !== 2 && right !== 1 && (left !== 1 || (!/e/i.test(number) && (right !== 2 || name !== "e")));

function literal(text) {
  const value = Number(text);
  return take(!/^0\d/.test(text) && Number.isFinite(value) && (value || !/^[0.]*[1-9]/.test(text)), value);
}

function called(name, args) {
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name,
    op = alias === "log" && args.length === 2 ? "log_base" : alias;
  const [call, count] = take(Object.hasOwn(CALLS, op), CALLS[op]);
  return count ? take(args.length === count, call(...args)) : take(args.length > 1, args.reduce((x, y) => call(x, y)));
}

const raised = (base, exponent, end) => [take(!(base[1] & ROOTED), called("pow", [base[0], exponent])), POWER, end];

// What the rules make of their parts: a value, how it looks from outside, and where it ends.
const READ = {
  number: ([[text, , end]]) => [literal(text), 0, end],
  name: ([[text, , end]]) => [take(Object.hasOwn(NAMED, text), NAMED[text]), 0, end],
  group: ([, [x], [, , end]]) => [x, 0, end],
  root: ([, [x, , end]], plain) => [Math.sqrt(x), plain[end - 1] === ")" ? 0 : ROOTED, end],
  sum: ([[x], [sign], [y, looks, end]]) => [sign === "+" ? x + y : x - y, looks & POWER, end],
  product: ([[x], [sign], [y, looks, end]]) => {
    if (sign === "*") return [x * y, 0, end];
    return [take(!(looks & (sign === "%" ? IMPLICIT | SIGNED : IMPLICIT)), sign === "/" ? x / y : called("mod", [x, y])), 0, end];
  },
  signed: ([[sign], [x, looks, end]]) => [sign === "-" ? -x : x, looks | SIGNED, end],
  implicit: ([[x, before], , [y, looks, end]]) => [take(!(before & (POWER | ROOTED)), x * y), IMPLICIT | (looks & (POWER | ROOTED)), end],
  power: ([base, , [y, , end]]) => raised(base, y, end),
  superscript: ([base, [text, , end]]) => raised(base, Number(text.normalize("NFKC").replace("−", "-")), end),
  call: (parts) => [called(parts[0][0], parts.length === 4 ? parts[2] : []), 0, parts.at(-1)[2]],
  first: ([[x]]) => [x],
  more: ([all, , [x]]) => [...all, x],
};

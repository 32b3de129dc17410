// Elements: what the page is made of. Text goes in as text, never as markup.

const $ = (id) => document.getElementById(id);
const [MATHML, SVG] = ["http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"];

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const m = (tag, ...children) => fill(document.createElementNS(MATHML, tag), {}, children);
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const math = (...children) => m("math", m("mrow", ...children));
const mo = (text) => m("mo", text);
const names = (place) => written("n" + place);

// What is written in advance: n5 is the name of a node, f5 its formula in names, v5 the same with slots for numbers.
const written = (id) => document.importNode($("formulas").content.getElementById(id).firstChild, true);

// A number, 1e-7 as a power of ten; in brackets where it has a sign or a power.
function number(x, precision = DIGITS) {
  const [digits, exponent] = show(x, precision).split("e");
  if (!exponent) return m("mn", digits);
  const power = m("msup", m("mn", digits === "−1" ? "−10" : "10"), m("mn", exponent));
  return /^−?1$/.test(digits) ? power : m("mrow", m("mn", digits), mo("·"), power);
}
const fence = (sign) => fill(mo(sign), { stretchy: "false" }, []); // as mathml.py writes it
const bracketed = (x) => (/^−|e/.test(show(x)) ? m("mrow", fence("("), number(x), fence(")")) : number(x));
const joined = (sign, parts) => parts.flatMap((part, k) => (k ? [mo(sign), part] : [part]));

// The name of a derivative: du, or dJ/du where the user owns that name; and a local derivative.
const d = (place) => m("mrow", m("mi", "d"), names(place));
const dvar = (place) => (labelOf(place).includes("/") ? m("mfrac", d(DATA.tape.output), d(place)) : d(place));
const partial = (user, place) => m("mfrac", m("mrow", m("mi", "∂"), names(user)), m("mrow", m("mi", "∂"), names(place)));

// The formula of a step, in names or in numbers.
const formula = (place) => copied("f" + place);

function copied(id) {
  const whole = m("mrow", written(id));
  for (const word of whole.querySelectorAll("[data-say]")) word.textContent = say(word.dataset.say);
  return whole;
}

function numbered(place, values) {
  const copy = copied("v" + place);
  for (const slot of copy.querySelectorAll("[data-node]")) {
    const value = values[slot.dataset.node],
      before = slot.previousElementSibling?.textContent.at(-1);
    const inside = slot.parentNode.localName === "msup" || (before && !"(|,⌊⌈{".includes(before));
    slot.replaceWith(value === null ? names(slot.dataset.node) : inside ? bracketed(value) : number(value));
  }
  return copy;
}

// Words: the page speaks two languages. A message is its English text; DATA.words has the others.

const N_ = (text) => text; // marks the text of a message that is spoken later
let language = DATA.language;

DATA.nodes = DATA.nodes.map(([place, name, label, formula]) => ({ place, name, label, formula: Boolean(formula) }));

// The name of a node, and what its derivative is called.
const shownNodes = new Map(DATA.nodes.map((node) => [node.place, node]));
const nameOf = (place) => shownNodes.get(place)?.name ?? "";
const labelOf = (place) => shownNodes.get(place)?.label ?? "";

// Words are listed by a number of their English text, as html.py reckons it.
const numberOf = (text) => [...text].reduce((found, sign) => (31 * found + sign.codePointAt()) % 2 ** 24, 0).toString(16);

// A message in the language in use. {placeholders} are filled in with texts, numbers, or other messages.
function say(text, values = {}) {
  const spoken = DATA.words[language]?.[numberOf(text)] ?? text;
  return spoken.replace(/\{(\w+)\}/g, (whole, key) => {
    const value = Object.hasOwn(values, key) ? values[key] : whole;
    return typeof value === "number" ? show(value) : typeof value === "object" ? say(value.text, value.values) : value;
  });
}

// A message whose placeholders are formulas, as a list of texts and elements.
const told = (text, values) =>
  say(text)
    .split(/\{(\w+)\}/)
    .map((part, k) => (k % 2 ? values[part] : part));

// Fill in all texts of the page that never change.
function label() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  for (const button of document.querySelectorAll("#languages button"))
    button.setAttribute("aria-pressed", String(button.value === language));
}

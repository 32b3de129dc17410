// The page: what is known at a point, the three modes, and how everything is drawn again when something changes.

const inputs = new Map(DATA.inputs.map(({ name, value }) => [name, Number(value)]));
let mode = "walk";
let now = null;

// The worksheet at a point, with statuses, what is live, and the order of the walk.
function known(point) {
  const at = work(DATA.tape, point),
    { value, derivatives } = judge(at);
  const live = ancestors(DATA.tape, [...DATA.named, DATA.tape.output], at.values);
  for (const { place } of DATA.inputs) live[place] = true;
  at.values.forEach((x, i) => {
    if (x === null) live[i] = false;
  });
  const gradient = (place) => (["domain", "undefined"].includes(derivatives.get(place)?.status) ? NaN : at.adjoint(place));
  const users = (place) => usersOf(at, live, place);
  const special = new Set([...derivatives].flatMap(([place, status]) => [place, status.node]));
  return { ...at, live, users, special, gradient, valueStatus: value, statuses: derivatives, walk: walkOf(live, users) };
}

// The steps that use a node, with their local derivatives; a branch that is not taken is none.
function usersOf(at, live, place) {
  const found = [];
  for (const { place: user } of DATA.nodes) {
    if (!live[user] || !at.partials[user]) continue;
    at.tape.nodes[user].args.forEach((j, k) => {
      const slope = at.partials[user][k];
      if (j === place && (slope !== null || at.tape.nodes[user].op !== "if") && DATA.tape.active[place])
        found.push({ user, slope: slope ?? 0, argument: k });
    });
  }
  return found;
}

// All steps forward; then the label ones from right to left, and the variables as they are reached.
function walkOf(live, users) {
  const shown = DATA.nodes.filter(({ place }) => live[place]);
  const forward = shown.filter(({ formula }) => formula).map(({ place }) => ({ place, backward: false }));
  const back = shown.filter(({ label }) => label).map(({ place }) => place);
  const isVariable = (place) => !DATA.tape.nodes[place].op;
  const reached = (place) => Math.min(...users(place).map(({ user }) => user));
  const variables = back.filter(isVariable).sort((a, b) => reached(b) - reached(a) || 0);
  return [
    ...forward,
    ...[...back.filter((place) => !isVariable(place)).reverse(), ...variables].map((place) => ({ place, backward: true })),
  ];
}

function set(name, value) {
  setAll(new Map(inputs).set(name, value), false);
}

function setAll(values, into = true) {
  for (const [name, value] of values) inputs.set(name, value);
  if (into)
    for (const { place, name } of DATA.inputs) {
      $("x" + place).value = $("s" + place).value = inputs.get(name);
      complain($("x" + place), place, null);
    }
  now = known(inputs);
  if (position !== null) position = Math.min(position, now.walk.length);
  if (mode === "quiz") restart();
  draw();
  announce();
}

function choose(next) {
  mode = next;
  document.body.dataset.mode = mode;
  for (const tab of document.querySelectorAll("#modes button")) tab.setAttribute("aria-pressed", String(tab.value === mode));
  for (const element of document.querySelectorAll("[data-mode-of]"))
    element.hidden = !element.dataset.modeOf.split(" ").includes(mode);
  position = null;
  restart();
  draw();
}

// What the picture may show in each mode: values, derivatives, local derivatives, and what is sent back along an edge.
function shownNow(found) {
  if (mode === "nudge")
    return {
      reached: () => true,
      back: () => true,
      partial: () => true,
      sent: () => false,
      value: (place) => (found.get(place) ? show(found.get(place).after, FINE) : "–"),
      gradient: ({ place }) => "Δ = " + show(found.get(place)?.change ?? 0, SHORT),
    };
  const solvedOnly = {
    reached: (place) => !DATA.tape.nodes[place].op || solved("F" + place),
    back: (place) => solved("B" + place),
  };
  const is = mode === "quiz" ? solvedOnly : reachedBy(now),
    blank = mode === "quiz" ? "?" : "";
  return {
    ...is,
    partial: (place) => mode !== "quiz" && is.reached(place),
    sent: (place) => mode !== "quiz" && is.back(place),
    value: (place) => (is.reached(place) ? show(now.values[place], SHORT) : blank || " "),
    gradient: ({ place, label }) => (is.back(place) ? `${label} = ${show(now.gradient(place), SHORT)}` : blank && `${label} = ?`),
  };
}

function draw() {
  const found = mode === "nudge" && nudged.place !== null ? moved(now) : null,
    shown = shownNow(found);
  picture(now, shown, nearOf(now));
  if (mode !== "nudge") tables(now, shown, mode === "walk" ? currentStep(now) : null);
  if (mode === "quiz") quiz();
  if (mode === "walk") card(now);
  if (found) nudgeTable(now, found);
  showDerivatives(now, shown);
  curve(shown);
  result(shown);
}

function result(shown) {
  const hidden = !shown.reached(DATA.tape.output);
  $("result").replaceChildren(math(names(DATA.tape.output), mo("="), hidden ? m("mtext", "?") : number(now.value)));
  $("remarks").replaceChildren(...remarks(shown).map((text) => el("li", {}, text)));
}

// A sentence for everything that is not simply right.
function remarks({ reached, back }) {
  const own = now.valueStatus && reached(DATA.tape.output) ? [remark(nameOf(DATA.tape.output), now.value, now.valueStatus)] : [];
  const known = [...now.statuses].filter(([place]) => back(place));
  const isFirst = DATA.inputs.every(({ name, value }) => Object.is(inputs.get(name), Number(value)));
  const lost = isFirst && reached(DATA.tape.output) ? DATA.lost[language] : [];
  return [...lost, ...own, ...known.map(([place, status]) => remark(labelOf(place), now.gradient(place), status))];
}

function remark(label, value, { status, node, reason, left, right }) {
  const [hasLeft, hasRight] = [left, right].map((side) => side !== null && side !== undefined);
  const text = hasLeft && hasRight ? N_("left {left}, right {right}") : hasLeft ? N_("left {slope}") : N_("right {slope}");
  const at = { text: "{status}, at {node}", values: { status: { text: status }, node: nameOf(node) || nameOf(DATA.tape.output) } };
  const about =
    hasLeft || hasRight
      ? { text: N_("{about}; sampled: {sides}"), values: { about: at, sides: { text, values: { left, right, slope: left ?? right } } } }
      : at;
  return say("{label} = {value} is not ok ({about}): {reason}", { label, value, about, reason });
}

function speakIn(chosen) {
  language = chosen;
  label();
  labelInputs();
  draw();
}

function start() {
  $("variables").append(...DATA.inputs.map(inputRow));
  prepareTables();
  prepareWalk();
  prepareNudge();
  prepareCurve();
  prepareQuiz();
  prepareZoom();
  for (const tab of document.querySelectorAll("#modes button")) tab.onclick = () => choose(tab.value);
  for (const one of document.querySelectorAll("#languages button")) one.onclick = () => speakIn(one.value);
  for (const { place, formula } of DATA.nodes)
    nodeOf(place).addEventListener("click", () => goTo(place, formula ? "forward" : "backward"));
  $("reset").onclick = () => setAll(new Map(DATA.inputs.map(({ name, value }) => [name, Number(value)])));
  now = known(inputs);
  $("returning").hidden = !DATA.nodes.some((node) => node.label);
  document.querySelector("#modes [value=nudge]").hidden = nudged.place === null;
  label();
  labelInputs();
  fitHeading();
  addEventListener("resize", fitHeading);
  choose("walk");
  reveal(nodeOf(DATA.tape.output), true);
}

// A formula that is wider than the window is set smaller, or, where that could hardly be read, as a text that breaks into lines.
const SMALLEST = 0.65;
function fitHeading() {
  const [box, formula, text] = [$("formula"), $("formula").querySelector(".formula"), $("formula").querySelector("code")];
  if (!formula) return;
  formula.hidden = false;
  text.hidden = true;
  formula.style.fontSize = "";
  const ratio = box.clientWidth / box.scrollWidth;
  formula.hidden = !(text.hidden = ratio >= SMALLEST);
  if (ratio < 1) formula.style.fontSize = Math.floor(99 * ratio) + "%";
}

start();

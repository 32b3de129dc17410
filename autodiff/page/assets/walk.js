// The walk: forward through the graph, then backward, one step at a time. `position` counts the steps that are done;
// null shows everything at once.

let position = null;

const currentStep = (now) => (position ? now.walk[position - 1] : null);

function move(to) {
  position = to === null ? null : Math.max(0, Math.min(now.walk.length, to));
  draw();
  announce();
}

function goTo(place, direction) {
  const at = now.walk.findIndex((step) => step.place === place && step.backward === (direction === "backward"));
  if (at >= 0 && mode === "walk") move(at + 1);
}

function prepareWalk() {
  const size = () => now.walk.length;
  $("first").onclick = () => move(0);
  $("previous").onclick = () => move((position ?? size() + 1) - 1);
  $("next").onclick = () => move((position ?? 0) + 1);
  $("all").onclick = () => move(null);
  $("position").oninput = () => move(Number($("position").value));
  document.addEventListener("keydown", (event) => {
    const busy = "input, select, #graph:focus-visible, .scrolls:focus-visible"; // there arrows move something else
    if (event.target.matches(busy) || event.altKey || event.ctrlKey || event.metaKey || mode !== "walk") return;
    const key = { ArrowRight: "next", ArrowLeft: "previous", Home: "first", End: "all" }[event.key];
    if (!key) return;
    event.preventDefault();
    $(key).click();
  });
}

// What is known after so many steps.
function reachedBy(now) {
  if (position === null) return { reached: () => true, back: () => true };
  const done = now.walk.slice(0, position);
  const forward = new Set(done.filter((step) => !step.backward).map((step) => step.place));
  const backward = new Set(done.filter((step) => step.backward).map((step) => step.place));
  return { reached: (place) => !DATA.tape.nodes[place].op || forward.has(place), back: (place) => backward.has(place) };
}

// The nodes and edges of the step in hand.
function nearOf(now) {
  const near = { node: null, back: false, used: new Set(), forward: new Set(), backward: new Set() },
    step = currentStep(now);
  if (!step || mode !== "walk") return near;
  near.node = step.place;
  near.back = step.backward;
  if (step.backward)
    for (const { user } of now.users(step.place)) {
      near.used.add(user);
      near.backward.add(step.place + " " + user);
    }
  else
    for (const { from, to } of edges.filter((edge) => edge.to === step.place && now.live[edge.from])) {
      near.used.add(from);
      near.forward.add(from + " " + to);
    }
  return near;
}

// The card that explains the step in hand.
function card(now) {
  const step = currentStep(now),
    box = $("card"),
    total = now.walk.length;
  $("position").max = total;
  $("position").value = position ?? total;
  $("position").setAttribute("aria-valuetext", heading(now));
  $("previous").disabled = position === 0;
  $("next").disabled = position === total;
  box.className = step ? (step.backward ? "backward" : "forward") : "";
  $("where").textContent = heading(now);
  $("equation").replaceChildren(...(step ? equation(now, step) : overview(now)));
  $("because").replaceChildren(...(step ? because(now, step) : hints(now)).map((parts) => el("li", {}, ...[parts].flat())));
}

function heading(now) {
  const step = currentStep(now),
    half = now.walk.filter((one) => !one.backward).length;
  if (position === null) return say("Everything at once");
  if (!step) return say("Start: the inputs are given");
  return step.backward
    ? say("← Backward, step {step} of {all}", { step: String(position - half), all: String(now.walk.length - half) })
    : say("→ Forward, step {step} of {all}", { step: String(position), all: String(half) });
}

// Each equality is a formula of its own, so that long ones are broken there.
function equation(now, step) {
  const { place } = step;
  if (!step.backward) return chained([names(place), formula(place)], [numbered(place, now.values)], [number(now.values[place])]);
  const { rule, numbers, terms } = chain(now, place),
    result = [number(now.gradient(place))];
  return terms.length ? chained([dvar(place), m("mrow", ...rule)], numbers, result) : chained([dvar(place), ...result]);
}

const chained = ([left, right], ...more) => [
  math(left, mo("="), right),
  ...more.flatMap((parts) => [el("wbr"), math(mo("="), ...parts)]),
];

const overview = (now) => [math(names(DATA.tape.output), mo("="), number(now.value))];

function hints(now) {
  const back = now.walk.filter((step) => step.backward).length;
  const counts = { forward: String(now.walk.length - back), backward: String(back) };
  const counted = say("Steps forward: {forward}. Steps backward: {backward}; they give every derivative at once.", counts);
  return [...(back ? [counted] : []), say("Press Next, or the right arrow key, to go through them one by one.")];
}

function because(now, step) {
  const name = math(names(step.place)),
    output = math(names(DATA.tape.output));
  if (!step.backward) return [told("Everything on the right is known by now, so {name} can be computed.", { name })];
  if (step.place === DATA.tape.output)
    return [told("The output follows itself: when {name} changes by 1, it changes by 1.", { name })];
  const terms = now.users(step.place);
  if (!terms.length) return [told("{output} does not change with {name}.", { output, name })];
  const reasons = [...new Set(terms.map(({ user }) => user))].flatMap((user) => {
    const uses = terms.filter((term) => term.user === user);
    const slopes = uses.map(({ slope }) => m("mrow", partial(user, step.place), mo("="), number(slope)));
    const known = told("{derivative} is known by now, and {slope}, since {formula}.", {
      derivative: math(dvar(user), mo("="), number(now.adjoint(user))),
      slope: math(...joined(",", slopes)),
      formula: math(names(user), mo("="), formula(user)),
    });
    return [known, ...why(user, uses).map((reason) => [reason])];
  });
  if (terms.length > 1)
    reasons.push(told("{name} is used {number} times, so the products are added.", { name, number: String(terms.length) }));
  return reasons;
}

// Why the local derivatives of a step are what they are: a sentence of its row, or one for each argument.
function why(user, uses) {
  const [said, places] = DATA.reasons,
    reasons = places[user] ?? [];
  return [...new Set(uses.map(({ argument }) => said[language]?.[reasons[Math.min(argument, reasons.length - 1)]]))].filter(Boolean);
}

// Tell those who listen; not at every movement of a slider.
let waiting = 0;
function announce() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    $("announcement").textContent = spoken(now);
  }, 300);
}

function spoken(now) {
  const step = currentStep(now),
    value = (place, x) => `${place} = ${show(x)}`;
  const output = value(nameOf(DATA.tape.output), now.value);
  if (mode !== "walk" || !step) return [heading(now), output].join(". ");
  const found = step.backward
    ? value(labelOf(step.place), now.gradient(step.place))
    : value(nameOf(step.place), now.values[step.place]);
  return [heading(now), found].join(". ");
}

// The quiz: the numbers are blank, the learner fills them in, and the page marks them, helps, and keeps the score.

const TOLERANCE = 0.005; // relative
let answers = new Map(); // by the id of the row: { right, hints, revealed }

const rowsOfQuiz = () => now.walk.map((step) => ({ ...step, id: (step.backward ? "B" : "F") + step.place }));
const truth = ({ place, backward }) => (backward ? now.gradient(place) : Number(now.values[place]));
const solved = (id) => answers.get(id)?.right === true || answers.get(id)?.revealed === true;

function fits(answer, value) {
  if (!Number.isFinite(value)) return Object.is(answer, value);
  return Math.abs(answer - value) <= Math.max(TOLERANCE * Math.abs(value), 1e-9);
}

function restart() {
  answers = new Map();
  for (const field of document.querySelectorAll(".quiz input")) field.value = "";
}

// A row of the tables gets a field, two buttons, and room for a remark.
function quizRow(row, step) {
  const box = cell(row, "answer");
  if (box.querySelector("input")) return;
  const name = step.backward ? labelOf(step.place) : nameOf(step.place);
  const field = el("input", {
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 60,
    onchange: () => unpressed(() => mark(step)),
    onkeydown: (event) => event.key === "Enter" && onward(event, step),
  });
  field.dataset.name = name;
  box.replaceChildren(
    el(
      "span",
      { class: "quiz" },
      field,
      el("button", { class: "hint", onclick: () => hint(step) }),
      el("button", { class: "reveal", onclick: () => solve(step) }),
      el("span", { class: "mark", role: "status" }),
    ),
  );
}

function mark(step) {
  const typedIn = fieldOf(step).value.trim();
  const answer = typed(typedIn);
  const right = typedIn ? answer !== null && fits(answer, truth(step)) : undefined;
  const said = right === false ? (answer === null ? { text: N_("This is not a number.") } : mistake(step, answer)) : null;
  answers.set(step.id, { ...answers.get(step.id), right, said });
  draw();
}

// What moves the page waits until no button is down: else it takes what is pressed away from under the pointer, and no click
// comes of it. A click comes after it.
let isPressed = false,
  waits = [];

const unpressed = (action) => (isPressed ? waits.push(action) : action());

function release() {
  isPressed = false;
  for (const action of waits.splice(0)) action();
}

function prepareQuiz() {
  for (const down of ["pointerdown", "mousedown"]) addEventListener(down, () => (isPressed = true), true);
  for (const up of ["pointerup", "mouseup", "pointercancel", "dragend"]) addEventListener(up, () => setTimeout(release), true);
  for (const over of ["click", "keydown"]) addEventListener(over, release, true);
  addEventListener("blur", release); // of the window
  $("restart").onclick = () => {
    restart();
    draw();
  };
  $("fresh").onclick = freshNumbers;
}

// Enter marks the answer and goes on to the next blank.
function onward(event, step) {
  event.preventDefault();
  mark(step);
  if (answers.get(step.id)?.right)
    rowsOfQuiz()
      .map(({ id }) => id)
      .filter((id) => !solved(id))
      .slice(0, 1)
      .forEach((id) => $(id).querySelector("input").focus());
}

const fieldOf = (step) => $(step.id).querySelector("input");

// What an answer that is wrong may have come from.
function mistake(step, answer) {
  const value = truth(step),
    terms = step.backward ? now.users(step.place) : [];
  if (fits(-answer, value)) return { text: N_("Look at the sign.") };
  if (terms.length > 1 && terms.some(({ user, slope }) => fits(answer, now.adjoint(user) * slope)))
    return { text: N_("That is one path only: add the products of all paths.") };
  if (terms.some(({ slope }) => fits(answer, slope)))
    return { text: N_("That is the local derivative: multiply it by the derivative that is known already.") };
  if (step.backward && fits(answer, Number(now.values[step.place]))) return { text: N_("That is the value, not the derivative.") };
  return { text: N_("Not yet.") };
}

// First the rule, then its numbers.
function hint(step) {
  const known = answers.get(step.id) ?? {};
  answers.set(step.id, { ...known, hints: Math.min(2, (known.hints ?? 0) + 1) });
  draw();
  fieldOf(step).focus();
}

function solve(step) {
  answers.set(step.id, { ...answers.get(step.id), revealed: true, said: null });
  fieldOf(step).value = show(truth(step));
  draw();
}

function quiz() {
  for (const step of rowsOfQuiz()) {
    const row = $(step.id),
      answer = answers.get(step.id) ?? {},
      done = solved(step.id),
      hints = answer.hints ?? 0;
    quizRow(row, step);
    const [field, help, reveal, remark] = cell(row, "quiz").children;
    field.setAttribute("aria-label", say("your answer for {name}", { name: field.dataset.name }));
    field.setAttribute("aria-invalid", String(answer.right === false));
    field.readOnly = answer.revealed === true;
    help.textContent = say("Hint");
    help.hidden = done || hints > 1;
    reveal.textContent = say("Reveal");
    reveal.hidden = done;
    row.classList.toggle("right", answer.right === true);
    row.classList.toggle("wrong", answer.right === false);
    remark.textContent =
      answer.revealed && !answer.right
        ? say("revealed")
        : answer.right
          ? "✓ " + say("right")
          : answer.said
            ? "✗ " + say(answer.said.text)
            : "";
    quizHelp(row, step, done ? 2 : hints);
  }
  score();
}

function quizHelp(row, step, hints) {
  if (step.backward) {
    const { rule, numbers } = chain(now, step.place);
    cell(row, "rule").replaceChildren(hints > 0 ? math(...rule) : "");
    cell(row, "numbers").replaceChildren(hints > 1 ? math(...numbers) : "");
  } else cell(row, "numbers").replaceChildren(hints > 0 ? math(numbered(step.place, now.values)) : "");
}

function score() {
  const all = rowsOfQuiz().map(({ id }) => answers.get(id) ?? {}),
    count = (test) => String(all.filter(test).length);
  $("score").textContent = say("{right} of {all} right, {hints} with a hint, {revealed} revealed", {
    right: count((one) => one.right && !one.revealed),
    all: String(all.length),
    hints: count((one) => one.hints),
    revealed: count((one) => one.revealed),
  });
}

// Whole numbers at which nothing is special.
function freshNumbers() {
  for (let tries = 0; tries < 200; tries++) {
    const fresh = new Map(
      DATA.inputs.map(({ name }) => [name, (Math.floor(Math.random() * 5) + 1) * (tries > 20 && Math.random() < 0.3 ? -1 : 1)]),
    );
    const found = known(fresh);
    if (
      found.values.every((x) => x === null || typeof x === "boolean" || (Number.isFinite(x) && Math.abs(x) < 1e4)) &&
      !found.statuses.size
    )
      return setAll(fresh);
  }
}

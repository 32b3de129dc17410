// The two tables: one row for every step forward, and one for every derivative on the way back.

const button = (place, direction, name, formula) =>
  el("button", { class: "go", "aria-label": name, onclick: () => goTo(place, direction) }, math(formula));

function prepareTables() {
  for (const { place } of DATA.nodes.filter((node) => node.formula))
    $("forward").append(
      el(
        "tr",
        { id: "F" + place },
        el("th", { scope: "row" }, button(place, "forward", nameOf(place), names(place))),
        el("td", {}, math(formula(place))),
        el("td", { class: "numbers" }),
        el("td", { class: "answer" }),
      ),
    );
  for (const { place, label } of DATA.nodes.filter((node) => node.label))
    $("backward").append(
      el(
        "tr",
        { id: "B" + place },
        el("th", { scope: "row" }, button(place, "backward", label, dvar(place))),
        el("td", { class: "rule" }),
        el("td", { class: "numbers" }),
        el("td", { class: "answer" }),
      ),
    );
}

const cell = (row, name) => row.querySelector("." + name);

// Fill in what is known by now. The rows of branches that are not taken are hidden; the others stand in the order of the walk.
function tables(now, shown, current) {
  for (const { place, formula: written, label } of DATA.nodes) {
    if (written) forwardRow(now, $("F" + place), place, shown);
    if (label) backwardRow(now, $("B" + place), place, shown);
  }
  inOrder(
    $("backward"),
    now.walk.filter((step) => step.backward).map((step) => $("B" + step.place)),
  );
  for (const row of document.querySelectorAll("#forward tr, #backward tr")) {
    const on = current !== null && row.id === (current.backward ? "B" : "F") + current.place;
    row.classList.toggle("current", on);
    if (on) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  }
}

// Rows are moved only where they must be, for what is moved loses the focus.
function inOrder(body, rows) {
  if (rows.some((row, k) => row !== body.children[k])) body.prepend(...rows);
}

function forwardRow(now, row, place, shown) {
  const known = shown.reached(place) && now.live[place];
  row.hidden = !now.live[place];
  if (mode === "quiz") return;
  cell(row, "numbers").replaceChildren(known ? math(numbered(place, now.values)) : "");
  cell(row, "answer").replaceChildren(known ? math(number(now.values[place])) : "");
}

function backwardRow(now, row, place, shown) {
  row.hidden = !now.live[place];
  if (mode === "quiz") return;
  const known = shown.back(place),
    { rule, numbers } = chain(now, place);
  cell(row, "rule").replaceChildren(math(...rule));
  cell(row, "numbers").replaceChildren(known ? math(...numbers) : "");
  cell(row, "answer").replaceChildren(known ? math(number(now.gradient(place))) : "");
}

// The chain rule for a node, in symbols and in numbers: the sum over all steps that use it.
function chain(now, place) {
  if (place === DATA.tape.output) return { rule: [m("mn", "1")], numbers: [m("mn", "1")], terms: [] };
  const terms = now.users(place);
  if (!terms.length) return { rule: [m("mn", "0")], numbers: [m("mn", "0")], terms };
  const rule = terms.map(({ user }) => m("mrow", dvar(user), mo("·"), partial(user, place)));
  const numbers = terms.map(({ user, slope }, k) =>
    m("mrow", k ? bracketed(now.adjoint(user)) : number(now.adjoint(user)), mo("·"), bracketed(slope)),
  );
  return { rule: joined("+", rule), numbers: joined("+", numbers), terms };
}

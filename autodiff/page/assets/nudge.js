// The nudge: one variable, or a step that is taken as free, moves a little; every node is worked out again, and compared with what the derivative predicts.

const FINE = 10; // digits enough to see a small change
const movable = [...DATA.inputs, ...DATA.nodes.filter(({ place }) => DATA.tape.nodes[place].op && place !== DATA.tape.output)]
  .map(({ place }) => place)
  .filter((place) => DATA.tape.active[place]);
let nudged = { place: movable[0] ?? null, size: 0.001 };

function prepareNudge() {
  for (const place of movable) $("which").append(el("option", { value: place }, nameOf(place)));
  $("which").onchange = () => nudge({ place: Number($("which").value) });
  $("size").oninput = () => {
    const size = typed($("size").value),
      fine = size !== null && size !== 0 && Number.isFinite(size);
    complain($("size"), "size", fine ? null : { text: N_("Write a number other than 0, such as 0.001 or 1/8.") });
    if (fine) nudge({ size });
  };
  for (const [id, factor] of [
    ["tenth", 0.1],
    ["tenfold", 10],
  ])
    $(id).onclick = () => {
      const size = Number((nudged.size * factor).toPrecision(12));
      $("size").value = String(size);
      complain($("size"), "size", null);
      nudge({ size });
    };
  for (const { place } of DATA.nodes) {
    const cells = ["before", "after", "change", "predicted", "rest"].map((name) => el("td", { class: name }));
    $("moved").append(
      el(
        "tr",
        { id: "N" + place },
        el(
          "th",
          { scope: "row" },
          el("span", { class: "unseen" }, nameOf(place)),
          el("span", { "aria-hidden": "true" }, math(names(place))),
        ),
        ...cells,
      ),
    );
  }
}

function nudge(changed) {
  nudged = { ...nudged, ...changed };
  draw();
  announce();
}

// Before, after, the change, what the derivative predicts, and what it leaves over.
function moved(now) {
  const { place, size } = nudged,
    { name } = DATA.tape.nodes[place],
    to = now.values[place] + size;
  const after = name
    ? evaluate(DATA.tape, new Map(now.inputs).set(name, to))
    : evaluate(DATA.tape, now.inputs, now.values[place] === null ? new Map() : new Map([[place, to]]));
  const tangents = push(DATA.tape, now.partials, new Map([[place, 1]]));
  return new Map(
    DATA.nodes.map((node) => {
      const [x, y] = [now.values[node.place], after[node.place]];
      if (x === null || y === null) return [node.place, null];
      const change = difference(y, x),
        predicted = (tangents[node.place] ?? 0) * size;
      const noise = 4e-15 * Math.max(Math.abs(x), Math.abs(y)),
        rest = change - predicted;
      return [node.place, { before: x, after: y, change, predicted, rest: Math.abs(rest) <= noise ? 0 : rest }];
    }),
  );
}

function nudgeTable(now, found) {
  for (const { place } of DATA.nodes) {
    const row = $("N" + place),
      one = found.get(place);
    row.hidden = !one || !now.live[place];
    if (!one) continue;
    row.classList.toggle("still", one.change === 0);
    for (const name of ["before", "after", "change", "predicted", "rest"])
      cell(row, name).replaceChildren(math(number(one[name], name === "before" || name === "after" ? FINE : DIGITS)));
  }
  const { place, size } = nudged,
    output = found.get(DATA.tape.output),
    by = { name: nameOf(place), output: nameOf(DATA.tape.output) };
  $("summary").replaceChildren(
    ...(output
      ? told(
          "When {name} moves by {size}, {output} moves by {change}. The derivative predicts {product}. What is left over is {rest}.",
          {
            name: math(names(place)),
            size: math(number(size)),
            output: math(names(DATA.tape.output)),
            change: math(number(output.change)),
            product: math(dvar(place), mo("·"), number(size), mo("="), number(output.predicted)),
            rest: math(number(output.rest)),
          },
        )
      : [say("{output} takes another branch after this nudge.", by)]),
  );
}

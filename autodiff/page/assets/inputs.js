// The inputs: a field and a slider for every variable, with its derivative beside it.

function inputRow({ place, name, value, low, high, step }) {
  const field = el("input", {
    id: "x" + place,
    type: "text",
    inputmode: "text",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 60,
    value: String(value),
  });
  const slider = el("input", { id: "s" + place, type: "range", min: low, max: high, step, value });
  const ends = [low, high].map((end, k) =>
    el("input", { id: `r${k}-${place}`, class: "end", type: "text", autocomplete: "off", maxlength: 20, value: String(end) }),
  );
  field.oninput = () => {
    const number = typed(field.value);
    field.setAttribute("aria-invalid", String(number === null));
    if (number !== null) {
      slider.value = number;
      set(name, number);
    }
  };
  slider.oninput = () => {
    field.value = slider.value;
    field.setAttribute("aria-invalid", "false");
    set(name, Number(slider.value));
  };
  for (const [k, end] of ends.entries()) end.onchange = () => stretch(slider, ends, k, name);
  return el(
    "li",
    { "data-input": place },
    el(
      "div",
      { class: "given" },
      el("label", { for: "x" + place }, math(names(place), mo("="))),
      field,
      el("output", { class: "derivative", id: "d" + place }),
    ),
    el("div", { class: "range" }, ends[0], slider, ends[1]),
  );
}

// The ends of a slider can be moved, as long as they stay apart.
function stretch(slider, ends, k, name) {
  const [low, high] = ends.map((end) => typed(end.value));
  if (low === null || high === null || !(low < high) || !Number.isFinite(high - low)) {
    ends[k].value = k ? slider.max : slider.min;
    return;
  }
  [slider.min, slider.max, slider.step] = [low, high, stepOf(high - low)];
  slider.value = inputs.get(name);
}

// About two hundred places on a slider, at round numbers.
const stepOf = (width) => 10 ** Math.floor(Math.log10(width / 100));

// Names and numbers that screen readers say.
function labelInputs() {
  for (const { place, name } of DATA.inputs) {
    $("x" + place).setAttribute("aria-label", name);
    $("s" + place).setAttribute("aria-label", say("slider for {name}", { name }));
    $("r0-" + place).setAttribute("aria-label", say("least {name} on the slider", { name }));
    $("r1-" + place).setAttribute("aria-label", say("greatest {name} on the slider", { name }));
  }
}

function showDerivatives(now, shown) {
  for (const { place } of DATA.inputs) {
    const output = $("d" + place),
      hidden = !shown.back(place),
      status = now.statuses.get(place);
    output.hidden = !DATA.tape.active[place];
    output.replaceChildren(math(dvar(place), mo("="), hidden ? m("mtext", "?") : number(now.gradient(place))));
    if (status && !hidden) output.append(" ", el("strong", { class: "status" }, say(status.status)));
  }
}

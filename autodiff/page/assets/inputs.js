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
    "aria-describedby": "e" + place,
  });
  const slider = el("input", { id: "s" + place, type: "range", min: low, max: high, step, value });
  const ends = [low, high].map((end, k) =>
    el("input", { id: `r${k}-${place}`, class: "end", type: "text", autocomplete: "off", maxlength: 20, value: brief(end) }),
  );
  field.oninput = () => {
    const number = typed(field.value);
    complain(field, place, number === null ? { text: N_("This is not a number, so {name} stays at {value}; write one like -1e-3, 1/3 or pi/4."), values: { name, value: inputs.get(name) } } : null);
    if (number !== null) {
      slider.value = number;
      set(name, number);
    }
  };
  slider.oninput = () => {
    field.value = slider.value;
    complain(field, place, null);
    set(name, Number(slider.value));
  };
  for (const [k, end] of ends.entries())
    end.onchange = () => unpressed(() => complain(field, place, stretch(slider, ends, k, name) ? null : { text: N_("The ends of a slider are two numbers, the smaller one on the left.") }));
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
    el("p", { class: "error", id: "e" + place, role: "status" }),
  );
}

// A number as a field may show it, the shorter of its two spellings: 0.001 or 1e-5.
const brief = (x) => [String(x), x.toExponential().replace("+", "")].reduce((a, b) => (b.length < a.length ? b : a));

// What is wrong with what was typed, in words under the field; null where nothing is.
const complaints = new Map();
function complain(field, id, complaint) {
  field.setAttribute("aria-invalid", String(complaint !== null));
  complaints.set(id, complaint);
  sayComplaints();
}

function sayComplaints() {
  for (const [id, complaint] of complaints) $("e" + id).textContent = complaint ? say(complaint.text, complaint.values) : "";
}

// The ends of a slider can be moved, as long as they stay apart. Whether they could.
function stretch(slider, ends, k, name) {
  const [low, high] = ends.map((end) => typed(end.value));
  if (low === null || high === null || !(low < high) || !Number.isFinite(high - low)) {
    ends[k].value = brief(Number(k ? slider.max : slider.min));
    return false;
  }
  [slider.min, slider.max, slider.step] = [low, high, stepOf(high - low)];
  slider.value = inputs.get(name);
  return true;
}

// About two hundred places on a slider, at round numbers.
const stepOf = (width) => 10 ** Math.floor(Math.log10(width / 100));

// Names and numbers that screen readers say.
function labelInputs() {
  sayComplaints();
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

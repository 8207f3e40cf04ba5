// An explorer: labelled native sliders, a picture that follows them, and a sentence under it.

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function row(model, name, { label, low, high, step }) {
  const value = model.get("values")[name];
  const input = element("input", { type: "range", min: low, max: high, step, value });
  const shown = element("span", { textContent: value, ariaHidden: "true" }); // the slider says it
  input.style.cssText = "width: 20em; max-width: 60%; margin: 0 0.8em; vertical-align: middle";
  input.addEventListener("input", () => {
    shown.textContent = input.value;
    model.set("values", { ...model.get("values"), [name]: input.valueAsNumber });
    model.save_changes();
  });
  return element("div", {}, element("label", {}, label, input), shown);
}

function render({ model, el }) {
  const rows = Object.entries(model.get("sliders")).map(([name, one]) => row(model, name, one));
  const picture = element("img", { width: model.get("width") });
  picture.style.cssText = "display: block; max-width: 100%; height: auto; margin: 0.3em 0";
  const sentence = element("p");
  sentence.setAttribute("role", "status"); // read aloud when it changes
  const box = element("div", {}, ...rows, picture, sentence);
  box.style.color = "var(--jp-content-font-color1, inherit)";
  // JupyterLab takes arrows for commands: keep them here.
  box.addEventListener("keydown", (event) => event.stopPropagation());

  const follow = () => {
    picture.src = model.get("picture");
    picture.alt = sentence.textContent = model.get("sentence");
  };
  model.on("change:picture change:sentence", follow);
  follow();
  el.append(box);
  return () => model.off("change:picture change:sentence", follow);
}

export default { render };

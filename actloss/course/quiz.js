// A quiz: a fieldset of native radio buttons or checkboxes, and an answer that is read aloud.

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Text with `code` between backticks.
function withCode(text) {
  return text
    .split("`")
    .map((part, i) => (i % 2 ? element("code", { textContent: part }) : part));
}

function render({ model, el }) {
  const group = `quiz-${Math.random().toString(36).slice(2)}`;
  const inputs = model.get("options").map(({ letter }) =>
    element("input", {
      type: model.get("several") ? "checkbox" : "radio",
      name: group,
      value: letter,
      checked: model.get("chosen").includes(letter),
    }),
  );
  const lines = model.get("options").map(({ letter, text }, i) => {
    const words = element("span", {}, element("b", { textContent: letter }), " ", ...withCode(text));
    const label = element("label", {}, inputs[i], " ", words);
    label.style.cssText = "display: block; padding: 0.25em 0; cursor: pointer";
    return label;
  });
  const button = element("button", { type: "button", textContent: "Check" });
  const reply = element("output", { ariaLive: "polite" });
  reply.setAttribute("aria-live", "polite");
  reply.style.cssText = "display: block; white-space: pre-wrap; margin-top: 0.5em";
  const legend = element("legend", {}, ...withCode(model.get("question")));
  legend.style.cssText = "font-weight: bold; font-size: 1em; padding: 0";
  const box = element("fieldset", {}, legend, ...lines, button, reply);
  box.style.cssText =
    "border: 1px solid var(--jp-border-color1, #888); padding: 0.5em 1em; max-width: 50em;" +
    "color: var(--jp-ui-font-color1, inherit)";

  button.addEventListener("click", () => {
    const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
    if (chosen.length === 0) {
      reply.textContent = "Choose an option first.";
      return;
    }
    model.set("chosen", chosen);
    model.save_changes();
  });
  // JupyterLab takes single letters and arrows for commands: keep them here.
  box.addEventListener("keydown", (event) => event.stopPropagation());
  const showReply = () => (reply.textContent = model.get("reply").text ?? "");
  model.on("change:reply", showReply);
  showReply();
  el.append(box);
  return () => model.off("change:reply", showReply);
}

export default { render };

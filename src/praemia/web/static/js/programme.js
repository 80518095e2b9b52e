// The programme's forms: shows only the inputs a choice needs, and leads from a fault to its place in the text. Pages work without it.

for (const gift of document.querySelectorAll("[data-gift]")) {
  const choice = gift.querySelector("select[name=gift]");
  const show = () => {
    for (const part of gift.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== choice.value;
  };
  choice.addEventListener("change", show);
  show();
}

const source = document.querySelector("textarea#source");
if (source) {
  const place = document.getElementById("place");
  const say = () => {
    const before = source.value.slice(0, source.selectionStart).split("\n");
    place.textContent = place.dataset.words.replace("{line}", before.length).replace("{column}", before.at(-1).length + 1);
  };
  for (const event of ["keyup", "click", "focus"]) source.addEventListener(event, say);
  const go = (link) => {
    const lines = source.value.split("\n");
    const line = Math.min(Number(link.dataset.line), lines.length);
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + Number(link.dataset.column) - 1;
    source.focus();
    source.setSelectionRange(at, at + 1);
    source.scrollTop = (source.scrollHeight * Math.max(line - 5, 0)) / lines.length;
    say();
  };
  for (const link of document.querySelectorAll("a[data-line]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go(link);
    });
  }
}

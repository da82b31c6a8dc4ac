// Comments on a page: a click says where. Without it a place is chosen from a list.

const SVG = "http://www.w3.org/2000/svg";

for (const section of document.querySelectorAll(".pinned")) {
  const sheet = section.querySelector(".sheet");
  const form = section.querySelector("form.comment");
  const { point, beside, text } = form.elements;
  const clicked = beside.options[0];
  let mark;

  /** Show where the comment is going to be; nowhere, where an answer was chosen. */
  const show = (place) => {
    mark?.remove();
    mark = undefined;
    if (!place) return;
    mark = document.createElementNS(SVG, "circle");
    mark.setAttribute("class", "new");
    mark.setAttribute("r", "9");
    mark.setAttribute("cx", place[0]);
    mark.setAttribute("cy", place[1]);
    sheet.querySelector("svg").append(mark);
  };

  sheet.addEventListener("click", (event) => {
    const box = sheet.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * sheet.dataset.width;
    const y = ((event.clientY - box.top) / box.height) * sheet.dataset.height;
    const place = [Math.max(0, x).toFixed(1), Math.max(0, y).toFixed(1)];
    point.value = place.join(",");
    clicked.textContent = clicked.dataset.clicked;
    beside.value = "";
    show(place);
    text.focus({ preventScroll: matchMedia("(min-width: 48rem)").matches });
  });
  beside.addEventListener("change", () => {
    if (!beside.value) return;
    point.value = "";
    show();
  });
  section.querySelector(".again")?.addEventListener("change", (event) => {
    text.value = event.target.value;
    event.target.value = "";
    text.focus();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  if (point.value) show(point.value.split(","));
}

// Two presses send once; the page that comes back from the history may send again.
let sent = false;
document.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => {
  sent = false;
});

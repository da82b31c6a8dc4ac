// The marking desk by keyboard, and the progress of work in the background. Pages work without it.

const form = document.getElementById("decide");
const isTyping = (target) => target.matches("input:not([type=checkbox]), textarea, select");

function point(number) {
  const ticks = form.querySelectorAll("input[type=checkbox]");
  if (ticks.length) {
    const tick = ticks[number - 1];
    if (tick) tick.click();
    return Boolean(tick);
  }
  const marks = form.querySelector("input[data-most]");
  marks.value = String(number);
  marks.focus();
  return true;
}

function all(full) {
  for (const tick of form.querySelectorAll("input[type=checkbox]")) tick.checked = full;
  for (const marks of form.querySelectorAll("input[name^=marks-]")) {
    marks.value = marks.dataset.most ? (full ? marks.dataset.most : "0") : "";
  }
}

function act(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const { key, target } = event;
  if (isTyping(target)) {
    if (key === "Escape") target.blur();
    return key === "Escape";
  }
  const link = { j: "next", k: "previous" }[key];
  if (link) {
    const found = document.getElementById(link);
    if (found) found.click();
    return Boolean(found);
  }
  if (key === "Enter" && !target.matches("a, button, summary")) {
    if (form) form.requestSubmit();
    else document.getElementById("next")?.click();
    return true;
  }
  if (!form) return false;
  if (/^[0-9]$/.test(key)) return point(Number(key));
  if (key === "f" || key === "z") {
    all(key === "f");
    return true;
  }
  if (key === "c") {
    form.elements.comment.focus();
    return true;
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  if (!event.defaultPrevented && act(event)) event.preventDefault();
});

// Two clicks send once; the page that comes back from the history may send again.
form?.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => form && delete form.dataset.sent);

const waiting = document.querySelector("[data-progress]");

async function look() {
  try {
    const answer = await fetch(waiting.dataset.progress, { headers: { accept: "application/json" } });
    const state = await answer.json();
    if (answer.ok && state.ended) return location.reload();
    if (answer.ok) {
      waiting.querySelector("[data-done]").textContent = state.done;
      waiting.querySelector("progress").value = state.done;
    }
  } catch {
    // The network is away: it is asked again.
  }
  setTimeout(look, 1000);
}

if (waiting) setTimeout(look, 700);

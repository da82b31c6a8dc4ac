// Every page: what is wider than its place scrolls by keyboard too.

const SCROLLS = "main p, main figure, main pre, main .scroll, main .brackets, main math";

function reachable() {
  for (const it of document.querySelectorAll(SCROLLS)) {
    const isWide = it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX !== "visible";
    if (isWide && !it.querySelector("a, button, input, textarea, select")) it.tabIndex = 0;
    else if (it.tabIndex === 0 && it.hasAttribute("tabindex")) it.removeAttribute("tabindex");
  }
}

reachable();
addEventListener("resize", reachable);
document.fonts?.ready.then(reachable);

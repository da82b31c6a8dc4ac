// The page of an item being practiced: better fields, and Ctrl+Enter to check.

import { enhance } from "./fields/index.js";
import { send } from "./talking.js";

const form = document.getElementById("try");
if (form) {
  enhance(form, form.dataset.read && (({ name, text }, signal) => send(form.dataset.read, { name, text }, signal)));
  form.dataset.ready = "yes";
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=check]"));
    }
  });
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
  });
}

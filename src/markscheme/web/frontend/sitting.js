// The page of one question: what is typed is kept in this browser at once, and sent until the server has it.

import { answers, enhance, put } from "./fields/index.js";
import { send } from "./talking.js";

const QUIET = 700; // ms after the last key
const MOST_AT_ONCE = 50;
const LONGEST_PAUSE = 15_000;
const ASK_AGAIN = 20_000;

const place = document.getElementById("sitting");
const opened = JSON.parse(place.dataset.state);
const address = `/sit/${opened.sitting}`;
const form = document.getElementById("question");
const status = document.getElementById("saved");
const clockFace = document.getElementById("clock");
const notes = document.getElementById("notes");

const client = Array.from(crypto.getRandomValues(new Uint8Array(8)), (it) => it.toString(16).padStart(2, "0")).join("");
const KEPT = `markscheme ${opened.sitting} `;

/** What the server has of each answer: revision and text, by the name of its inputs. */
const known = new Map(Object.entries(opened.texts));
/** Changes on their way, in order; what has been sent keeps its text until it is answered. */
let queue = [];
let sequence = 0;
let sending = false;
let failures = 0;
let ended = false;
let waiting = 0;
const typing = new Map();
const conflicts = new Set();

const textOf = (name) => answers(form).get(name) ?? "";
const fill = (name, text) => put(form, name, text);

// The queue: kept in the browser, so that neither a dead server nor a closed window loses anything.

function keep() {
  try {
    if (queue.length) localStorage.setItem(KEPT + client, JSON.stringify(queue));
    else localStorage.removeItem(KEPT + client);
  } catch {
    // without storage the queue lives as long as the page
  }
}

function left() {
  const found = [];
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (key.startsWith(KEPT) && key !== KEPT + client) {
        found.push(...JSON.parse(localStorage.getItem(key)).map((it) => ({ ...it, from: key })));
      }
    }
  } catch {
    // as above
  }
  return found;
}

function change(name, text) {
  const at = queue.findIndex((it) => it.name === name && !it.sent);
  const entry = { client, sequence: ++sequence, name, text, sent: false };
  if (at >= 0) queue.splice(at, 1);
  queue.push(entry);
  keep();
  say("Not saved yet", "waiting");
}

function typed(name) {
  clearTimeout(typing.get(name));
  const text = textOf(name);
  const last = queue.findLast((it) => it.name === name);
  if (last ? last.text !== text : (known.get(name)?.[1] ?? "") !== text) change(name, text);
  else if (last && !last.sent && (known.get(name)?.[1] ?? "") === text) drop(last);
  typing.set(name, setTimeout(flush, QUIET));
}

function drop(entry) {
  queue = queue.filter((it) => it !== entry);
  keep();
  if (!queue.length) say("All saved", "saved");
}

async function flush() {
  if (sending || ended || !queue.length) return;
  sending = true;
  const busy = new Set();
  const batch = [];
  for (const it of queue) {
    if (busy.has(it.name) || batch.length === MOST_AT_ONCE) continue;
    busy.add(it.name);
    if (!it.sent) {
      it.base = known.get(it.name)?.[0] ?? 0;
      it.sent = true;
    }
    batch.push(it);
  }
  keep();
  say("Saving …", "waiting");
  const saves = batch.map(({ client, sequence, base, name, text }) => {
    const cut = name.lastIndexOf(" ");
    return { client, sequence, base, question: name.slice(0, cut), answer: name.slice(cut + 1), text };
  });
  try {
    const { saved } = await send(`${address}/save`, { saves });
    failures = 0;
    saved.forEach((it, i) => answered(batch[i], it));
  } catch (error) {
    if (error.status === 409) return over();
    failures += 1;
    const why = error.status === 401 ? "you are signed out: sign in again in another window" : error.message;
    say(`Not saved: ${why}. Your text is kept in this browser, and sent again.`, "trouble");
  } finally {
    sending = false;
    keep();
  }
  clearTimeout(waiting);
  if (queue.length) waiting = setTimeout(flush, failures ? Math.min(LONGEST_PAUSE, 500 * 2 ** failures) : 0);
  else if (!conflicts.size) say("All saved", "saved");
}

function answered(entry, it) {
  queue = queue.filter((other) => other !== entry);
  if (entry.from) forget(entry);
  setTime(it.left);
  if (it.verdict === "saved") {
    known.set(entry.name, [it.revision, entry.text]);
  } else {
    known.set(entry.name, [it.revision, it.text]);
    if (it.verdict === "late") return over();
    choose(entry.name, entry.text, it.text);
  }
}

function forget(entry) {
  try {
    const rest = JSON.parse(localStorage.getItem(entry.from) ?? "[]").filter((it) => it.sequence !== entry.sequence);
    if (rest.length) localStorage.setItem(entry.from, JSON.stringify(rest));
    else localStorage.removeItem(entry.from);
  } catch {
    // as above
  }
}

// Two windows: both texts are shown, and the student chooses.

function choose(name, mine, theirs) {
  conflicts.add(name);
  const box = document.createElement("section");
  box.className = "conflict";
  box.setAttribute("role", "alert");
  const asked = document.createElement("p");
  asked.textContent = `Another window has changed the answer to ${name}. Both texts are kept; which one counts?`;
  box.append(asked);
  for (const [text, said] of [[theirs, "The other window's"], [mine, "This window's"]]) {
    const shown = document.createElement("pre");
    shown.textContent = text || "(empty)";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = said;
    button.addEventListener("click", () => {
      box.remove();
      conflicts.delete(name);
      fill(name, text);
      if (text !== known.get(name)[1]) change(name, text);
      else say("All saved", "saved");
      flush();
    });
    box.append(shown, button);
  }
  notes.append(box);
  say("Two texts for one answer: choose above", "trouble");
}

// Time: the server's, counted here between two answers of it.

let endsAt = performance.now() + opened.left;
let warned = Infinity;
const WARNINGS = [10, 5, 1];

function setTime(milliseconds) {
  endsAt = performance.now() + milliseconds;
}

function tick() {
  if (opened.paused || ended) return;
  const seconds = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  const minutes = Math.floor(seconds / 60);
  clockFace.textContent = `${minutes}:${String(seconds % 60).padStart(2, "0")} left`;
  clockFace.classList.toggle("short", minutes < 5);
  const mark = WARNINGS.findLast((it) => seconds <= it * 60);
  if (mark !== undefined && mark < warned) {
    warned = mark;
    document.getElementById("warned").textContent = `${mark} ${mark === 1 ? "minute" : "minutes"} left`;
  }
  if (seconds === 0) over();
}

async function ask() {
  try {
    const found = await send(`${address}/state`);
    setTime(found.left);
    if (found.state === "paused" !== opened.paused) location.reload();
    else if (found.state !== "running" && found.state !== "paused") over();
  } catch {
    // the next save tells
  }
}

function over() {
  if (ended) return;
  ended = true;
  location.assign(address);
}

function say(text, sort) {
  status.textContent = text;
  status.dataset.sort = sort;
}

// Start

enhance(form, ({ name, text }, signal) => send(`${address}/read`, { name, text }, signal));
for (const [name, [, text]] of known) fill(name, text);
const unsent = left();
for (const it of unsent) fill(it.name, it.text);
queue.push(...unsent);
for (const [name, text] of opened.aside.filter(([name]) => answers(form).has(name))) {
  if (text !== (known.get(name)?.[1] ?? "")) document.getElementById("aside").hidden = false;
}
if (opened.paused) {
  for (const it of form.querySelectorAll("input, textarea, select, button")) it.disabled = true;
}

form.addEventListener("input", (event) => {
  if (event.target.name) typed(event.target.name);
});
form.addEventListener("change", (event) => {
  if (event.target.name) {
    typed(event.target.name);
    flush();
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("online", flush);
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? flush() : ask()));

if ("BroadcastChannel" in globalThis) {
  const windows = new BroadcastChannel(KEPT);
  windows.onmessage = ({ data }) => {
    document.getElementById("twice").hidden = false;
    if (data === "hello") windows.postMessage("here");
  };
  windows.postMessage("hello");
}

setInterval(tick, 500);
setInterval(ask, ASK_AGAIN);
tick();
if (queue.length) flush();
else say("All saved", "saved");

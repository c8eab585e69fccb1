"use strict";

// The file can be dropped on its form. Without this script the form's own button does the same.
const drop = document.getElementById("drop");
if (drop) {
  const file = document.getElementById("file");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      file.files = event.dataTransfer.files;
      drop.requestSubmit();
    }
  });
}

// A form that was sent is not sent twice, and says that something is happening.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    if (button) { setTimeout(() => { button.setAttribute("aria-busy", "true"); }, 0); }
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) { delete form.dataset.sent; }
  for (const button of document.querySelectorAll("button[aria-busy]")) { button.removeAttribute("aria-busy"); }
});

// What went wrong is where the keyboard and a screen reader go on, unless the address names a place of its own.
if (!location.hash) { document.getElementById("error")?.focus(); }

// What is folded up on the screen is printed too.
window.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) { folded.open = true; }
});

// What was typed into a cell is not lost by leaving the page: the browser asks first.
window.addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll("form[data-guard]:not([data-sent])")) {
    if ([...form.elements].some((field) => field.name.endsWith("text") && field.value !== (field.defaultValue ?? field.options[0].value))) { event.preventDefault(); }
  }
});

// Ticks are saved as they are made, one after another. Until they are, nothing can be confirmed.
const ticks = document.getElementById("ticks");
const chosen = document.getElementById("chosen");
if (ticks && chosen) {
  const button = document.getElementById("save-ticks");
  let saved = Promise.resolve();
  let changes = 0;
  const send = async (change) => {
    const body = new URLSearchParams(new FormData(ticks));
    const response = await fetch(ticks.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    button.hidden = Boolean(response?.ok);
    if (!response?.ok || change !== changes) { return; }
    const state = await response.json();
    chosen.value = state.chosen;
    document.getElementById("to-send").textContent = state.to_send;
    document.getElementById("ticked").textContent = state.words;
  };
  const save = () => {
    const change = ++changes;
    chosen.value = "";
    saved = saved.then(() => send(change));
  };
  button.hidden = true;
  ticks.addEventListener("change", save);
  // Those that were made before this script was there, or that the browser has kept from an earlier visit.
  if ([...ticks.querySelectorAll("[name=tick]")].some((box) => box.checked !== box.defaultChecked)) { save(); }
}

// The progress of the command that is running. A screen reader is told of each stage and each tenth of it, not of each row.
const job = document.getElementById("job");
if (job) {
  const part = (name) => document.getElementById(`job-${name}`);
  const title = document.title;
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const items = (list, texts) => {
    list.replaceChildren(...texts.map((text) => { const item = document.createElement("li"); item.textContent = text; return item; }));
  };
  const say = (text) => { if (part("said").textContent !== text) { part("said").textContent = text; } };
  const sentence = (text) => text[0].toUpperCase() + text.slice(1);
  const show = (state) => {
    const percent = state.total ? Math.floor(100 * state.done / state.total) : null;
    const words = state.total ? `${state.stage}: ${state.done.toLocaleString("en")} of ${state.total.toLocaleString("en")} rows` : state.stage;
    part("stage").textContent = state.stopping ? "Stopping: what is on its way is finished first." : sentence(words);
    part("stop")?.toggleAttribute("hidden", state.stopping);
    if (state.total) { part("bar").max = state.total; part("bar").value = state.done; } else { part("bar").removeAttribute("value"); }
    document.title = percent === null ? title : `${percent}% – ${title}`;
    say(state.stopping ? "Stopping" : percent === null ? state.stage : `${state.stage}: ${percent - percent % 10} per cent`);
    const details = [];
    if (state.rate) { details.push(`${state.rate} requests a second`); }
    if (state.pause > 1) { details.push(`waiting ${state.pause} s because the API asked for a pause`); }
    if (state.seconds_left !== null) { details.push(`${clock(state.seconds_left)} left`); }
    part("detail").textContent = details.join(", ");
    items(part("counts"), Object.entries(state.statuses).map(([name, count]) => `${count.toLocaleString("en")} ${name}`));
    items(part("notes"), state.messages);
  };
  const look = async () => {
    try {
      const state = await (await fetch(job.dataset.state)).json();
      if (state.next) { location.replace(state.next); return; }
      show(state);
    } catch (error) {
      part("stage").textContent = "The app does not answer. If it was closed, start it again: what was sent is recorded, and under “Past runs” you can resume.";
      part("detail").textContent = "";
      part("stop")?.setAttribute("hidden", "");
      say("The app does not answer.");
    }
    setTimeout(look, 500);
  };
  look();
}

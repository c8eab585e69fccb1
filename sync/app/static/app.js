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
    if (button) { setTimeout(() => { button.setAttribute("aria-busy", "true"); button.textContent += " …"; }, 0); }
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) { delete form.dataset.sent; }
});

// What was typed into a cell is not lost by leaving the page: the browser asks first.
window.addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll("form[data-guard]:not([data-sent])")) {
    if ([...form.elements].some((field) => field.name.endsWith("text") && field.value !== field.defaultValue)) { event.preventDefault(); }
  }
});

// Ticks are saved as they are made.
const ticks = document.getElementById("ticks");
if (ticks) {
  const button = document.getElementById("save-ticks");
  if (button) { button.hidden = true; }
  ticks.addEventListener("change", async () => {
    const response = await fetch(ticks.action, { method: "POST", body: new URLSearchParams(new FormData(ticks)), headers: { Accept: "application/json" } });
    if (response.ok) {
      const state = await response.json();
      document.getElementById("to-send").textContent = state.to_send;
      document.getElementById("ticked").textContent = state.words;
    } else if (button) {
      button.hidden = false;
    }
  });
}

// The progress of the command that is running.
const job = document.getElementById("job");
if (job) {
  const stage = document.getElementById("job-stage");
  const bar = document.getElementById("job-bar");
  const detail = document.getElementById("job-detail");
  const counts = document.getElementById("job-counts");
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const look = async () => {
    try {
      const state = await (await fetch(job.dataset.state)).json();
      if (state.next) { location.replace(state.next); return; }
      const words = `${state.stage}: ${state.done.toLocaleString("en")} of ${state.total.toLocaleString("en")} rows`;
      stage.textContent = state.total ? words : state.stage;
      if (state.total) { bar.max = state.total; bar.value = state.done; }
      const parts = [];
      if (state.rate) { parts.push(`${state.rate} requests a second`); }
      if (state.pause > 1) { parts.push(`waiting ${state.pause} s because the API asked for a pause`); }
      if (state.seconds_left !== null) { parts.push(`${clock(state.seconds_left)} left`); }
      detail.textContent = parts.join(", ");
      counts.replaceChildren(...Object.entries(state.statuses).map(([name, count]) => {
        const item = document.createElement("li");
        item.textContent = `${count.toLocaleString("en")} ${name}`;
        return item;
      }));
    } catch (error) {
      stage.textContent = "The app does not answer. Is it still running? A run that was stopped can be resumed.";
    }
    setTimeout(look, 500);
  };
  look();
}

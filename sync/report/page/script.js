"use strict";
(() => {
  const records = [...document.querySelectorAll("tbody")];
  const status = document.getElementById("status");
  const field = document.getElementById("field");
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const all = shown.textContent;
  const number = (count) => count.toLocaleString("en");
  const texts = new Map();
  const textOf = (record) => {
    if (!texts.has(record)) texts.set(record, record.textContent.toLowerCase());
    return texts.get(record);
  };

  const matches = (record, words) =>
    (!status.value || record.dataset.status === status.value) &&
    (!field.value || record.dataset.fields.split(" ").includes(field.value)) &&
    words.every((word) => textOf(record).includes(word));

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const record of records) {
      const fits = matches(record, words);
      record.hidden = !fits;
      count += fits;
    }
    const part = count < records.length;
    shown.textContent = part ? `Only ${number(count)} of ${number(records.length)} records are shown, by the filter` : all;
    shown.classList.toggle("part", part);
  };

  const chosen = { status, field, q: search };
  const read = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    for (const [name, control] of Object.entries(chosen)) control.value = wanted.get(name) || "";
    for (const control of [status, field]) if (control.selectedIndex < 0) control.value = "";
    apply();
  };
  const write = () => {
    const wanted = new URLSearchParams();
    for (const [name, control] of Object.entries(chosen)) if (control.value) wanted.set(name, control.value);
    history.replaceState(null, "", `#${wanted}`);
    apply();
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(write, 150);
  });
  for (const control of [status, field]) control.addEventListener("change", write);
  addEventListener("hashchange", read);
  document.getElementById("filter").hidden = false;
  read();
})();

"use strict";
/* The embedded columns to the names that all that follows goes by. */

const columns = JSON.parse(element("embedded").textContent);
const texts = columns.texts;
const rules = columns.rules;
const NOWHERE = -1;

function element(id) {
  return document.getElementById(id);
}

/* Text goes in as text only: nothing of the data is ever read as HTML. */
function make(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fillSelect(id, options) {
  const select = element(id);
  if (!select) return;
  select.replaceChildren(
    ...options.map(([value, words]) => {
      const option = make("option", words);
      option.value = value;
      return option;
    }),
  );
}

/* JSON has no infinity: without any span the margin is null, and no threshold is above it. */
function marginOf(row) {
  return columns.margins[row] ?? Infinity;
}

function isWithheld(row, threshold) {
  const margin = marginOf(row);
  return margin > threshold || (rules.withholds_equal && margin === threshold);
}

/* A null threshold to the scores that rescoring the record with it gives. */

const KINDS_OF_QUESTIONS = [
  ["All questions", () => true],
  ["HasAns", (row) => columns.has_answer[row] === 1],
  ["NoAns", (row) => columns.has_answer[row] === 0],
];

function totalsAt(threshold, belongs) {
  const totals = { n: 0, exact: 0, f1: 0, answered: 0 };
  for (let row = 0; row < columns.ids.length; row += 1) {
    if (!belongs(row)) continue;
    const withheld = isWithheld(row, threshold);
    const ofNothing = 1 - columns.has_answer[row];
    totals.n += 1;
    totals.exact += withheld ? ofNothing : columns.best_exact[row];
    totals.f1 += withheld ? ofNothing : columns.best_f1[row];
    totals.answered += withheld ? 0 : 1;
  }
  return totals;
}

function scoreCells(now, recorded) {
  const change = (measure) => signedPoints(now[measure] / now.n - recorded[measure] / recorded.n);
  return [
    count(now.n),
    percent(now.exact / now.n),
    change("exact"),
    percent(now.f1 / now.n),
    change("f1"),
    percent(now.answered / now.n),
  ];
}

function showTotals(threshold) {
  const lines = [];
  for (const [name, belongs] of KINDS_OF_QUESTIONS) {
    const now = totalsAt(threshold, belongs);
    if (now.n === 0) continue;
    const heading = make("th", name);
    heading.scope = "row";
    const line = make("tr");
    const cells = scoreCells(now, totalsAt(rules.threshold, belongs));
    line.append(heading, ...cells.map((cell) => make("td", cell)));
    lines.push(line);
  }
  element("threshold-scores").tBodies[0].replaceChildren(...lines);
  const [exact, , f1, , answered] = [...lines[0].cells].slice(2).map((cell) => cell.textContent);
  element("threshold-words").textContent =
    `At ${threshold.toFixed(3)} the model answers ${answered} % of the questions; ` +
    `exact match ${exact} %, F1 ${f1} %.`;
}

/* The range comes near any number only; what was typed is what counts. */
function moveThreshold(typed) {
  const threshold = Number(typed);
  if (typed === "" || !Number.isFinite(threshold)) return;
  element("threshold").value = threshold;
  element("threshold").setAttribute("aria-valuetext", threshold.toFixed(3));
  showTotals(threshold);
}

function setUpThreshold() {
  const finite = columns.margins.filter((margin) => margin !== null);
  const range = element("threshold");
  const typed = element("threshold-number");
  const recorded = rules.threshold;
  range.min = Math.floor(finite.reduce((low, margin) => Math.min(low, margin), recorded)) - 1;
  range.max = Math.ceil(finite.reduce((high, margin) => Math.max(high, margin), recorded)) + 1;
  const set = (value) => {
    typed.value = value;
    moveThreshold(String(value));
  };
  range.addEventListener("input", () => set(Math.round(range.valueAsNumber * 1000) / 1000));
  typed.addEventListener("input", () => moveThreshold(typed.value));
  element("threshold-reset").addEventListener("click", () => set(recorded));
  element("slider").hidden = false;
  set(recorded);
}

if (rules.is_movable) setUpThreshold();

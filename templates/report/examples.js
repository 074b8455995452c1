/* The examples that fit to a list that holds only the rows in sight, and the chosen one beside it. */

const ROW_HEIGHT = 76;
const ROWS_AROUND = 4;
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 7, PageUp: -7, Home: -Infinity, End: Infinity };
const list = { rows: [], chosen: NOWHERE };

function outcome(row) {
  const kind = columns.kinds[columns.kind_numbers[row]];
  return `${kind} \u00b7 margin ${logits(marginOf(row))}`;
}

function makeRow(place) {
  const row = list.rows[place];
  const link = make("a");
  link.href = exampleLink(row);
  link.tabIndex = -1;
  link.append(make("bdi", texts ? texts.questions[row] : columns.ids[row], "question"));
  if (texts) link.append(make("bdi", markText(row, texts.marks[row]) || NO_ANSWER, "told"));
  link.append(make("span", outcome(row), "told"));
  if (row === list.chosen) link.setAttribute("aria-current", "true");
  const item = make("li");
  item.setAttribute("aria-setsize", list.rows.length);
  item.setAttribute("aria-posinset", place + 1);
  item.style.top = `${place * ROW_HEIGHT}px`;
  item.append(link);
  return item;
}

function showRowsInSight() {
  const { scrollTop, clientHeight } = element("list");
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - ROWS_AROUND);
  const last = Math.min(list.rows.length, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + ROWS_AROUND);
  const items = [];
  for (let place = first; place < last; place += 1) items.push(makeRow(place));
  element("rows").replaceChildren(...items);
}

function tellFound() {
  const place = list.rows.indexOf(list.chosen);
  const shown = place === NOWHERE ? "" : ` Shown: number ${count(place + 1)}.`;
  const words = `${count(list.rows.length)} of ${count(columns.ids.length)} questions.${shown}`;
  // Who hears the page is told the question that others see.
  const question = texts && place !== NOWHERE ? texts.questions[list.chosen] : "";
  element("found").replaceChildren(words, make("span", ` ${question}`, "unseen"));
}

function scrollToChosen() {
  const frame = element("list");
  const top = list.rows.indexOf(list.chosen) * ROW_HEIGHT;
  if (top < frame.scrollTop) frame.scrollTop = top;
  const lowest = top + ROW_HEIGHT - frame.clientHeight;
  if (lowest > frame.scrollTop) frame.scrollTop = lowest;
}

function choose(row) {
  list.chosen = row;
  if (row === NOWHERE) element("example").replaceChildren(make("p", "No question fits."));
  else showExample(row);
  scrollToChosen();
  showRowsInSight();
  tellFound();
}

function refresh() {
  list.rows = chooseRows();
  element("rows").style.height = `${list.rows.length * ROW_HEIGHT}px`;
  element("list").scrollTop = 0;
  choose(list.rows.includes(list.chosen) ? list.chosen : (list.rows[0] ?? NOWHERE));
}

function moveByKey(event) {
  const step = STEPS[event.key];
  if (step === undefined || list.rows.length === 0) return;
  event.preventDefault();
  const place = list.rows.indexOf(list.chosen) + step;
  const row = list.rows[Math.max(0, Math.min(list.rows.length - 1, place))];
  history.replaceState(null, "", exampleLink(row));
  choose(row);
}

function followAddress() {
  const row = columns.ids.findIndex((_, each) => exampleLink(each) === location.hash);
  if (row === NOWHERE) return;
  if (!list.rows.includes(row)) {
    clearChoices();
    refresh();
  }
  choose(row);
  element("examples").scrollIntoView();
}

function clearChoices() {
  for (const each of element("choices").querySelectorAll("input")) each.value = "";
  for (const each of element("choices").querySelectorAll("select")) each.selectedIndex = 0;
  fillGroups();
}

/* Links elsewhere on the page that show the examples behind a figure. */
function followFigure({ kind, trait, group, versus, parting }) {
  clearChoices();
  if (kind) element("kind").value = columns.kinds.indexOf(kind);
  if (trait) {
    const number = columns.traits.findIndex((each) => each.name === trait);
    element("trait").value = number;
    fillGroups();
    element("group").value = columns.traits[number].groups.indexOf(group);
  }
  if (parting) {
    element("versus").value = versus;
    element("parting").value = parting;
  }
  refresh();
}

function setUpExamples() {
  fillChoices();
  const form = element("choices");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.id === "trait") fillGroups();
    refresh();
  });
  element("show-all").addEventListener("click", () => {
    clearChoices();
    refresh();
  });
  element("list").addEventListener("scroll", () => requestAnimationFrame(showRowsInSight));
  element("list").addEventListener("keydown", moveByKey);
  for (const link of document.querySelectorAll("[data-kind], [data-trait], [data-parting]")) {
    link.addEventListener("click", () => followFigure(link.dataset));
  }
  addEventListener("hashchange", followAddress);
  // Mistakes say most.
  element("kind").value = "wrong";
  refresh();
  followAddress();
}

setUpExamples();

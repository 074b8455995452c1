/* What the form asks for to the numbers of the examples that fit, in order. */

const ORDERS = {
  surest: ["Surest answers first", (row) => marginOf(row)],
  unsure: ["Surest to abstain first", (row) => -marginOf(row)],
  near: ["Nearest to the threshold", (row) => Math.abs(marginOf(row) - rules.threshold)],
  lowest: ["Lowest F1 first", (row) => columns.f1[row]],
  given: ["As in the data", (row) => row],
};
const PARTINGS = {
  lost: ["only this model is right", (row, other) => columns.exact[row] > other.exact[row]],
  won: ["only the other is right", (row, other) => columns.exact[row] < other.exact[row]],
  texts: ["answers differ", (row, other) => String(texts?.marks[row]) !== String(other.marks[row])],
};

/* Texts are cut by characters as Python counts them, which JavaScript does only of arrays. */
const cutContexts = new Map();
function cut(row, start, end) {
  const number = texts.context_numbers[row];
  if (!cutContexts.has(number)) {
    const context = texts.contexts[number];
    cutContexts.set(number, /[\ud800-\udfff]/.test(context) ? [...context] : context);
  }
  const part = cutContexts.get(number).slice(start, end);
  return typeof part === "string" ? part : part.join("");
}

function markText(row, [start, end]) {
  return start === NOWHERE ? "" : cut(row, start, end);
}

function goldTexts(row) {
  return texts.golds[row].map((gold) => (typeof gold === "string" ? gold : markText(row, gold)));
}

function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}

const searched = { rows: null, contexts: null };
function fillSearched() {
  searched.contexts = texts ? texts.contexts.map(plain) : [];
  searched.rows = columns.ids.map((id, row) =>
    texts ? plain([id, texts.questions[row], ...goldTexts(row)].join("\n")) : plain(id),
  );
}

function holds(row, words) {
  if (searched.rows === null) fillSearched();
  if (searched.rows[row].includes(words)) return true;
  return texts !== null && searched.contexts[texts.context_numbers[row]].includes(words);
}

/* Only the filters that are set, so that each row is asked as little as possible. */
function setFilters() {
  const value = (id) => element(id)?.value ?? "";
  const filters = [];
  const add = (chosen, filter) => chosen !== "" && filters.push(filter);
  const [kind, cause, trait, group] = ["kind", "cause", "trait", "group"].map(value);
  const words = plain(value("search").trim());
  if (kind === "wrong") filters.push((row) => columns.exact[row] === 0);
  else add(kind, (row) => columns.kind_numbers[row] === Number(kind));
  add(cause, (row) => columns.cause_numbers[row].includes(Number(cause)));
  if (trait !== "") add(group, (row) => columns.traits[trait].numbers[row] === Number(group));
  add(words, (row) => holds(row, words));
  const other = columns.others[value("versus")];
  const parting = PARTINGS[value("parting")];
  if (other && parting) filters.push((row) => parting[1](row, other));
  return filters;
}

function chooseRows() {
  const filters = setFilters();
  const rank = ORDERS[element("order").value][1];
  const rows = columns.ids.map((_, row) => row).filter((row) => filters.every((fits) => fits(row)));
  const ranks = columns.ids.map((_, row) => rank(row));
  return rows.sort((one, other) => (ranks[one] < ranks[other] ? -1 : Number(ranks[one] > ranks[other])));
}

function numbered(names, first) {
  return [["", first], ...names.map((name, number) => [String(number), name])];
}

function fillGroups() {
  const trait = columns.traits[element("trait").value];
  fillSelect("group", numbered(trait ? trait.groups : [], trait ? "all" : "choose a trait first"));
}

function fillChoices() {
  const kinds = numbered(columns.kinds, "all");
  fillSelect("kind", [...kinds, ["wrong", "all but correct"]]);
  fillSelect("cause", numbered(columns.causes, "all"));
  fillSelect("trait", numbered(columns.traits.map((trait) => trait.name), "all"));
  fillGroups();
  fillSelect("versus", columns.others.map((other, number) => [String(number), other.name]));
  const partings = Object.entries(PARTINGS).filter(([name]) => texts || name !== "texts");
  fillSelect("parting", [["", "all"], ...partings.map(([name, [words]]) => [name, words])]);
  fillSelect("order", Object.entries(ORDERS).map(([name, [words]]) => [name, words]));
}

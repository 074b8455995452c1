/* The number of an example to all that is known of it. */

const NO_ANSWER = "no answer";

function namedTexts(name, values) {
  const line = make("div");
  const value = make("dd");
  values.forEach((text, place) => {
    if (place) value.append(" \u00b7 ");
    value.append(make("bdi", text || NO_ANSWER));
  });
  line.append(make("dt", name), value);
  return line;
}

/* The passage in pieces that are gold, answered, both or neither. */
function markedPassage(row) {
  const spans = [
    ...texts.golds[row].filter((gold) => typeof gold !== "string").map((gold) => [...gold, "gold"]),
    [...texts.marks[row], "answer"],
  ].filter(([start]) => start !== NOWHERE);
  const edges = [...new Set([0, ...spans.flatMap(([start, end]) => [start, end]), Infinity])];
  edges.sort((one, other) => one - other);
  const passage = make("p", "", "passage");
  passage.dir = "auto";
  for (let place = 1; place < edges.length; place += 1) {
    const [start, end] = [edges[place - 1], edges[place]];
    const within = spans.filter((span) => span[0] <= start && end <= span[1]).map((span) => span[2]);
    const piece = cut(row, start, end);
    passage.append(within.length ? make("mark", piece, [...new Set(within)].join(" ")) : piece);
  }
  return passage;
}

function colourKey() {
  const key = make("p", "", "key");
  key.append(make("mark", "gold answer", "gold"), make("mark", "predicted answer", "answer"));
  return key;
}

function makeTable(caption, headings, lines) {
  const table = make("table");
  const head = table.createTHead().insertRow();
  for (const heading of headings) {
    const cell = make("th", heading);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [first, ...rest] of lines) {
    const line = body.insertRow();
    const heading = make("th", first, "text");
    heading.scope = "row";
    heading.dir = "auto";
    line.append(heading, ...rest.map((cell) => make("td", cell)));
  }
  const title = make("caption");
  title.append(make("span", caption));
  table.prepend(title);
  const scroller = make("div", "", "scroller");
  scroller.append(table);
  return scroller;
}

function nBestTable(row) {
  const lines = texts.n_best[row].map(([start, end, score]) => [
    markText(row, [start, end]) || NO_ANSWER,
    score.toFixed(3),
  ]);
  return makeTable("The best answers with their scores", ["Answer", "logits"], lines);
}

function othersTable(row) {
  const lines = columns.others.map((other) => [
    other.name,
    texts ? markText(row, other.marks[row]) || NO_ANSWER : "",
    percent(other.exact[row]),
    percent(other.f1[row]),
  ]);
  return makeTable("What others answered", ["Model", "Answer", "Exact, %", "F1, %"], lines);
}

function knownFacts(row) {
  const causes = columns.cause_numbers[row].map((number) => columns.causes[number]);
  const groups = columns.traits
    .filter((trait) => trait.numbers[row] !== NOWHERE)
    .map((trait) => `${trait.name}: ${trait.groups[trait.numbers[row]]}`);
  const list = make("dl", "", "facts");
  if (texts) {
    list.append(
      namedTexts("Gold answers", texts.golds[row].length ? goldTexts(row) : [""]),
      namedTexts("Predicted", [markText(row, texts.marks[row])]),
    );
  }
  list.append(
    namedTexts("Kind", [columns.kinds[columns.kind_numbers[row]]]),
    namedTexts("Scores", [`exact ${percent(columns.exact[row])} %, F1 ${percent(columns.f1[row])} %`]),
    namedTexts("Null margin, in logits", [`${logits(marginOf(row))}, threshold ${rules.threshold}`]),
  );
  if (causes.length) list.append(namedTexts("Causes", causes));
  list.append(namedTexts("Groups", groups.length ? groups : ["none"]));
  return list;
}

function exampleLink(row) {
  return `#example-${encodeURIComponent(columns.ids[row])}`;
}

function showExample(row) {
  const heading = make("h3", texts ? texts.questions[row] : columns.ids[row]);
  heading.dir = "auto";
  const parts = [heading];
  if (texts) parts.push(markedPassage(row), colourKey());
  parts.push(knownFacts(row));
  if (texts) parts.push(nBestTable(row));
  if (columns.others.length) parts.push(othersTable(row));
  const link = make("a", `Link to ${columns.ids[row]}`);
  link.href = exampleLink(row);
  const last = make("p", "", "note");
  last.append(link);
  element("example").replaceChildren(...parts, last);
}

/* Tables of groups: sorted by a heading's button, narrowed to a trait. */

function cellValue(row, column) {
  const text = row.cells[column].textContent.trim();
  const number = Number(text.replaceAll(",", ""));
  return text === "" || Number.isNaN(number) ? text : number;
}

function compareValues(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "en", { numeric: true });
}

function sortTable(table, heading) {
  const isAscending = heading.getAttribute("aria-sort") !== "ascending";
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
  const column = heading.cellIndex;
  const direction = isAscending ? 1 : -1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => direction * compareValues(cellValue(one, column), cellValue(other, column)));
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  for (const heading of table.querySelectorAll("thead th:not([data-plain])")) {
    const button = make("button", heading.textContent);
    button.type = "button";
    button.addEventListener("click", () => sortTable(table, heading));
    heading.replaceChildren(button);
  }
}

function narrowGroups() {
  const trait = element("groups-trait").value;
  for (const row of element("groups-table").tBodies[0].rows) {
    row.hidden = trait !== "" && row.querySelector("a").dataset.trait !== trait;
  }
}

makeSortable(element("groups-table"));
element("groups-trait").addEventListener("change", narrowGroups);
element("groups-trait").parentElement.hidden = false;

// The page is complete without this script, which adds sorting, filters, figures that open in a dialog, and tables saved as CSV.
"use strict";

const MIN_FILTER_ROWS = 8; // tables with fewer rows have no filter
const makeElement = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

// the number of a cell that has one, null for a dash, its text otherwise; the small text below it does not count
const valueOf = (cell) => {
  if ("value" in cell.dataset) return Number(cell.dataset.value.replace("inf", "Infinity"));
  const text = cell.firstChild?.textContent.trim() ?? "";
  return text === "–" ? null : text;
};

const compareValues = (a, b) =>
  typeof a === "number" && typeof b === "number" ? Math.sign(a - b) || 0 : String(a).localeCompare(String(b), "en", { numeric: true });

// Missing values stay last in either direction; equal rows keep their order.
function sortRows(table, column, sign) {
  const keyed = [...table.tBodies[0].rows].map((row) => ({ row, value: valueOf(row.cells[column]) }));
  keyed.sort((a, b) => (a.value === null) - (b.value === null) || sign * compareValues(a.value, b.value));
  table.tBodies[0].append(...keyed.map(({ row }) => row));
}

function addSorting(table) {
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    const button = makeElement("button", { type: "button", className: "sort" }, ...header.childNodes);
    button.addEventListener("click", () => {
      const down = header.ariaSort === "ascending";
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      header.ariaSort = down ? "descending" : "ascending";
      sortRows(table, column, down ? -1 : 1);
    });
    header.replaceChildren(button);
  });
}

function addFilter(table, number) {
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
  const id = `filter-${number}`;
  const field = makeElement("input", { type: "search", id, autocomplete: "off", spellcheck: false });
  const count = makeElement("span", { className: "count", ariaLive: "polite" }, `${rows.length} rows`);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, place) => (row.hidden = !words.every((word) => texts[place].includes(word))));
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
  });
  const label = makeElement("label", { htmlFor: id }, "Rows with");
  (table.closest(".scroll") ?? table).before(makeElement("div", { className: "filter" }, label, field, count));
}

// One dialog shows every figure; the arrow keys step through them, and the browser closes it on Escape.
function makeViewer(links) {
  const title = makeElement("h2", { id: "viewer-title", ariaLive: "polite" });
  const picture = makeElement("img");
  const caption = makeElement("p", { className: "note" });
  const [before, after, close] = ["Previous", "Next", "Close"].map((word) => makeElement("button", { type: "button" }, word));
  const scroll = makeElement("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "Figure" }, picture);
  const head = makeElement("header", {}, title, makeElement("div", {}, before, after, close));
  const dialog = makeElement("dialog", { id: "viewer" }, head, scroll, caption);
  dialog.setAttribute("aria-labelledby", title.id);
  let shown = 0;
  const show = (place) => {
    shown = (place + links.length) % links.length;
    const figure = links[shown].closest("figure");
    const { src, alt } = figure.querySelector("img");
    Object.assign(picture, { src, alt });
    title.textContent = figure.querySelector("h3").firstChild.textContent;
    caption.textContent = figure.querySelector("figcaption")?.textContent ?? "";
    dialog.scrollTop = 0;
  };
  before.addEventListener("click", () => show(shown - 1));
  after.addEventListener("click", () => show(shown + 1));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", ({ key }) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (step && scroll.scrollWidth <= scroll.clientWidth) show(shown + step); // otherwise the arrow keys scroll the figure
  });
  dialog.addEventListener("close", () => links[shown].focus());
  document.body.append(dialog);
  return (place) => {
    show(place);
    dialog.showModal();
  };
}

// Unpack what is in the page as gzip, in base64.
function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}

// A table is saved as the file that it was.
async function saveTable(link) {
  const file = new Blob([await unpack(link.href.split(",")[1]).arrayBuffer()], { type: "text/csv" });
  const href = URL.createObjectURL(file);
  makeElement("a", { href, download: link.download.replace(/\.gz$/, "") }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

// The contents mark the section that is being read.
function trackReading(links) {
  const targets = new Map(links.map((link) => [document.querySelector(link.hash), link]));
  const watcher = new IntersectionObserver(
    (seen) => seen.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
      links.forEach((link) => link.removeAttribute("aria-current"));
      targets.get(target).setAttribute("aria-current", "location");
    }),
    { rootMargin: "-25% 0px -70% 0px" },
  );
  targets.forEach((_, target) => watcher.observe(target));
}

document.querySelectorAll("table:not(.plain, .overview)").forEach((table, number) => {
  if (table.tHead && table.tBodies[0].rows.length > 1) addSorting(table);
  if (table.tBodies[0].rows.length >= MIN_FILTER_ROWS) addFilter(table, number);
});
const figures = [...document.querySelectorAll("figure a[title='Enlarge']")];
const view = makeViewer(figures);
figures.forEach((link, place) => {
  link.ariaHasPopup = "dialog";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    view(place);
  });
});
if ("DecompressionStream" in window) {
  document.querySelectorAll(".downloads a[download]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      saveTable(link);
    }),
  );
}
// Not every browser unfolds what an address leads to, such as the pairs behind a decision.
const unfold = () => document.getElementById(location.hash.slice(1))?.closest("details")?.setAttribute("open", "");
addEventListener("hashchange", unfold);
unfold();
trackReading([...document.querySelectorAll("nav a")]);

// The page is whole without this script. It adds what needs one: sorting, filters, and figures that open in place.
"use strict";

const LARGE = 8; // rows from which a table has a filter
const made = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

// a number where the cell tells one, missing (null) of a dash; text otherwise
const valueOf = (cell) =>
  "value" in cell.dataset ? Number(cell.dataset.value.replace("inf", "Infinity")) : cell.textContent === "–" ? null : cell.textContent;

const compared = (a, b) =>
  typeof a === "number" && typeof b === "number" ? Math.sign(a - b) || 0 : String(a).localeCompare(String(b), "en", { numeric: true });

// what is missing stays last in either direction; equal rows keep their order
function sort(table, column, sign) {
  const keyed = [...table.tBodies[0].rows].map((row) => ({ row, value: valueOf(row.cells[column]) }));
  keyed.sort((a, b) => (a.value === null) - (b.value === null) || sign * compared(a.value, b.value));
  table.tBodies[0].append(...keyed.map(({ row }) => row));
}

function sortable(table) {
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    const button = made("button", { type: "button", className: "sort" }, ...header.childNodes);
    button.addEventListener("click", () => {
      const down = header.ariaSort === "ascending";
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      header.ariaSort = down ? "descending" : "ascending";
      sort(table, column, down ? -1 : 1);
    });
    header.replaceChildren(button);
  });
}

function filterable(table, number) {
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
  const id = `filter-${number}`;
  const field = made("input", { type: "search", id, autocomplete: "off", spellcheck: false });
  const count = made("span", { className: "count", ariaLive: "polite" }, `${rows.length} rows`);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, place) => (row.hidden = !words.every((word) => texts[place].includes(word))));
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
  });
  const label = made("label", { htmlFor: id }, "Rows with");
  (table.closest(".scroll") ?? table).before(made("div", { className: "filter" }, label, field, count));
}

// one dialog shows every figure, and the arrow keys go from one to the next; the browser closes it on Escape
function viewer(links) {
  const title = made("h2", { id: "viewer-title", ariaLive: "polite" });
  const picture = made("img");
  const caption = made("p", { className: "note" });
  const [before, after, close] = ["Previous", "Next", "Close"].map((word) => made("button", { type: "button" }, word));
  const scroll = made("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "Figure" }, picture);
  const head = made("header", {}, title, made("div", {}, before, after, close));
  const dialog = made("dialog", { id: "viewer" }, head, scroll, caption);
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
    if (step && scroll.scrollWidth <= scroll.clientWidth) show(shown + step); // else they scroll the figure
  });
  dialog.addEventListener("close", () => links[shown].focus());
  document.body.append(dialog);
  return (place) => {
    show(place);
    dialog.showModal();
  };
}

// the contents say which section is being read
function follow(links) {
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

document.querySelectorAll("table").forEach((table, number) => {
  if (table.tHead && table.tBodies[0].rows.length > 1) sortable(table);
  if (table.tBodies[0].rows.length >= LARGE) filterable(table, number);
});
const figures = [...document.querySelectorAll("figure a[title='Enlarge']")];
const view = viewer(figures);
figures.forEach((link, place) => {
  link.ariaHasPopup = "dialog";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    view(place);
  });
});
follow([...document.querySelectorAll("nav a")]);

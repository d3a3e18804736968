// Elements out of data. Text is always set as text, so that nothing in the data can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; strings become text, null is left out. */
function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for drawings. */
function draw(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
const counted = (value, one, many) => `${number(value)} ${value === 1 ? one : many || one + "s"}`;

/** Verdicts from the worst to the harmless, which is also the order of bars and legends. */
const VERDICTS = ["lost", "stale", "leaked", "kept", "rescued", "detached", "empty"];
const BROKEN = new Set(["lost", "stale", "leaked"]);

function verdictChip(verdict, text) {
  return make("span", { class: `verdict ${verdict}` }, text || verdict);
}

/**
 * Heads of a table that sort it. A column is {title, value(row), numeric, down}; *changed* is
 * called with the comparison. *down* makes the first click sort from the largest. *initial* is a
 * column's index, or null for the order that the rows have.
 */
function sortable(row, columns, initial, changed) {
  let current = initial;
  let down = initial !== null && Boolean(columns[initial].down);
  const cells = columns.map((column, index) => {
    if (!column.value) return make("th", { scope: "col" }, make("span", { class: "unseen" }, column.title));
    const click = () => {
      down = current === index ? !down : Boolean(column.down);
      current = index;
      show();
    };
    const button = make("button", { type: "button", onclick: click }, column.title);
    return make("th", { scope: "col", class: column.numeric ? "number" : null }, button);
  });
  row.replaceChildren(...cells);
  function show() {
    cells.forEach((cell, index) => {
      if (index === current) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    if (current === null) return changed(() => 0);
    const { value } = columns[current];
    return changed((left, right) => {
      const [a, b] = [value(left), value(right)];
      const order = a < b ? -1 : a > b ? 1 : 0;
      return down ? -order : order;
    });
  }
  show();
}

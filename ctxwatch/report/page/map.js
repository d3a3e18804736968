// The map: sorts of units as nodes, hand-offs between them as edges, and the table of boundaries.

const MOST_DRAWN = 40;

function showMap(data) {
  const edges = data.edges.map(([from, to, boundary, verdict, count]) => ({ from, to, boundary, verdict, count }));
  edges.sort((a, b) => BROKEN.has(b.verdict) - BROKEN.has(a.verdict) || b.count - a.count);
  const drawn = edges.slice(0, MOST_DRAWN);
  const drawing = byId("map-drawing");
  drawing.hidden = !drawn.length;
  byId("map-about").replaceChildren(drawn.length
    ? "Sorts of threads and tasks, and what was handed from one to another. The wider, the more often. "
    : "These logs have no snapshots of hand-offs, so there is no map to draw: at CTXWATCH_LOG_LEVEL=debug all are written.",
  ...(drawn.length ? VERDICTS.filter((v) => drawn.some((e) => e.verdict === v)).flatMap((v) => [verdictChip(v), " "]) : []),
  edges.length > drawn.length ? ` ${counted(edges.length - drawn.length, "smaller edge")} left out.` : "",
  data.leftOut ? ` ${counted(data.leftOut, "hand-off")} could not be paired.` : "");
  if (drawn.length) drawing.replaceChildren(mapDrawing(drawn));
  showBoundaries(data);
}

const [NODE, GAP, SLOT] = [220, 90, 22];

/** The room that the names of edges need. */
const room = (edges) => Math.max(0, ...edges.map((edge) => edgeName(edge).length * 6.3 + 14));

function mapDrawing(edges) {
  const nodes = layered(edges);
  for (const node of nodes.values()) Object.assign(node, { ins: [], backs: [], inside: [] });
  for (const edge of edges) {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    to[from === to ? "inside" : to.column <= from.column ? "backs" : "ins"].push(edge);
  }
  const columns = [];
  for (const node of nodes.values()) (columns[node.column] ||= []).push(node);
  let left = 20;
  for (const [index, column] of columns.entries()) {
    column.names = room(column.flatMap((node) => node.ins));
    if (index) left += GAP + column.names;
    let y = 20;
    for (const node of column) {
      node.x = left;
      node.high = Math.max(44 + SLOT * node.inside.length, SLOT * Math.max(node.ins.length, node.backs.length) + 14);
      node.y = y;
      y += node.high + 26;
    }
    column.high = y;
    // The names of what goes back stand to the right of their column.
    const backs = column.flatMap((node) => node.backs);
    left += NODE + (backs.length ? 46 + room(backs) : 0);
  }
  const height = Math.max(...columns.map((column) => column.high));
  for (const column of columns) for (const node of column) node.y += (height - column.high) / 2;
  for (const column of columns) for (const node of column) node.names = column.names;
  const width = left + 20;
  const between = edges.filter((edge) => edge.from !== edge.to);
  const lines = between.map((edge) => edgeLine(edge, nodes.get(edge.from), nodes.get(edge.to)));
  const boxes = [...nodes].map(([name, node]) => nodeBox(name, node));
  // Where it is wider than the page it shrinks, as far as it can be read; then it is scrolled.
  const style = `min-width: ${0.8 * width}px`;
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, style, role: "img", "aria-label": "Map of the hand-offs; the table below has the same numbers" },
    draw("g", {}, lines.map((line) => line.path)), boxes, draw("g", {}, lines.map((line) => line.text)));
}

/** A box with the unit's name, and what units of that sort hand to their like. */
function nodeBox(name, { x, y, high, inside }) {
  const middle = { x: x + NODE / 2, "text-anchor": "middle" };
  const top = y + (high - SLOT * inside.length) / 2 + 4;
  return draw("g", { class: "node" },
    draw("rect", { x, y, width: NODE, height: high, rx: 9 }),
    draw("text", { ...middle, y: top }, clipped(name, 34)),
    inside.map((edge, index) => draw("text", { ...middle, y: top + SLOT * (index + 1), class: `edge-name ${edge.verdict}` },
      `↻ ${clipped(edgeName(edge), 33)}`, draw("title", {}, edgeName(edge)))),
    draw("title", {}, name));
}

const clipped = (text, length) => (text.length > length ? text.slice(0, length - 1) + "…" : text);
const edgeName = (edge) => `${edge.boundary} ${number(edge.count)} ${edge.verdict}`;

/** Nodes with their columns: one further to the right than whoever hands work to them first. */
function layered(edges) {
  const nodes = new Map();
  for (const { from, to } of edges) for (const name of [from, to]) nodes.set(name, { column: -1 });
  const arrivals = new Set(edges.filter((e) => e.from !== e.to).map((e) => e.to));
  const starts = [...nodes.keys()].filter((name) => !arrivals.has(name));
  let front = starts.length ? starts : [edges[0].from];
  const place = (from) => {
    front = from;
    while (front.length) {
      const next = [];
      for (const name of front) {
        for (const edge of edges.filter((e) => e.from === name && nodes.get(e.to).column < 0)) {
          nodes.get(edge.to).column = nodes.get(name).column + 1;
          next.push(edge.to);
        }
      }
      front = next;
    }
  };
  for (const name of front) nodes.get(name).column = 0;
  place(front);
  for (const [name, node] of nodes) if (node.column < 0) { node.column = 0; place([name]); }
  return nodes;
}

/** A curve that ends in a straight line with the name on it; what goes back goes around on the right. */
function edgeLine(edge, from, to) {
  const goesBack = to.column <= from.column;
  const slots = goesBack ? to.backs : to.ins;
  const y = to.y + to.high / 2 + (slots.indexOf(edge) - (slots.length - 1) / 2) * SLOT;
  const x = from.x + NODE;
  const start = from.y + from.high / 2;
  const width = Math.min(1.5 + Math.log10(edge.count), 7);
  let d, place;
  if (goesBack) {
    const back = to.x + NODE;
    const reach = Math.max(x, back) + 46;
    d = `M${x} ${start} C${reach} ${start} ${reach} ${y} ${back} ${y}`;
    place = { x: reach - 4, y: y + 4, "text-anchor": "start" };
  } else {
    const end = to.x - to.names;
    const bend = (end - x) * 0.5;
    d = `M${x} ${start} C${x + bend} ${start} ${end - bend} ${y} ${end} ${y} L${to.x} ${y}`;
    place = { x: to.x - 10, y: y - width / 2 - 3, "text-anchor": "end" };
  }
  return {
    path: draw("path", { d, class: `edge ${edge.verdict}`, "stroke-width": width.toFixed(1) },
      draw("title", {}, `${edge.from} → ${edge.to}: ${edgeName(edge)}`)),
    text: draw("text", { ...place, class: `edge-name ${edge.verdict}` }, edgeName(edge)),
  };
}

function showBoundaries(data) {
  const rows = Object.entries(data.crossings).map(([name, counts]) => ({ name, counts, total: Object.values(counts).reduce((a, b) => a + b, 0) }));
  const table = byId("boundaries");
  table.hidden = !rows.length;
  if (!rows.length) return;
  const used = VERDICTS.filter((verdict) => rows.some((row) => row.counts[verdict]));
  const broken = (row) => [...BROKEN].reduce((sum, verdict) => sum + (row.counts[verdict] || 0), 0) / row.total;
  const columns = [
    { title: "Boundary", value: (row) => row.name },
    { title: "Share", value: broken, down: true },
    ...used.map((verdict) => ({ title: verdict, value: (row) => row.counts[verdict] || 0, numeric: true, down: true })),
    { title: "All", value: (row) => row.total, numeric: true, down: true },
  ];
  sortable(table.tHead.rows[0], columns, 1, (order) => {
    table.tBodies[0].replaceChildren(...rows.sort(order).map((row) => make("tr", {},
      make("th", { scope: "row" }, row.name),
      make("td", {}, make("div", { class: "bar", role: "img", "aria-label": `${Math.round(broken(row) * 100)} % not kept` },
        used.map((verdict) => make("i", { class: verdict, style: `flex-grow:${row.counts[verdict] || 0}` })))),
      used.map((verdict) => make("td", { class: `number ${row.counts[verdict] ? "" : "dim"}` }, number(row.counts[verdict] || 0))),
      make("td", { class: "number" }, number(row.total)))));
  });
}

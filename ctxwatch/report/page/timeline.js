// The timeline: a lane for each unit of a process, an arrow for each hand-off.

function showTimeline(data) {
  const section = byId("timeline");
  section.hidden = !data.timeline.length;
  if (section.hidden) return;
  const process = make("select", { "aria-label": "Process" }, data.timeline.map(({ pid, passages }, index) =>
    make("option", { value: index }, `process ${pid}: ${counted(passages.length, "hand-off")}`)));
  const scale = make("select", { "aria-label": "Scale" },
    make("option", { value: "even" }, "one after the other"), make("option", { value: "time" }, "true to time"));
  const zoom = make("input", { type: "range", min: 1, max: 12, step: 0.5, value: 1, "aria-label": "Zoom" });
  byId("timeline-controls").replaceChildren(process, scale, make("label", {}, "zoom ", zoom));
  const show = () => {
    const { passages } = data.timeline[process.value];
    byId("timeline-drawing").replaceChildren(timelineDrawing(passages, scale.value === "time", Number(zoom.value)));
    showPassages(passages);
  };
  for (const control of [process, scale, zoom]) control.addEventListener("input", show);
  show();
}

function timelineDrawing(passages, trueToTime, zoom) {
  const lanes = new Map();
  const times = [];
  for (const [left, origin, arrived, arrival] of passages) {
    for (const name of [origin, arrival]) if (!lanes.has(name)) lanes.set(name, lanes.size);
    times.push(left, arrived);
  }
  times.sort((a, b) => a - b);
  const [names, lane, top] = [230, 30, 34];
  const moments = [...new Set(times)];
  const places = new Map(moments.map((time, index) => [time, index]));
  const span = Math.max(times[times.length - 1] - times[0], 0.001);
  const room = (trueToTime ? 900 : Math.max(900, moments.length * 7)) * zoom;
  const x = (time) => names + 20 + room * (trueToTime ? (time - times[0]) / span : (places.get(time) + 0.5) / moments.length);
  const y = (name) => top + lanes.get(name) * lane + lane / 2;
  const [width, height] = [names + room + 60, top + lanes.size * lane + 16];
  const ticks = Array.from({ length: 7 }, (_, index) => {
    const time = trueToTime ? times[0] + span * index / 6 : moments[Math.round((moments.length - 1) * index / 6)];
    return draw("g", { class: "tick" }, draw("line", { x1: x(time), x2: x(time), y1: top - 6, y2: height - 10 }),
      draw("text", { x: x(time), y: top - 12, "text-anchor": "middle" }, milliseconds(time - times[0])));
  });
  const rows = [...lanes.keys()].map((name) => draw("g", { class: "lane" },
    draw("line", { x1: names, x2: width - 10, y1: y(name), y2: y(name) }),
    draw("text", { x: names - 8, y: y(name) + 4, "text-anchor": "end" }, name.length > 32 ? name.slice(0, 31) + "…" : name), draw("title", {}, name)));
  // The harmless first, so that trouble is drawn on top of it.
  const ordered = [...passages].sort((a, b) => BROKEN.has(a[5]) - BROKEN.has(b[5]));
  const arrows = ordered.map(([left, origin, arrived, arrival, boundary, verdict, site]) => {
    const [x1, y1, x2, y2] = [x(left), y(origin), Math.max(x(arrived), x(left)), y(arrival)];
    const bend = Math.max((x2 - x1) / 2, 6);
    return draw("g", { class: `arrow ${verdict}` },
      draw("path", { d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }),
      draw("circle", { cx: x1, cy: y1, r: 2.5 }), draw("circle", { cx: x2, cy: y2, r: 4 }),
      draw("title", {}, `${boundary}: ${verdict}\n${origin} → ${arrival}\n${site}\nafter ${milliseconds(arrived - left)}`));
  });
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": "Timeline; the table below has the same hand-offs" }, ticks, rows, arrows);
}

const milliseconds = (time) => (time >= 10000 ? `${(time / 1000).toFixed(1)} s` : `${time.toFixed(time < 10 ? 2 : 0)} ms`);

function showPassages(passages) {
  const start = Math.min(...passages.map((p) => p[0]));
  const columns = [
    { title: "After", value: (p) => p[0], numeric: true },
    { title: "From", value: (p) => p[1] },
    { title: "To", value: (p) => p[3] },
    { title: "Boundary", value: (p) => p[4] },
    { title: "Verdict", value: (p) => VERDICTS.indexOf(p[5]) },
    { title: "Line", value: (p) => p[6] },
    { title: "Took", value: (p) => p[2] - p[0], numeric: true, down: true },
  ];
  const table = byId("passages");
  const rows = [...passages];
  sortable(table.tHead.rows[0], columns, 0, (order) => {
    table.tBodies[0].replaceChildren(...rows.sort(order).map((p) => make("tr", {},
      make("td", { class: "number" }, milliseconds(p[0] - start)), make("td", {}, p[1]), make("td", {}, p[3]), make("td", {}, p[4]),
      make("td", {}, verdictChip(p[5])), make("td", {}, make("code", {}, p[6])), make("td", { class: "number" }, milliseconds(p[2] - p[0])))));
  });
}

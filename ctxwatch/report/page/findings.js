// The table of findings: searched, filtered, sorted, a page at a time; details are drawn when opened.

const ROWS = 50;
const RANK = { error: 0, warning: 1, info: 2 };
const HEADINGS = {
  site: (f) => f.site,
  span: (f) => (f.span === null ? "(no span)" : f.span),
  boundary: (f) => f.boundary || "(no boundary)",
};

function showFindings(data) {
  const all = data.findings;
  const open = new Set(all.length ? [location.hash.slice(1) || all[0].id] : []);
  const codes = new Set();
  let compare = null;
  let chosen = all;
  let groups = new Map();
  let first = 0;

  const columns = [
    { title: "Code", value: (f) => `${RANK[f.severity]}${f.code}` },
    { title: "Span", value: (f) => f.span || "" },
    { title: "Boundary", value: (f) => f.boundary || "" },
    { title: "Line", value: (f) => f.site },
    { title: "Times", value: (f) => f.count, numeric: true, down: true },
    { title: "Processes", value: (f) => f.processes, numeric: true, down: true },
    { title: "Last seen", value: (f) => f.last, down: true },
  ];

  const haystack = (f) => (f.haystack ??= [f.code, f.span, f.boundary, f.headline, f.site, f.function, f.unit, f.trace, f.spanId,
    ...f.stops.map((stop) => stop.place)].join("\n").toLowerCase());

  function choose() {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const boundary = byId("boundary").value;
    chosen = all.filter((f) => (!codes.size || codes.has(f.code)) && (!boundary || f.boundary === boundary)
      && words.every((word) => haystack(f).includes(word)));
    chosen.sort(compare);
    groups = new Map();
    const heading = HEADINGS[byId("group").value];
    if (heading) {
      for (const f of chosen) {
        if (!groups.has(heading(f))) groups.set(heading(f), []);
        groups.get(heading(f)).push(f);
      }
      chosen = [...groups.values()].flat();
    }
    first = 0;
    show();
  }

  function show() {
    const rows = chosen.slice(first, first + ROWS);
    byId("table").tBodies[0].replaceChildren(...rows.flatMap((f, index) => [...groupRow(f, rows[index - 1]), ...row(f)]));
    const times = chosen.reduce((sum, f) => sum + f.count, 0);
    byId("count").textContent = all.length
      ? `${counted(chosen.length, "finding")}${chosen.length < all.length ? ` of ${number(all.length)}` : ""}, ${counted(times, "time")}`
      : "Nothing was found: every context arrived where it should.";
    byId("table").hidden = !chosen.length;
    byId("filters").hidden = !all.length;
    showPager();
  }

  /** The heading of the group of *f*, where it begins or goes on on another page. */
  function groupRow(f, above) {
    const heading = HEADINGS[byId("group").value];
    if (!heading || (above && heading(above) === heading(f))) return [];
    const group = groups.get(heading(f));
    const times = group.reduce((sum, one) => sum + one.count, 0);
    return [make("tr", { class: "group" }, make("th", { colspan: columns.length, scope: "rowgroup" }, heading(f),
      make("span", { class: "dim" }, ` ${counted(group.length, "finding")}, ${counted(times, "time")}`)))];
  }

  function showPager() {
    const turn = (to) => () => { first = to; show(); byId("findings").scrollIntoView(); };
    const last = Math.min(first + ROWS, chosen.length);
    byId("pager").replaceChildren(...(chosen.length <= ROWS ? [] : [
      make("button", { type: "button", disabled: first === 0, onclick: turn(first - ROWS) }, "← Previous"),
      make("span", {}, `${number(first + 1)} to ${number(last)} of ${number(chosen.length)}`),
      make("button", { type: "button", disabled: last === chosen.length, onclick: turn(last) }, "Next →"),
    ]));
  }

  function row(f) {
    const isOpen = open.has(f.id);
    const details = make("tr", { class: "details", id: `details-${f.id}`, hidden: !isOpen },
      make("td", { colspan: columns.length }, isOpen ? detail(f, data) : null));
    const button = make("button", { type: "button", class: "opener", "aria-expanded": String(isOpen), "aria-controls": `details-${f.id}` },
      make("span", { class: `code ${f.severity}` }, f.code));
    const toggle = () => {
      const opens = details.hidden;
      if (opens && !details.firstChild.firstChild) details.firstChild.append(detail(f, data));
      details.hidden = !opens;
      button.setAttribute("aria-expanded", String(opens));
      if (opens) { open.add(f.id); history.replaceState(null, "", `#${f.id}`); } else open.delete(f.id);
    };
    button.addEventListener("click", (event) => { event.stopPropagation(); toggle(); });
    const parent = f.expected || f.actual;
    return [make("tr", { class: "row", onclick: (event) => { if (!String(getSelection())) toggle(event); } },
      make("td", {}, button),
      make("td", {}, make("strong", {}, f.span === null ? "(no span)" : f.span),
        parent && parent.name !== null ? make("div", { class: "dim" }, `${f.expected ? "of" : "under"} ${parent.name}`) : null),
      make("td", {}, f.boundary || ""),
      make("td", {}, make("code", {}, f.site)),
      make("td", { class: "number" }, number(f.count)),
      make("td", { class: "number" }, number(f.processes)),
      make("td", { class: "dim nowrap" }, f.last.slice(0, 19).replace("T", " "))), details];
  }

  function chips() {
    const counts = new Map();
    for (const f of all) counts.set(f.code, (counts.get(f.code) || 0) + 1);
    byId("codes").replaceChildren(...[...counts].sort().map(([code, count]) => {
      const chip = make("button", { type: "button", "aria-pressed": "false", title: data.titles[code] }, `${code} `, make("b", {}, number(count)));
      chip.addEventListener("click", () => {
        if (!codes.delete(code)) codes.add(code);
        chip.setAttribute("aria-pressed", String(codes.has(code)));
        choose();
      });
      return chip;
    }));
    const boundaries = [...new Set(all.map((f) => f.boundary || ""))].sort();
    byId("boundary").replaceChildren(make("option", { value: "" }, "every boundary"),
      ...boundaries.filter(Boolean).map((name) => make("option", { value: name }, name)));
  }

  /** Up and down move between the rows, as in a list. */
  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.classList.contains("opener")) return;
    const openers = [...byId("table").querySelectorAll(".opener")];
    const next = openers[openers.indexOf(event.target) + step];
    if (next) { event.preventDefault(); next.focus(); }
  }

  chips();
  byId("group").value = data.group;
  byId("search").addEventListener("input", choose);
  byId("boundary").addEventListener("change", choose);
  byId("group").addEventListener("change", choose);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("table").addEventListener("keydown", move);
  sortable(byId("table").tHead.rows[0], columns, null, (order) => { compare = order; choose(); });
}

/** All that is known of one finding. */
function detail(f, data) {
  const paste = data.texts[f.paste];
  const copy = make("button", { type: "button", class: "copy" }, "Copy");
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(paste).then(() => { copy.textContent = "Copied"; }, () => { copy.textContent = "Select and copy by hand"; });
  });
  return make("article", { class: "detail", "aria-label": f.headline },
    make("h3", {}, f.headline),
    traces(f),
    make("div", { class: "columns" },
      make("div", {},
        make("h4", {}, "The way of the work"),
        make("ol", { class: "way" }, f.stops.map(stop)),
        f.before.length ? make("details", {}, make("summary", { class: "dim" }, "What the same trace handed over before"),
          make("ol", {}, f.before.map(([boundary, verdict, place]) =>
            make("li", {}, `${boundary} at `, make("code", {}, place), " ", verdict ? verdictChip(verdict) : "not begun")))) : null),
      make("div", {},
        make("h4", {}, "Why"),
        make("p", {}, data.texts[f.cause]),
        make("h4", {}, "What mends it"),
        make("p", {}, data.texts[f.remedy]),
        paste ? make("div", { class: "paste" }, copy, make("pre", {}, make("code", {}, paste))) : null,
        make("p", { class: "dim" }, "The long story: ", make("code", {}, `ctxwatch explain ${f.code}`)))),
    make("dl", { class: "facts dim" }, facts(f)));
}

function stop(s) {
  return make("li", {},
    make("div", {}, s.what ? `${s.what} ` : "", make("code", { class: "place" }, s.place),
      s.function ? make("span", { class: "dim" }, ` in ${s.function}`) : null),
    s.source ? make("pre", { class: "source" }, s.source) : null,
    s.label ? make("div", { class: "label" }, s.label) : null,
    s.onward ? make("div", { class: "onward" }, s.onward) : null);
}

function facts(f) {
  const span = (which) => (which ? `${spanName(which)}: trace ${which.trace_id}, span ${which.span_id}` : "none");
  return [["ran in", f.unit], ["trace", f.trace || "none"], ["span", f.spanId || "none"], ["parent it has", span(f.actual)],
    ["parent it should have", span(f.expected)], ["seen", `${counted(f.count, "time")} in ${counted(f.processes, "process", "processes")}, ${f.first} to ${f.last}`],
    ["fingerprint", f.id],
  ].flatMap(([what, value]) => [make("dt", {}, what), make("dd", {}, value)]);
}

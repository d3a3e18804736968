// A finding's trace as it is and as it should have been, with the cut between the two units.

const short = (id) => id.slice(0, 8) + "…";

/** Two figures, side by side; none where no hand-off is to blame. */
function traces(finding) {
  if (finding.family === "scope_misuse") return null;
  const [is, should] = stories(finding);
  return make("div", { class: "traces" }, figure("As it is", "is", is), figure("As it should be", "should", should));
}

function figure(title, kind, { above, passage, below }) {
  return make("figure", { class: `trace ${kind}` },
    make("figcaption", {}, title),
    unitBox(above),
    passageBox(passage),
    unitBox(below));
}

function unitBox({ name, spans }) {
  const items = spans.map(({ span, mark, note, depth }) =>
    make("li", { class: `span ${mark}`, style: `--depth:${depth || 0}` },
      make("strong", {}, span), note ? make("span", { class: "note" }, note) : null));
  return make("div", { class: "unit" }, make("div", { class: "unit-name" }, name), make("ul", {}, items));
}

function passageBox({ kind, name, note }) {
  return make("div", { class: `passage ${kind}` },
    make("span", { class: "rail", "aria-hidden": "true" }),
    kind === "cut" ? zigzag() : null,
    make("span", { class: "passage-name" }, kind === "cut" ? "✂ " : "", make("code", {}, name), ` ${note}`));
}

/** The cut: a torn edge over the whole width. */
function zigzag() {
  const id = `tear${zigzag.count = (zigzag.count || 0) + 1}`;
  const tear = draw("path", { d: "M0 6 L6 1 L12 6 L18 11 L24 6", class: "tear" });
  return draw("svg", { class: "zigzag", height: 12, "aria-hidden": "true" },
    draw("defs", {}, draw("pattern", { id, width: 24, height: 12, patternUnits: "userSpaceOnUse" }, tear)),
    draw("rect", { width: "100%", height: 12, fill: `url(#${id})` }));
}

/** What both pictures show, by the family of the finding. */
function stories(finding) {
  const span = finding.span === null ? "(no span)" : finding.span;
  const expected = spanName(finding.expected);
  const actual = spanName(finding.actual);
  const here = `handed over in ${finding.function}`;
  const there = finding.unit;
  const way = finding.hops.map((hop) => hop[0]).join(" › ") || finding.boundary || "";
  const parent = finding.expected || finding.actual;
  const trace = (which) => (which ? `trace ${short(which.trace_id)}` : "");
  const own = finding.trace ? `a trace of its own, ${short(finding.trace)}` : "a trace of its own";
  const open = { span: finding.expected ? expected : actual, mark: "good", note: trace(parent) };
  const should = {
    above: { name: here, spans: [open] },
    passage: { kind: "carried", name: way, note: "carries the context along" },
    below: { name: there, spans: [{ span, mark: "good child", note: `child of ${open.span}`, depth: 1 }] },
  };
  const ended = { span: actual, mark: "ended", note: `had ended, ${trace(finding.actual)}` };
  const astray = { span, mark: "bad child", note: `child of ${actual}`, depth: 1 };

  if (finding.family === "parent_missing") {
    const [above, below] = [`started in ${finding.function}`, `started at ${finding.stops[finding.stops.length - 1].place}`];
    return [{
      above: { name: above, spans: [{ span: actual, mark: "ghost", note: "never arrived" }] },
      passage: { kind: "cut", name: way, note: "the parent is not exported" },
      below: { name: below, spans: [{ span, mark: "bad", note: "child of a span that nobody knows" }] },
    }, {
      above: { name: above, spans: should.above.spans },
      passage: { kind: "carried", name: way, note: "both are exported" },
      below: { name: below, spans: should.below.spans },
    }];
  }
  if (finding.family === "late_child") {
    return [{
      above: { name: here, spans: [ended] },
      passage: { kind: "late", name: way, note: "goes on after the parent's end" },
      below: { name: there, spans: [astray] },
    }, { ...should, passage: { kind: "carried", name: way, note: "is waited for, or linked" } }];
  }
  if (finding.expected === null && finding.actual !== null) {
    return [{
      above: { name: here, spans: [ended] },
      passage: { kind: "late", name: way, note: "keeps the context for ever" },
      below: { name: there, spans: [astray] },
    }, {
      above: { name: here, spans: [{ span: actual, mark: "good", note: trace(finding.actual) }] },
      passage: { kind: "apart", name: way, note: "starts without a context" },
      below: { name: there, spans: [{ span, mark: "good", note: "a trace of its own" }] },
    }];
  }
  if (finding.actual !== null) {
    return [{
      above: { name: here, spans: [open] },
      passage: { kind: "cut", name: way, note: "the context stays behind" },
      below: { name: there, spans: [ended, astray] },
    }, should];
  }
  return [{
    above: { name: here, spans: finding.expected ? [open] : [{ span: "the producer's span", mark: "ghost", note: "not known here" }] },
    passage: { kind: "cut", name: way, note: "the context stays behind" },
    below: { name: there, spans: [{ span, mark: "bad", note: own }] },
  }, finding.expected ? should : {
    ...should,
    above: { name: here, spans: [{ span: "the producer's span", mark: "good" }] },
    below: { name: there, spans: [{ span, mark: "good child", note: "child of the producer's span", depth: 1 }] },
  }];
}

const spanName = (span) => (span === null || span.name === null ? "another span" : span.name);

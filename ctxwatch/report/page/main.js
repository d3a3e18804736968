// Reads the data and draws the page.

function showTiles(data) {
  const handOffs = Object.values(data.crossings).flatMap((counts) => Object.entries(counts));
  const all = handOffs.reduce((sum, [, count]) => sum + count, 0);
  const broken = handOffs.reduce((sum, [verdict, count]) => sum + (BROKEN.has(verdict) ? count : 0), 0);
  const wrong = data.findings.filter((f) => f.severity !== "info").length;
  const times = data.findings.reduce((sum, f) => sum + f.count, 0);
  const tiles = [
    [number(data.findings.length), data.findings.length === 1 ? "finding" : "findings", wrong ? "bad" : "good"],
    [number(times), times === 1 ? "time seen" : "times seen", ""],
    [number(all), "hand-offs watched", ""],
    [number(broken), "of them did not keep the context", broken ? "bad" : "good"],
    [number(data.processes), data.processes === 1 ? "process" : "processes", ""],
  ];
  byId("tiles").replaceChildren(...tiles.map(([value, what, mark]) =>
    make("div", { class: `tile ${mark}` }, make("b", {}, value), make("span", {}, what))));
}

function showLog(data) {
  const files = data.files.length > 5 ? `${data.files.slice(0, 5).join(", ")} and ${number(data.files.length - 5)} more` : data.files.join(", ");
  const lines = [`${counted(data.records, "record")} of ${counted(data.processes, "process", "processes")} in ${files}`,
    ...data.remarks, `Report made at ${data.generated.replace("+00:00", " UTC").replace("T", " ")}`];
  byId("remarks").replaceChildren(...lines.map((line) => make("li", {}, line)));
}

/** The theme of the system, until the reader chooses another. */
function watchTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = byId("theme");
  let chosen = null;
  const show = () => {
    const dark = chosen === null ? system.matches : chosen;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use ${dark ? "light" : "dark"} colours`);
  };
  button.addEventListener("click", () => { chosen = document.documentElement.dataset.theme !== "dark"; show(); });
  system.addEventListener("change", show);
  show();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    event.preventDefault();
    byId("search").focus();
  }
});

const data = JSON.parse(byId("data").textContent);
watchTheme();
showTiles(data);
showFindings(data);
showMap(data);
showTimeline(data);
showLog(data);

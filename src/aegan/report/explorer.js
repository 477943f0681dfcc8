// Curves that answer to the pointer and to the arrow keys, a filter of methods, and runs side by side. uPlot draws them.
async function startExplorer(root) {
  const { looks, curves, runs } = await unpack(root.dataset.packed).json();
  const [curveField, methodField, chart, values, picks, table] = ["curves", "methods", "chart", "values", "picks", "runs"].map(
    (part) => root.querySelector(`[data-part=${part}]`),
  );
  const write = (value) => (value === null ? "none" : Number(value.toPrecision(3)).toString().replace("-", "−"));
  const colourOf = (name) => getComputedStyle(root).getPropertyValue(`--${name}`);

  curves.forEach(({ dataset, label }, place) => curveField.append(new Option(`${dataset}: ${label}`, place)));
  const boxes = Object.entries(looks).map(([method, [colour]]) => {
    const box = makeElement("input", { type: "checkbox", checked: true, value: method });
    const label = makeElement("label", {}, box, ` ${method} `);
    label.style.color = colour;
    methodField.append(label);
    return box;
  });
  const everyRun = Object.entries(runs).flatMap(([dataset, methods]) =>
    Object.entries(methods).flatMap(([method, seeds]) =>
      Object.entries(seeds).map(([seed, facts]) => ({ dataset, method, seed, facts, name: `${method}, seed ${seed}, ${dataset}` })),
    ),
  );
  const pickFields = [...picks.querySelectorAll("select")];
  pickFields.forEach((field) => field.append(new Option("none", ""), ...everyRun.map(({ name }, place) => new Option(name, place))));
  const listPicked = () => pickFields.filter(({ value }) => value).map(({ value }) => everyRun[value]);

  // the median, lowest and highest of the seeds at each step; null where no seed has a value
  const summarise = (seeds) => {
    const sorted = seeds[0].map((_, place) => seeds.map((own) => own[place]).filter((v) => v !== null).sort((a, b) => a - b));
    const middle = (v) => (v.length ? (v[(v.length - 1) >> 1] + v[v.length >> 1]) / 2 : null);
    return [sorted.map(middle), sorted.map((v) => v[0] ?? null), sorted.map((v) => v.at(-1) ?? null)];
  };

  let plot, lines;
  const read = (place) => {
    const { steps } = curves[curveField.value];
    const parts = place == null ? [] : lines.map(({ name, median, low, high }) =>
      `${name}: ${write(median[place])}${low ? ` (${write(low[place])} to ${write(high[place])})` : ""}`);
    values.textContent = place == null ? "" : `step ${steps[place]}: ${parts.join("; ")}`;
  };

  function draw() {
    const { dataset, label, log, log_steps, steps, runs: own } = curves[curveField.value];
    const methods = boxes.filter(({ checked, value }) => checked && value in own).map(({ value }) => value);
    lines = methods.map((method) => {
      const [median, low, high] = summarise(Object.values(own[method]));
      return { name: method, look: looks[method], median, low, high };
    });
    listPicked().filter((run) => run.dataset === dataset && own[run.method]?.[run.seed]).forEach(({ method, seed }) =>
      lines.push({ name: `${method} seed ${seed}`, look: [looks[method][0], [2, 3]], median: own[method][seed] }));
    const data = [steps], series = [{}], bands = [];
    for (const { look: [stroke, dash], median, low, high } of lines) {
      data.push(median);
      series.push({ stroke, dash, width: low ? 2 : 1, spanGaps: true, points: { show: false } });
      if (!low) continue;
      data.push(high, low);
      series.push(...[1, 2].map(() => ({ stroke: "transparent", spanGaps: true, points: { show: false } })));
      bands.push({ series: [data.length - 2, data.length - 1], fill: `${stroke}29` });
    }
    const axis = { stroke: colourOf("muted"), grid: { stroke: colourOf("line"), width: 1 }, ticks: { show: false } };
    if (plot) plot.destroy();
    plot = lines.length && new uPlot({
      width: chart.clientWidth,
      height: 320,
      scales: { x: { time: false, distr: log_steps ? 4 : 1 }, y: { distr: log ? 3 : 1 } },
      axes: [{ ...axis, label: "step" }, { ...axis, label, size: 70 }],
      series,
      bands,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      hooks: { setCursor: [({ cursor }) => read(cursor.idx)] },
    }, data, chart);
    chart.ariaLabel = `${label} on ${dataset}, over steps, of ${lines.map(({ name }) => name).join(", ") || "no method"}; the arrow keys read the values`;
    read(null);
  }

  function compare() {
    const picked = listPicked();
    const facts = [...new Set(picked.flatMap((run) => Object.keys(run.facts)))];
    const row = (kind, cells) => makeElement("tr", {}, ...cells.map((text, place) =>
      makeElement(place && kind === "td" ? "td" : "th", place ? {} : { scope: "row" }, text)));
    table.hidden = !picked.length;
    table.tHead.replaceChildren(row("th", ["run", ...picked.map(({ name }) => name)]));
    table.tBodies[0].replaceChildren(...facts.map((fact) => row("td", [fact, ...picked.map((run) => run.facts[fact] ?? "–")])));
  }

  chart.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move || !plot) return;
    event.preventDefault();
    const { steps } = curves[curveField.value];
    const at = plot.cursor.idx ?? (move > 0 ? -1 : steps.length);
    const left = plot.valToPos(steps[Math.min(steps.length - 1, Math.max(0, at + move))], "x");
    plot.setCursor({ left, top: plot.over.clientHeight / 2 });
  });
  [curveField, methodField].forEach((field) => field.addEventListener("change", draw));
  picks.addEventListener("change", () => { draw(); compare(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  root.hidden = false;
  draw();
  compare();
  new ResizeObserver(() => plot && plot.setSize({ width: chart.clientWidth, height: 320 })).observe(chart);
}

const explorer = document.querySelector("#explorer");
if (explorer && "DecompressionStream" in window) startExplorer(explorer);

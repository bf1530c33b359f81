/** tests/bench/RESULTS.md: what was measured, where, and what became of the goals. Every figure comes from the report. */
import type { Machine } from "./machine";
import { type Measurement, medianMilliseconds, type PeerReport, type Ratio, ratiosOf } from "./peerReport";
import { restName } from "./profile";
import { slopeText, threeDigits } from "./text";

const table = (header: string[], rows: string[][]): string[] => [
  `| ${header.join(" | ")} |`,
  `|${header.map(() => "---").join("|")}|`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
  "",
];

function verdict({ wall, goal }: Ratio): string[] {
  if (goal === undefined) return ["–", ""];
  return [`≤ ${goal.toFixed(2)}`, wall <= goal ? "met" : "**missed**"];
}

function ratioTable(ratios: readonly Ratio[]): string[] {
  const header = [
    "case",
    "ours",
    "ours ms",
    "against",
    "its ms",
    "ratio (range)",
    "of minima",
    "of cpu time",
    "goal",
    "",
  ];
  const rows = ratios.map((ratio) => [
    ratio.what,
    ratio.variant,
    threeDigits(ratio.oursMilliseconds),
    `${ratio.peer}, ${ratio.threads} thread${ratio.threads === 1 ? "" : "s"}`,
    threeDigits(ratio.peerMilliseconds),
    `${ratio.wall.toFixed(2)} (${ratio.lowest.toFixed(2)} to ${ratio.highest.toFixed(2)}, n ${ratio.rounds})`,
    ratio.ofMinima.toFixed(2),
    ratio.processor.toFixed(2),
    ...verdict(ratio),
  ]);
  return table(header, rows);
}

/** Median ms and, in brackets, 10⁹ counted operations a second. */
function cell(measurement: Measurement | undefined): string {
  if (!measurement || measurement.rounds.length === 0) return measurement?.problem ? "failed" : "–";
  const milliseconds = medianMilliseconds(measurement);
  return `${threeDigits(milliseconds)} (${threeDigits(measurement.flops / milliseconds / 1e6)})`;
}

function timesTable(measurements: readonly Measurement[], isPeer: boolean): string[] {
  const chosen = measurements.filter((one) => one.isPeer === isPeer);
  const columnOf = ({ contender, threads }: Measurement) => (isPeer ? `${contender}, ${threads} thr.` : contender);
  const columns = [...new Set(chosen.map(columnOf))];
  const names = [...new Set(chosen.map(({ name }) => name))];
  const rows = names.map((name) => [
    name,
    ...columns.map((column) => cell(chosen.find((one) => one.name === name && columnOf(one) === column))),
  ]);
  return table(["case", ...columns], rows);
}

function machineLines({ machine, commit, command, versions, variants, notes }: PeerReport): string[] {
  const found = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const backends = variants.map(({ label, backend, problem, environment }) => {
    const settings = Object.entries(environment).map(([name, value]) => `\`${name}=${value}\``);
    return `* ${label}: ${problem ? `took no part: ${problem}` : backend}; ${settings.join(" ")}`;
  });
  return [
    `Measured ${machine.date.slice(0, 16).replace("T", " ")} UTC at commit ${commit} by \`${command}\`, on ${describe(machine)}.`,
    `Versions: ${found.join(", ")}.`,
    ...(machine.loadAverage > 0.25 * machine.cores ? ["", busy(machine)] : []),
    "",
    ...backends,
    "",
    ...notes.map((note) => `* ${note}`),
    "",
  ];
}

const describe = ({ processor, cores, memoryGiB, platform, node }: Machine): string =>
  `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}`;

const busy = ({ loadAverage }: Machine): string =>
  `**The machine was busy with other work** (load ${loadAverage} when the run began): times on the wall are too long, and ` +
  "threads that wait for each other suffer most. Minima and processor time say more here than medians.";

function sameWorkTable({ sameWork }: PeerReport): string[] {
  const rows = sameWork.map(({ what, contender, largestDifference, tolerance }) => [
    what,
    contender,
    largestDifference.toExponential(1),
    tolerance.toExponential(0),
    largestDifference <= tolerance ? "agrees" : "**differs**",
  ]);
  return table(["what is compared with ours", "peer", "largest difference", "tolerance", ""], rows);
}

function scalingTables({ sweeps }: PeerReport): string[] {
  return sweeps.flatMap(({ variant, sweeps: list }) => {
    const rows = list.map(({ varies, values, wall, byValue, byFlops, processorByFlops }) => [
      `${varies} = ${values.join(", ")}`,
      wall.map(threeDigits).join(", "),
      slopeText(byValue),
      slopeText(byFlops),
      slopeText(processorByFlops),
      byFlops.slope <= 1.1 ? "no worse than the arithmetic" : "**worse than the arithmetic**",
    ]);
    const header = ["varied", "ms a step", "exponent in it", "in counted operations", "of cpu time, in operations", ""];
    return [`### ${variant}`, "", ...table(header, rows)];
  });
}

function profileTables({ profiles }: PeerReport): string[] {
  const shown = 12;
  return profiles.flatMap(({ variant, profiles: list }) =>
    list.flatMap(({ what, milliseconds, rows }) => {
      const large = rows.filter(({ name }, index) => index < shown || name === restName);
      const cells = large.map((row) => [
        row.name,
        `${row.calls}`,
        row.milliseconds.toFixed(2),
        `${(100 * row.share).toFixed(1)} %`,
      ]);
      const title = `### ${what}, ${variant}: ${threeDigits(milliseconds)} ms (fastest repetition)`;
      return [title, "", ...table(["kernel", "calls", "ms", "share"], cells)];
    }),
  );
}

/** The whole page. */
export function resultsPage(report: PeerReport): string {
  const failed = report.measurements.filter(({ problem }) => problem !== undefined);
  const lines = [
    "# Benchmark results",
    "",
    "<!-- generated by `npm run bench:peers`; do not edit -->",
    "",
    ...machineLines(report),
    "## Ours against others",
    "",
    "Both sides start from the same weights, read the same rows and take turns within each round; a ratio is ours / theirs,",
    "below 1 ours is faster. A training step is held against the faster of plain PyTorch and Hugging Face's Llama, both eager.",
    "",
    ...ratioTable(ratiosOf(report)),
    "## The same work on both sides",
    "",
    ...sameWorkTable(report),
    "## Ours",
    "",
    "Median milliseconds over rounds, and in brackets 10⁹ operations of matrix products a second.",
    "",
    ...timesTable(report.measurements, false),
    "## Others",
    "",
    ...timesTable(report.measurements, true),
    ...(failed.length > 0 ? ["Not measured:", ""] : []),
    ...failed.map(({ contender, name, problem }) => `* ${contender} ${name}: ${problem}`),
    ...(failed.length > 0 ? [""] : []),
    ...(report.sweeps.length > 0 ? ["## How the cost of a training step grows", ""] : []),
    ...scalingTables(report),
    ...(report.profiles.length > 0 ? ["## Where the time goes", ""] : []),
    ...profileTables(report),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

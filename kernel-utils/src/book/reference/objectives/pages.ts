/** One page an objective and an overview, from the oracle's entries, the headers of the sources, and the parity figures. */
import { describeObjective, oracle, oracleEntry, oracleNames } from "../../../objectives";
import { type About, aboutObjective, at, type Initial } from "../../../objectives/oracle/about";
import { type Bibliography, withCitations } from "../bibliography";
import { controlsOf } from "../calculator";
import { type ChapterTitle, cellMath, chapterLink, lineLink, plain, type ReferencePage, table } from "../page";
import { definition } from "./definition";
import { readHeader } from "./header";
import { parityRows } from "./parity";

export interface ObjectiveSources {
  /** Text of kernel-utils/src/objectives/NAME.ts, by the names that the abouts give as `source`. */
  files: Readonly<Record<string, string>>;
  /** Text of tests/parity/RESULTS.md. */
  parity: string;
  bibliography: Bibliography;
  chapters: readonly ChapterTitle[];
}

const pathOf = (name: string): string => `reference/objectives/${name}.md`;

/** The overview first. @throws CourseError `derivation` where a displayed definition is not what the oracle computes */
export const objectivesPages = (sources: ObjectiveSources): ReferencePage[] => [
  overview(sources),
  ...oracleNames.map((name) => objectivePage(name, sources)),
];

function overview({ chapters }: ObjectiveSources): ReferencePage {
  const rows = oracleNames.map((name) => {
    const about = aboutObjective(name);
    const starts = (about.initial ?? []).flatMap(({ holds }) => Object.entries(holds).slice(0, 1));
    const start = starts.map(([path, [latex]]) => `${path === "loss" ? "" : `\`${path}\` `}${cellMath(latex)}`);
    return [
      `[\`${name}\`](/${pathOf(name)})`,
      said(about.title, oracleEntry(name).summary),
      start.join(", "),
      derivedIn(about, chapters, false),
    ];
  });
  const markdown = [
    "# Objectives",
    "",
    "Every objective of the course, as the float64 oracle behind `npx align loss` computes it. A page says what goes in and comes",
    "out, what holds before training, and how libraries differ; its formulas are evaluated against the oracle on random inputs",
    "before the page is written, and its calculator is the oracle itself.",
    "",
    table(["name", "what it is", "at the start", "derived in"], rows),
    "",
  ].join("\n");
  return { path: "reference/objectives/index.md", title: "Objectives", markdown };
}

/** Title and summary, which often begins with the title. */
const said = (title: string, summary: string): string =>
  summary.toLowerCase().startsWith(title.toLowerCase()) ? plain(summary) : `${plain(title)}: ${plain(summary)}`;

function objectivePage(name: string, sources: ObjectiveSources): ReferencePage {
  const about = aboutObjective(name);
  const { summary } = oracleEntry(name);
  const { prose, takes, gives } = readHeader(sources.files[about.source] ?? "");
  const cited = (text: string): string => withCitations(plain(text), sources.bibliography);
  const sections = [
    [`# ${plain(about.title)}`, "", `\`${name}\`: ${plain(summary)}.`],
    ["## Definition", "", definition(name, about, sources.bibliography)],
    about.initial && ["## Before training", "", starts(name, about)],
    ["## Calculator", "", `<ObjectiveCalculator name="${name}" />`],
    ["## Inputs", "", inputs(name), ...(takes ? ["", `On tensors: ${cited(takes)}.`] : [])],
    ["## Options", "", options(name)],
    gives && ["## What comes back", "", `${cited(gives)}.`],
    prose.length > 0 && ["## Conventions and sources", "", ...prose.map((paragraph) => `${cited(paragraph)}\n`)],
    parity(name, sources),
    about.derivedIn.length > 0 && ["## Where it is derived", "", derivedIn(about, sources.chapters, true)],
    [
      "## On the command line",
      "",
      `::: details npx align loss ${name} --help`,
      "```text",
      describeObjective(name).trimEnd(),
      "```",
      ":::",
    ],
  ];
  const markdown = sections.flatMap((section) => (section ? [...section, ""] : [])).join("\n");
  return { path: pathOf(name), title: about.title, markdown };
}

/** What holds at the start, with the number the oracle gives there. */
function starts(name: string, { initial = [], example }: About): string {
  const rows = initial.flatMap((start) => {
    const answer = oracle({
      name,
      inputs: startInputs(start, example.inputs),
      options: start.options ?? example.options,
    });
    return Object.entries(start.holds).map(([path, [latex]]) => [
      plain(start.says),
      `\`${path}\``,
      cellMath(latex),
      `\`${JSON.stringify(at(answer, path))}\``,
    ]);
  });
  return table(["when", "what", "is", "the oracle says"], rows);
}

const startInputs = ({ copy = {} }: Initial, inputs: Record<string, unknown>): Record<string, unknown> => ({
  ...inputs,
  ...Object.fromEntries(Object.entries(copy).map(([to, from]) => [to, inputs[from]])),
});

function inputs(name: string): string {
  const { inputs: controls, differentiable } = controlsOf(name);
  const rows = controls.map(({ field, shape, says, optional }) => [
    `\`${field}\``,
    plain(shape),
    `${plain(says)}${optional ? "; may be left out" : ""}`,
    differentiable.includes(field) ? "yes" : "",
  ]);
  return table(["input", "shape", "meaning", "gradient"], rows);
}

function options(name: string): string {
  const { options: controls } = controlsOf(name);
  if (controls.length === 0) return "None.";
  const rows = controls.map(({ option, says, choices, default: value }) => [
    `\`${option}\``,
    value === undefined ? "" : `\`${value}\``,
    `${plain(says)}${choices ? `: ${choices.map((choice) => `\`${choice}\``).join(", ")}` : ""}`,
  ]);
  return table(["option", "default", "meaning and range"], rows);
}

function parity(name: string, { parity: results }: ObjectiveSources): string[] | undefined {
  const rows = parityRows(results, name);
  if (rows.length === 0) return undefined;
  const head = ["TRL", "the same here", "TRL's loss", "difference", "where they differ"];
  const shown = rows.map((row) => [row.theirs, row.ours, row.loss ?? "", row.difference ?? "", plain(row.note ?? "")]);
  const says = "Measured on the same tokens by `npm run parity`; differences are relative, of losses in float64.";
  return ["## In other libraries", "", says, "", table(head, shown)];
}

function derivedIn({ derivedIn: places }: About, chapters: readonly ChapterTitle[], withLines: boolean): string {
  const said = places.map(({ chapter, lines }) => {
    const title = chapters.find(({ name }) => name === chapter)?.title ?? chapter;
    const link = chapterLink(chapter, withLines ? title : chapter.slice(0, 2));
    return withLines && lines.length > 0 ? `${link}: ${lines.map((line) => lineLink(chapter, line)).join(", ")}` : link;
  });
  return withLines ? said.map((line) => `- ${line}`).join("\n") : said.join(", ");
}

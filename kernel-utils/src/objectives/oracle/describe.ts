import { alignColumns } from "../../alignColumns";
import { aboutObjective, commandFor } from "./about";
import type { Entry, OptionSpec } from "./entry";
import type { FieldSpec } from "./fields";
import { oracleEntry, oracleNames } from "./oracle";

/** All names with what they compute, one a line. */
export function listObjectives(): string {
  return table(oracleNames.map((name) => [name, oracleEntry(name).summary])).join("\n");
}

/** Formula, inputs, options and defaults of one objective, as `align loss NAME --help` prints them. */
export function describeObjective(name: string): string {
  const entry = oracleEntry(name);
  const lines = [
    `align loss ${name}: ${entry.summary}`,
    "",
    ...entry.formula.map((line) => `  ${line}`),
    "",
    "Inputs:",
    ...table(Object.entries(entry.inputs).map(([field, spec]) => [`${field}${shapeOf(spec)}`, describeField(spec)])),
    ...presence(entry),
    "",
    "Options:",
    ...optionTable(entry.options),
    "",
    entry.differentiable.length > 0
      ? `--grad gives the gradient of "loss" by ${entry.differentiable.join(", ")}.`
      : "It is no loss, so there are no gradients.",
    "",
    ...exampleOf(name, entry),
  ];
  return `${lines.join("\n")}\n`;
}

function exampleOf(name: string, { differentiable }: Entry): string[] {
  const { example, exampleSays } = aboutObjective(name);
  const says = exampleSays ? ` (${exampleSays})` : "";
  return [`Example${says}:`, `  ${commandFor(name, example, differentiable.length > 0)}`];
}

const shapeOf = ({ axes }: FieldSpec): string => axes.map((axis) => `[${axis.toLowerCase()}]`).join("");

const kinds = { binary: "0 or 1", boolean: "true or false", count: "whole numbers", nullable: "numbers or null" };

function describeField({ says, optional, entries, orScalar, negative }: FieldSpec): string {
  const limits = [
    ...(optional ? ["optional"] : []),
    ...(entries ? [kinds[entries]] : []),
    ...(orScalar ? ["or one number"] : []),
    ...(negative ? ["below 0"] : []),
  ];
  return limits.length > 0 ? `${says} (${limits.join(", ")})` : says;
}

function presence({ together = [], oneOf }: Entry): string[] {
  const groups = together.map((group) => `  ${group.join(", ")}: all of them or none`);
  return oneOf ? [...groups, `  exactly one of ${oneOf.join(", ")}`] : groups;
}

function optionTable(options: Record<string, OptionSpec>): string[] {
  if (Object.keys(options).length === 0) return ["  none"];
  return table(
    Object.entries(options).map(([option, { default: value, says, choices }]) => [
      `${option} (${value === undefined ? "unset" : value})`,
      choices ? `${says}: ${choices.join(", ")}` : says,
    ]),
  );
}

const table = (rows: readonly (readonly [left: string, right: string])[]): string[] =>
  alignColumns(rows).map((line) => `  ${line}`);

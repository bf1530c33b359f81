import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { CourseError, messageOf } from "../errors";
import {
  answerJson,
  describeObjective,
  listObjectives,
  type OracleRequest,
  oracle,
  oracleEntry,
  oracleNames,
} from "../objectives";
import type { Command } from "./command";

const help = `align loss: what a loss should be, in float64, with exact gradients

Usage:
  align loss NAME [--grad] < in.json     one request, {"inputs": {…}, "options": {…}}
  align loss --lines < requests.jsonl    one {"name", "inputs", "options", "grad"} a line, one answer a line
  align loss NAME --help                 formula, inputs, options and defaults of that objective

NAME is one of:
${listObjectives()}

Options:
  --grad    add "gradients": one array per differentiable input, of the scalar "loss"
  --lines   read requests line by line; a bad line is answered {"error": "…"} and the exit code is 2 at the end

Example:
  echo '{"inputs": {"policyChosenLogps": [-8], "policyRejectedLogps": [-13],
         "referenceChosenLogps": [-10], "referenceRejectedLogps": [-12]}, "options": {"beta": 0.1}}' | align loss dpo --grad
  → "loss": 0.5543552444685271, which is log(1 + e^−0.3)

Exit code: 0 answered; 2 bad input, said in one line.
`;

function parseJson(source: string): Record<string, unknown> {
  let request: unknown;
  try {
    request = JSON.parse(source);
  } catch (error) {
    throw new CourseError("bad-value", `align loss: the input is not JSON: ${messageOf(error)}`);
  }
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    throw new CourseError("bad-value", 'align loss: expected one object {"inputs": {…}, "options": {…}}');
  }
  return request as Record<string, unknown>;
}

function checkKeys(request: Record<string, unknown>, known: string[]): void {
  const extra = Object.keys(request).find((key) => !known.includes(key));
  if (extra !== undefined) {
    throw new CourseError("bad-value", `align loss: unknown field "${extra}"; known: ${known.join(", ")}`);
  }
}

async function answerOne(name: string, grad: boolean): Promise<number> {
  oracleEntry(name); // before waiting for input that could not be used
  if (process.stdin.isTTY)
    process.stderr.write("align loss: reading one JSON object from the terminal; end with Ctrl-D\n");
  const request = parseJson(await text(process.stdin));
  checkKeys(request, ["inputs", "options"]);
  process.stdout.write(`${answerJson(oracle({ name, grad, inputs: request.inputs, options: request.options }))}\n`);
  return 0;
}

function answerLine(line: string): string {
  const request = parseJson(line);
  checkKeys(request, ["name", "inputs", "options", "grad"]);
  if (!("name" in request)) throw new CourseError("bad-value", 'align loss: missing "name"; say which objective');
  return answerJson(oracle(request as unknown as OracleRequest));
}

async function answerLines(): Promise<number> {
  let exitCode = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    let answer: string;
    try {
      answer = answerLine(line);
    } catch (error) {
      exitCode = 2;
      answer = JSON.stringify({ error: messageOf(error) });
    }
    process.stdout.write(`${answer}\n`);
  }
  return exitCode;
}

export const command: Command = {
  name: "loss",
  summary: "the numeric oracle: loss, per-example values, metrics and gradients of an objective, in float64",
  help,
  helpFor: (argv) => {
    const name = argv.find((argument) => !argument.startsWith("-"));
    return name === undefined ? help : describeObjective(name);
  },
  async run(argv) {
    const options = { grad: { type: "boolean" }, lines: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
    if (values.lines) {
      if (positionals.length > 0 || values.grad) {
        throw new CourseError(
          "usage",
          'align loss: --lines takes no NAME and no --grad; put "name" and "grad" in each line',
        );
      }
      return answerLines();
    }
    if (positionals.length !== 1) {
      throw new CourseError("usage", `align loss: give one NAME; known: ${oracleNames.join(", ")}`);
    }
    return answerOne(positionals[0], values.grad ?? false);
  },
};

/**
 * The state as the fragment of an address, to be shared: "#calc=…", JSON in base64url. Letters, digits, - and _ only: the
 * site puts fragments into selectors.
 */
import { oracleEntry } from "../../../objectives/oracle/oracle";
import type { State } from "./state";

const start = "#calc=";

export function toHash(state: State): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(JSON.stringify(state)));
  return `${start}${btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

function decoded(text: string): string {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

/** The state an address carries for this objective; undefined for another fragment, and for one nobody wrote. */
export function readHash(name: string, hash: string): State | undefined {
  if (!hash.startsWith(start)) return undefined;
  try {
    const { inputs, options } = JSON.parse(decoded(hash.slice(start.length))) as Partial<State>;
    const known = oracleEntry(name);
    const fits =
      isRecordOf(inputs, known.inputs, ["string"]) &&
      isRecordOf(options, known.options, ["string", "number", "boolean"]);
    return fits ? { inputs: inputs as State["inputs"], options: options as State["options"] } : undefined;
  } catch {
    return undefined;
  }
}

const isRecordOf = (value: unknown, known: object, kinds: readonly string[]): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(([key, entry]) => Object.hasOwn(known, key) && kinds.includes(typeof entry));

import type { Example } from "./about";

/** The command line that asks the same; JSON of numbers and names has no quote that a shell would mind. */
export function commandFor(name: string, { inputs, options = {} }: Example, grad: boolean): string {
  const request = Object.keys(options).length > 0 ? { inputs, options } : { inputs };
  return `echo '${JSON.stringify(request)}' | npx align loss ${name}${grad ? " --grad" : ""}`;
}

/** `npm run test:backend -- NAME… [--jest ARG…]`: the tests of tensors, model and training on each backend named. */
const { Failure, prove } = require("./backends/steps.cjs");
const { runSuite } = require("./backends/suite.cjs");

const known = ["tensorflow", "webgpu", "wasm", "cpu"];

prove("test:backend", () => {
  const args = process.argv.slice(2);
  const split = args.indexOf("--jest");
  const names = split < 0 ? args : args.slice(0, split);
  const jest = split < 0 ? [] : args.slice(split + 1);
  const wrong = names.find((name) => !known.includes(name));
  if (names.length === 0 || wrong) {
    throw new Failure(
      `${wrong ? `"${wrong}" is no backend` : "no backend named"}; give one or more of ${known.join(", ")}`,
      2,
    );
  }
  return names.map((name) => runSuite(name, { jest })).find((status) => status !== 0) ?? 0;
});

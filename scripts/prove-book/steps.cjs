/**
 * What is proved of the site, in order. A step has a name and `run({ browser, address, pages, check, … })`, where
 * `check(what, holds, detail)` counts; a new one is a file beside these and a line here.
 */
const steps = [
  require("./links.cjs"),
  require("./everyPage.cjs"),
  require("./budget.cjs"),
  require("./search.cjs"),
  require("./reading.cjs"),
  require("../book/calculatorChecks.cjs"),
  require("./subPath.cjs"),
  require("./live.cjs"),
  require("./screenshots.cjs"),
];

module.exports = { steps };

/** How the data card writes tables and numbers. */

/** The fields of an annotator with the titles of their columns. */
const ATTRIBUTES_OF_ANNOTATORS = [
  ["sharpness", "sharpness (log-odds a unit of gold)"],
  ["lengthLiking", "a token more"],
  ["flatteryLiking", "a flattery"],
  ["agreementLiking", "a yes"],
  ["inattention", "inattention"],
];

const row = (cells) => `| ${cells.join(" | ")} |`;

/** A Markdown table. */
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const percent = (share) => `${(100 * share).toFixed(0)} %`;

const decimals = (value) => value.toFixed(2).replace("-", "−");

/** A bias with its sign, nothing where there is none; shares as they are. */
const signed = (value, field) => {
  if (field === "inattention") return percent(value);
  if (value === 0) return "";
  return field === "sharpness" ? String(value) : `+${value}`;
};

module.exports = { ATTRIBUTES_OF_ANNOTATORS, table, percent, decimals, signed };

/** What of TRL's answer is committed: everything but whole gradients, of which the norm and a few entries a parameter stay. */
const entriesKept = 4;

/** Norm, and entries spread evenly over the parameter. */
function digest(values) {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const kept = Math.min(entriesKept, values.length);
  const at = Array.from({ length: kept }, (_, i) => Math.floor(((i + 0.5) * values.length) / kept));
  return [norm, ...at.map((index) => values[index])];
}

/** A long array cut into the parameters it holds; trailing ones may be absent. */
function split(values, shapes) {
  const parts = {};
  let start = 0;
  for (const { name, size } of shapes) {
    if (start >= values.length) break;
    parts[name] = values.subarray(start, start + size);
    start += size;
  }
  return parts;
}

const short = (value) => Number(value.toPrecision(8));
const shorten = (value) =>
  Array.isArray(value)
    ? value.map(shorten)
    : typeof value === "number"
      ? short(value)
      : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shorten(inner)]));

function figuresOf(request, answer, shapes, gradientsOf) {
  const { scores, ...logps } = answer.logps;
  return {
    versions: answer.versions,
    dpoLossTypes: answer.dpoLossTypes,
    whole: answer.whole,
    rows: request.rows,
    logps: shorten(logps),
    scores: shorten(scores),
    shapes,
    cases: Object.fromEntries(
      answer.cases.map(({ name, ...figures }, number) => {
        const gradients = Object.entries(split(gradientsOf(number), shapes));
        const digests = Object.fromEntries(gradients.map(([parameter, values]) => [parameter, digest(values)]));
        return [name, shorten({ ...figures, gradients: digests })];
      }),
    ),
  };
}

module.exports = { digest, figuresOf, split };

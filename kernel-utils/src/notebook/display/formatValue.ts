/** A cell of a table as text: numbers to `digits` significant digits, NaN and infinities by name, nothing as "–". */
export function formatValue(value: unknown, digits = 4): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatNumber(value, digits);
  if (Array.isArray(value)) return `[${value.map((entry) => formatValue(entry, digits)).join(", ")}]`;
  if (value instanceof Date) return formatDate(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return formatLongArray(value as Float64Array, digits);
  if (typeof value === "object") return formatObject(value);
  return String(value);
}

/** The day alone where there is no time of day. */
const formatDate = (date: Date): string =>
  Number.isNaN(date.getTime()) ? "no date" : date.toISOString().replace(/T00:00:00\.000Z$/, "");

/** A typed array may be the weights of a model. */
function formatLongArray(values: ArrayLike<number | bigint>, digits: number): string {
  const first = Array.from({ length: Math.min(6, values.length) }, (_, i) => formatValue(values[i], digits));
  return `[${first.join(", ")}${values.length > first.length ? `, … ${values.length} in all` : ""}]`;
}

function formatObject(value: object): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // it contains itself, or a bigint
  }
}

function formatNumber(value: number, digits: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return minus(String(value));
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return minus(value.toExponential(Math.max(0, digits - 2)));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(Math.min(decimals, 8)));
}

/** A real minus sign, so that columns of numbers line up and screen readers say "minus". */
const minus = (text: string): string => text.replace(/^-/, "−").replace(/e-/, "e−").replace(/e\+/, "e");

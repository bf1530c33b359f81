/** A cell of a table as text: numbers to `digits` significant digits, NaN and infinities by name, nothing as "–". */
export function formatValue(value: unknown, digits = 4): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatNumber(value, digits);
  if (Array.isArray(value)) return `[${value.map((entry) => formatValue(entry, digits)).join(", ")}]`;
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
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

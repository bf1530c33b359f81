/**
 * Figures that were measured again against the committed ones: within `onSameBackend` (default: every recorded digit) on
 * the backend that wrote the file, within `elsewhere`, a bound a figure, on another. Prints each; throws at the first that
 * is off.
 */
const { backendReport } = require("kernel-utils");

exports.compareFigures = ({ recorded, found, wanted, elsewhere, onSameBackend = 0, name = "" }) => {
  const same = recorded.backend === backendReport().identity;
  for (const [key, bound] of Object.entries(elsewhere)) {
    const allowed = same ? onSameBackend : bound;
    const off = Math.abs(found[key] - wanted[key]);
    const label = name ? `${name} ${key}` : key;
    process.stdout.write(`${label} ${found[key]}, recorded ${wanted[key]}, allowed ${allowed}\n`);
    if (!(off <= allowed)) throw new Error(`${label} is off by ${off}; regenerate with ${recorded.command}`);
  }
};

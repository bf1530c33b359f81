/** The seeds 0, 1, … of a command line's count. @param {string | undefined} text how many seeds, 1 to 100 */
exports.seedsFrom = (text) => {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return Array.from({ length: count }, (_, seed) => seed);
  throw new Error(`the number of seeds is "${text}"; give a whole number from 1 to 100`);
};

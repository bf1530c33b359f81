/** Runs lanes side by side on a number of slots, about one a processor, in their order as far as they need not wait. */

/**
 * @typedef {{ name: string, slots?: number, after?: string[], needs?: string[] }} Lane
 *   slots: how much of the machine it takes, 1 by default and at most all of it; after: lanes that must have ended;
 *   needs: lanes that must have ended well, else it does not run
 *
 * A lane that waits for room lets none behind it pass: one that wants the whole machine gets it.
 *
 * @template {Lane} T
 * @param {T[]} lanes
 * @param {number} slots
 * @param {(lane: T) => Promise<boolean>} run resolves with whether the lane ended well; must not reject
 * @returns {Promise<T[]>} the lanes that did not run because one they need failed
 */
async function schedule(lanes, slots, run) {
  refuseUnknown(lanes);
  const results = new Map();
  const inFlight = new Map();
  const waiting = [...lanes];
  const notRun = [];
  let free = slots;

  const start = (lane, width) => {
    free -= width;
    const ended = run(lane).then((ok) => {
      results.set(lane.name, ok);
      inFlight.delete(lane.name);
      free += width;
    });
    inFlight.set(lane.name, ended);
  };

  while (waiting.length > 0 || inFlight.size > 0) {
    for (let i = 0; i < waiting.length; ) {
      const lane = waiting[i];
      const { needs = [], after = [] } = lane;
      if (needs.some((name) => results.get(name) === false)) {
        results.set(lane.name, false);
        notRun.push(...waiting.splice(i, 1));
        continue;
      }
      if ([...needs, ...after].some((name) => !results.has(name))) {
        i += 1;
        continue;
      }
      const width = Math.min(lane.slots ?? 1, slots);
      if (width > free) break;
      start(...waiting.splice(i, 1), width);
    }
    if (inFlight.size > 0) await Promise.race(inFlight.values());
  }
  return notRun;
}

/** A lane that waits for what never comes would hang: names must exist, and come before. */
function refuseUnknown(lanes) {
  const seen = new Set();
  for (const { name, needs = [], after = [] } of lanes) {
    const missing = [...needs, ...after].find((other) => !seen.has(other));
    if (missing !== undefined)
      throw new Error(`lane "${name}" waits for "${missing}", which is no lane before it; put it before or rename it`);
    if (seen.has(name)) throw new Error(`two lanes are called "${name}"; a name says which output is whose`);
    seen.add(name);
  }
}

module.exports = { schedule };

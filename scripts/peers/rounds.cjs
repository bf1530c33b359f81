/** The timing itself: in every round every contender runs every case, next to those it is compared with. */
const { peersOf } = require("./contenders.cjs");

/** Repetitions that fill about this many milliseconds of a round, within limits. */
const budget = 1500;
const [fewest, most] = [2, 15];

/** One entry a case and contender: ours in every variant, and the libraries at every number of threads. */
function planOf(cases, ours, peers) {
  return cases.flatMap(({ name, flops }) => {
    const base = { name, flops, rounds: [] };
    const mine = ours.map(({ variant, worker }) => ({
      measurement: { ...base, rounds: [], contender: variant.label, isPeer: false, threads: variant.threads },
      worker,
      request: { ask: "time", name },
    }));
    const theirs = peers.flatMap(({ threads, worker }) =>
      peersOf(name).map((peer) => ({
        measurement: { ...base, rounds: [], contender: peer, isPeer: true, threads },
        worker,
        request: { ask: "time", name, peer },
      })),
    );
    return interleave(mine, theirs);
  });
}

/** Ours, theirs, ours, theirs …: neighbours in time are those that are compared. */
function interleave(mine, theirs) {
  const longer = Math.max(mine.length, theirs.length);
  return Array.from({ length: longer }, (_, index) => [mine[index], theirs[index]])
    .flat()
    .filter(Boolean);
}

const medianWall = (times) => times.map(({ wall }) => wall).sort((a, b) => a - b)[Math.floor(times.length / 2)];

async function runRounds(plan, rounds, progress) {
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? plan : [...plan].reverse(); // nobody always goes first
    for (const entry of order) {
      const { measurement, worker, request } = entry;
      if (measurement.problem) continue;
      progress(`round ${round + 1} of ${rounds}: ${request.name}, ${measurement.contender}`);
      try {
        if (!entry.repetitions) {
          const { times } = await worker.ask({ ...request, repetitions: fewest });
          entry.repetitions = Math.min(most, Math.max(fewest, Math.round(budget / medianWall(times))));
        }
        measurement.rounds.push((await worker.ask({ ...request, repetitions: entry.repetitions })).times);
      } catch (error) {
        measurement.problem = error.message;
        measurement.rounds = [];
      }
    }
  }
  return plan.map(({ measurement }) => measurement);
}

module.exports = { planOf, runRounds };

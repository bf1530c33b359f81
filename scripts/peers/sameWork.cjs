/** Proof that both sides do the same work: losses of the first optimizer steps, and greedy continuations. */
const steps = 5;
const tolerance = 1e-4;

/** Relative to the other side's loss, since a preference loss goes towards 0. */
const largestDifference = (ours, theirs) =>
  ours.length === theirs.length
    ? Math.max(...ours.map((value, index) => Math.abs(value - theirs[index]) / Math.abs(theirs[index])))
    : Number.POSITIVE_INFINITY;

/** Share of generated tokens that differ: a tie between two logits, broken by rounding, changes the rest of its row. */
function tokensThatDiffer(ours, theirs) {
  const [a, b] = [ours.flat(), theirs.flat()];
  return a.length === b.length ? a.filter((token, index) => token !== b[index]).length / a.length : Infinity;
}

async function compareWork(variant, ours, peers, shapes, progress) {
  const rows = [];
  const row = (what, peer, difference, allowed) =>
    rows.push({ what: `${what}; ${variant}`, contender: peer, largestDifference: difference, tolerance: allowed });
  for (const shape of shapes) {
    const kinds = [
      { kind: "train", what: `losses (relative) of ${steps} training steps ${shape}`, from: ["torch", "transformers"] },
      { kind: "dpo", what: `losses (relative) of ${steps} DPO steps ${shape}`, from: ["trl"] },
    ];
    for (const { kind, what, from } of kinds) {
      progress(`the same work: ${what}, ${variant}`);
      const { losses } = await ours.ask({ ask: "losses", kind, shape, steps });
      for (const peer of from) {
        const theirs = await peers.ask({ ask: "losses", kind, shape, steps, peer });
        row(what, peer, largestDifference(losses, theirs.losses), tolerance);
      }
    }
    progress(`the same work: greedy continuations ${shape}, ${variant}`);
    const { tokens } = await ours.ask({ ask: "tokens", shape });
    const theirs = await peers.ask({ ask: "tokens", shape });
    row(`share of greedy tokens that differ ${shape}`, "transformers", tokensThatDiffer(tokens, theirs.tokens), 0.1);
  }
  return rows;
}

module.exports = { compareWork };

/** Draws docs/gold-reward.json as an SVG: one point a seed with its interval, one bar a stage. Plain text in, plain text out. */
const names = { base: "base model", sft: "after SFT", dpo: "after DPO" };
const colors = { base: "#999999", sft: "#0072B2", dpo: "#D55E00" };
const size = { width: 720, height: 260, left: 110, right: 30, top: 50, rowHeight: 54 };

const fixed = (value) => value.toFixed(2).replace("-", "−");

function drawStages({ stages, promptsPerSeed, seeds }) {
  const low = Math.min(0, ...stages.flatMap((stage) => stage.seeds.map(({ interval }) => interval[0])));
  const high = Math.max(...stages.flatMap((stage) => stage.seeds.map(({ interval }) => interval[1]))) * 1.1;
  const x = (value) => size.left + ((value - low) / (high - low)) * (size.width - size.left - size.right);
  const rows = stages.map((stage, index) => drawRow(stage, size.top + (index + 0.5) * size.rowHeight, x));
  const bottom = size.top + stages.length * size.rowHeight;
  const ticks = Array.from({ length: 11 }, (_, i) => i / 10).filter((tick) => tick >= low && tick <= high);
  const spoken = stages.map(({ stage, mean }) => `${names[stage]} ${fixed(mean)}`).join(", ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" font-family="sans-serif" font-size="13">
<title>Gold reward on held-out prompts: ${spoken}</title>
<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>
<text x="${size.left}" y="26" font-size="15" fill="#222222">Gold reward on ${promptsPerSeed} held-out prompts, ${seeds.length} seeds, 95 % intervals</text>
${ticks.map((tick) => `<line x1="${x(tick)}" x2="${x(tick)}" y1="${size.top}" y2="${bottom}" stroke="#e5e5e5"/><text x="${x(tick)}" y="${bottom + 20}" text-anchor="middle" fill="#555555">${tick}</text>`).join("\n")}
${rows.join("\n")}
</svg>
`;
}

function drawRow({ stage, mean, seeds }, y, x) {
  const color = colors[stage];
  const points = seeds.map(({ mean, interval: [low, high] }, i) => {
    const at = y + (i - (seeds.length - 1) / 2) * 11;
    return `<line x1="${x(low)}" x2="${x(high)}" y1="${at}" y2="${at}" stroke="${color}" stroke-width="2"/><circle cx="${x(mean)}" cy="${at}" r="4" fill="${color}"/>`;
  });
  const label = Math.max(...seeds.map(({ interval }) => interval[1]));
  return `<text x="${size.left - 12}" y="${y + 4}" text-anchor="end" fill="#222222">${names[stage]}</text>${points.join("")}<text x="${x(label) + 10}" y="${y + 4}" fill="${color}" font-weight="bold">${fixed(mean)}</text>`;
}

module.exports = { drawStages };

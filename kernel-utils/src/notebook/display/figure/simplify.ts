export type Point = readonly [x: number, y: number];

/**
 * The same line with fewer corners: those are dropped that lie within `tolerance` of the line through their neighbours
 * (Douglas and Peucker 1973). Three thousand steps on seven hundred pixels need a few hundred corners.
 */
export function simplify(points: readonly Point[], tolerance = 0.2): Point[] {
  if (points.length < 3) return [...points];
  const isKept = new Uint8Array(points.length);
  isKept[0] = 1;
  isKept[points.length - 1] = 1;
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let [farthest, distance] = [-1, tolerance];
    for (let i = first + 1; i < last; i++) {
      const off = distanceToLine(points[i], points[first], points[last]);
      if (off > distance) [farthest, distance] = [i, off];
    }
    if (farthest < 0) continue;
    isKept[farthest] = 1;
    spans.push([first, farthest], [farthest, last]);
  }
  return points.filter((_, i) => isKept[i] === 1);
}

function distanceToLine([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length2 = dx * dx + dy * dy;
  // Clamped to the piece between the two: a curve may run back beyond its ends.
  const share = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length2));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}

/** Cuts a list at its gaps. */
export function runsOf(points: readonly (Point | undefined)[]): Point[][] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (point) runs[runs.length - 1].push(point);
    else if (runs[runs.length - 1].length > 0) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

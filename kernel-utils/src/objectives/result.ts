/** What every objective returns; metrics are arrays of the same kind, so nothing is read back from the backend here. */
export interface ObjectiveResult<A, Loss = A> {
  /** Shape []: what an optimizer minimises. */
  loss: Loss;
  /** Shape [B], before the reduction over the batch. */
  perExample: A;
  /** Scalars under the names the field's libraries log, detached. */
  metrics: Record<string, Loss>;
}

/**
 * The course's settings in one place: the notebooks, the cached models and the measurement over seeds all read them here.
 * Chosen on two vCPUs so that each stage takes seconds: smaller batches and more steps learn this world faster than
 * larger batches, and two wide layers faster than three narrow ones.
 */
export const recipe = {
  /** A Llama of about 400K parameters. */
  shape: { hidden_size: 128, num_hidden_layers: 2, initializer_range: 0.06 },
  /** Next-token prediction on raw text of the world. */
  base: { documents: 5000, steps: 300, batchSize: 16, learningRate: 3e-3 },
  /** Imitation of the world's imperfect demonstrators. */
  sft: { demonstrations: 8000, steps: 600, batchSize: 16, learningRate: 2.5e-3 },
  /** Preferences by majority of the world's noisy annotators. */
  dpo: { preferences: 2000, steps: 150, batchSize: 16, learningRate: 2e-4, beta: 0.1 },
  /** How replies are sampled when they are judged by the gold reward. */
  evaluation: { temperature: 0.7, maxNewTokens: 20 },
} as const;

/** Stages of the course, each trained from the one before. */
export const stages = ["base", "sft", "dpo"] as const;
export type Stage = (typeof stages)[number];

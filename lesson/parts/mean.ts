// SPDX-License-Identifier: Apache-2.0
// Single batches are noisy: their means.

/** NaN of nothing. */
export const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

/** The mean of the latest few. */
export const recent = (values: readonly number[], count = 20): number => mean(values.slice(-count))

/** For each value the mean of it and the few before it. */
export const smooth = (values: readonly number[], count: number): number[] =>
  values.map((_, i) => mean(values.slice(Math.max(0, i - count + 1), i + 1)))

// SPDX-License-Identifier: Apache-2.0
// The series that diagram 8 offers: a bundled one, and generated ones made of +, * and / alone, which every browser
// computes to the same bits.
import { demand } from './demand'

export type SeriesName = 'demand' | 'wave' | 'steps'

/** The sine's shape to within 0.2 %, by Bhaskara's fraction; `phase` in turns. */
export function wave(phase: number): number {
  const turn = phase - Math.floor(phase)
  const half = turn < 0.5 ? turn : turn - 0.5
  const x = half * 2 * (1 - half * 2)
  const y = (4 * x) / (1.25 - x)
  return turn < 0.5 ? y : -y
}

/** Whole numbers mixed to a fraction in [-1, 1). */
function noise(seed: number, t: number): number {
  let x = (seed * 2654435761 + (t + 1) * 40503) >>> 0
  for (let round = 0; round < 3; ++round) x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0
  return (x / 2 ** 32) * 2 - 1
}

const length = 600

/** The seasons whose last values a forecast has to beat: a day and a week of the hourly demand. */
export const seasons: Record<SeriesName, readonly number[]> = { demand: [24, 168], wave: [24], steps: [] }

export function series(name: SeriesName, seed: number): readonly number[] {
  if (name === 'demand') return demand
  const at =
    name === 'wave'
      ? (t: number) => 10 + 0.01 * t + 3 * wave(t / 24) + wave(t / 7.5) + 0.3 * noise(seed, t)
      : (t: number) => Math.floor(4 * (noise(seed, Math.floor(t / 25)) + 1)) + 0.2 * noise(seed + 1, t)
  return Array.from({ length }, (_, t) => at(t))
}

/** As the engine reads it back: one column named like the one that `train.start` gives to plain numbers. */
export const asCsv = (values: readonly number[]): string => `value\n${values.join('\n')}\n`

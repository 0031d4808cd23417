// SPDX-License-Identifier: Apache-2.0
// A curve as tones: three octaves over the range of its values, three seconds from its first value to its last.

export interface Tone {
  /** Seconds from the start. */
  at: number
  /** In hertz; 0: silence, where there is no number. */
  pitch: number
}

const lowest = 110
const octaves = 3
const seconds = 3
const most = 60 // tones; of a longer curve every n-th value is heard

export function tones(values: ArrayLike<number>, [low, high]: [number, number]): Tone[] {
  const count = Math.min(values.length, most)
  return Array.from({ length: count }, (_, i) => {
    const value = values[count > 1 ? Math.round((i * (values.length - 1)) / (count - 1)) : 0]!
    const place = Math.max(0, Math.min(1, (value - low) / (high - low)))
    return { at: (i * seconds) / count, pitch: Number.isNaN(value) ? 0 : lowest * 2 ** (octaves * place) }
  })
}

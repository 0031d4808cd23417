// SPDX-License-Identifier: Apache-2.0
// A chart on a scale of powers of ten: its curves hold log10 of what is meant.
import { digits, raised } from './format'

/** log10 of each; what has none is left out of the curve. */
export const logs = (values: ArrayLike<number>): number[] => Array.from(values, (v) => (v > 0 ? Math.log10(v) : NaN))

/** A tick, written at whole powers alone. */
export const powerTick = (y: number): string => (Number.isInteger(y) ? `10${raised(y)}` : '')

/** What a place of the scale stands for; `missing` where the curve is left out. */
export const fromLog = (y: number, missing = '–'): string => (Number.isNaN(y) ? missing : digits(10 ** y))

// SPDX-License-Identifier: Apache-2.0
import { digits, plural } from './format'

/** ln 2 / −ln sigmoid(b): for the text of a slider that moves before the engine has answered. */
export const halfLifeOf = (bias: number): number => Math.LN2 / Math.log1p(Math.exp(-bias))

/** "forget bias 1, half-life 2.2 steps". */
export const biasText = (bias: number): string => `forget bias ${digits(bias)}, half-life ${plural(Number(halfLifeOf(bias).toPrecision(2)), 'step')}`

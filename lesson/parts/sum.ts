// SPDX-License-Identifier: Apache-2.0
// A gate taken apart: the terms of its weighted sum, and the bend after it.
export interface Sum {
  terms: { name: string; weight: number; value: number }[]
  total: number
  bend: 'σ' | 'tanh'
  /** After the bend: what the engine gives for the gate. */
  bent: number
}

export function summed(terms: Sum['terms'], bend: Sum['bend']): Sum {
  const total = terms.reduce((sum, { weight, value }) => sum + weight * value, 0)
  return { terms, total, bend, bent: bend === 'tanh' ? Math.tanh(total) : 1 / (1 + Math.exp(-total)) }
}

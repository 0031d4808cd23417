// SPDX-License-Identifier: Apache-2.0
/** The quantities that have a colour of their own, and the glyph that says the same without colour. */
export const glyphs = { f: '●', i: '▲', o: '■', g: '◆', h: '○', c: '━', grad: '▼' } as const
export type Quantity = keyof typeof glyphs

// SPDX-License-Identifier: Apache-2.0
// Numbers as the page writes them: a true minus sign, four significant digits, a dash for what is not there.

export function digits(x: number, significant = 3): string {
  if (Number.isNaN(x)) return '–'
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞'
  if (x === 0) return '0'
  const size = Math.abs(x)
  const text =
    size >= 1e6 || size < 1e-4
      ? scientific(size, significant)
      : size >= 1000
        ? String(Math.round(size)).replace(/\B(?=(\d{3})+$)/g, ',') // toLocaleString takes some milliseconds when it is first called
        : String(Number(size.toPrecision(significant)))
  return x < 0 ? `−${text}` : text
}

export function fixed(x: number, places = 2): string {
  if (Number.isNaN(x)) return '–'
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞'
  const text = Math.abs(x).toFixed(places)
  return x < 0 && Number(text) !== 0 ? `−${text}` : text
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
export const raised = (n: number): string => (n < 0 ? '⁻' : '') + [...String(Math.abs(n))].map((d) => superscripts[Number(d)]).join('')

function scientific(size: number, significant: number): string {
  const [mantissa, exponent] = size.toExponential(significant - 1).split('e')
  return `${Number(mantissa)}·10${raised(Number(exponent))}`
}

/** A cell of a table. */
export const shown = (cell: string | number): string => (typeof cell === 'number' ? digits(cell, 4) : cell)

/** A share, in whole per cent. */
export const percent = (share: number): string => `${digits(Math.round(100 * share))}\u00a0%`

export const plural = (n: number, one: string, many = `${one}s`): string => `${digits(n)} ${n === 1 ? one : many}`

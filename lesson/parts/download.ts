// SPDX-License-Identifier: Apache-2.0
const kept = 60_000

/** Hands a file to the reader; nothing leaves the browser. */
export function download(content: BlobPart, name: string, type: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([content], { type }))
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(link.href), kept) // the browser may read it a little later
}

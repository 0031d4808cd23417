// SPDX-License-Identifier: Apache-2.0
// What the build works out before the page is written.
export interface ListingTab {
  name: string
  file: string
  html: string
  source: string
}

export interface Prerendered {
  version: string
  /** Month and year of the text. */
  date: string
  /** HTML by figure. */
  figures: Record<string, string>
  formulas: string
  hero: string
  listing: ListingTab[]
}

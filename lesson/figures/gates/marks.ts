// SPDX-License-Identifier: Apache-2.0
/** The net knows the straight mark. Those that phones and word processors type by themselves count as one. */
export const folded = (text: string): string => text.replace(/[“”„‟«»〝〞＂]/g, '"')

// SPDX-License-Identifier: Apache-2.0
/** A token as one reads it. */
export const spoken = (token: string): string => (token === '<end>' ? 'end' : token)

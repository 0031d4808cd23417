// SPDX-License-Identifier: Apache-2.0
/** Plain text with `code` in backticks, as HTML. */
export const inlineCode = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/`([^`]+)`/g, '<code>$1</code>')

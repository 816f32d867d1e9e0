/**
 * A 53-bit hash of a text, to tell a message sent again from another one under the same identity.
 * Two FNV-1a passes (Fowler, Noll, Vo 1991) with different offsets over the UTF-16 units. Not for adversaries: whoever
 * finds two contents with one hash makes his own correction look like a repetition.
 */
export function contentHash(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x050c5d1f;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (unit << 8), 0x01000193);
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}

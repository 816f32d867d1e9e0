/**
 * JSON bodies. NaN and Infinity are no JSON, but common encoders write them; they are read as numbers that are not
 * finite, so that validation can name the field instead of a byte position.
 */

/** A string that is not closed is consumed to the end, so that one pass is enough whatever the text. */
const BARE_NON_FINITE = /("(?:[^"\\]|\\.)*(?:"|$))|-?\b(?:NaN|Infinity)\b/gs;

/** Throws SyntaxError. Bytes that are no UTF-8 are an error too. */
export function parseJson(body: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error;
    const patched = text.replace(BARE_NON_FINITE, (match, quoted: string | undefined) => quoted ?? (match.startsWith('-') ? '-1e999' : '1e999'));
    if (patched === text) throw error;
    try {
      return JSON.parse(patched);
    } catch {
      throw error;
    }
  }
}

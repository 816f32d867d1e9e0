/** The text of a peer's address: one spelling for both libraries. It resolves no names and trusts no header. */

const MAPPED_IPV4 = /^(?:::ffff:|0000:0000:0000:0000:0000:ffff:)(.+)$/i;

/** `::ffff:127.0.0.1` and its long form become `127.0.0.1`; other IPv6 gets its short form (RFC 5952). '' stays ''. */
export function normalizeRemoteAddress(text: string): string {
  if (!text.includes(':')) return text;
  const mapped = MAPPED_IPV4.exec(text)?.[1];
  if (mapped !== undefined) return mapped.includes('.') ? mapped : dottedQuad(mapped);
  const zoneAt = text.indexOf('%');
  const address = zoneAt === -1 ? text : text.slice(0, zoneAt);
  if (!URL.canParse(`http://[${address}]/`)) return text;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** `7f00:0001` -> `127.0.0.1`. */
function dottedQuad(twoGroups: string): string {
  const [high = 0, low = 0] = twoGroups.split(':').map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

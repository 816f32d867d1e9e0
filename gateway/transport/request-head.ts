/**
 * The head of a request: method, target and header fields, copied out of the library that read them.
 *
 * It owns how fields are joined and how a target is split, the same for both transports. It is not a parser of bytes;
 * what a head says of its body is judged in `body-framing.ts`.
 */

/** `SP HTTP/1.1 CRLF` and the empty line. */
const FIXED_HEAD_BYTES = 14;

export class RequestHead {
  /** In capitals as received; HEAD stays HEAD here. */
  readonly method: string;
  readonly path: string;
  readonly remoteAddress: string;
  /** What the head took on the wire, nearly: names, values and separators. */
  bytes: number;
  private readonly queryText: string;
  private parsedQuery: URLSearchParams | undefined;
  private readonly fields = new Map<string, string>();
  private readonly repeated = new Set<string>();

  constructor(method: string, path: string, queryText: string, remoteAddress: string) {
    this.method = method;
    this.path = path;
    this.queryText = queryText;
    this.remoteAddress = remoteAddress;
    this.bytes = method.length + path.length + queryText.length + FIXED_HEAD_BYTES;
  }

  /** Takes one field line. Names must be in lower case. */
  add(name: string, value: string): void {
    this.bytes += name.length + value.length + 4;
    const before = this.fields.get(name);
    if (before === undefined) {
      this.fields.set(name, value);
      return;
    }
    this.repeated.add(name);
    this.fields.set(name, name === 'cookie' ? `${before}; ${value}` : `${before}, ${value}`);
  }

  header(lowerCaseName: string): string | undefined {
    return this.fields.get(lowerCaseName);
  }

  cameTwice(lowerCaseName: string): boolean {
    return this.repeated.has(lowerCaseName);
  }

  /** Parsed when first asked for: most requests never ask. */
  get query(): URLSearchParams {
    this.parsedQuery ??= new URLSearchParams(this.queryText);
    return this.parsedQuery;
  }
}

/**
 * Splits a request target at its first '?'. The absolute form (`http://host/path`, RFC 9112 section 3.2.2) loses its
 * authority; undefined for what has no path (`*`, `host:port`).
 */
export function splitTarget(target: string): { path: string; queryText: string } | undefined {
  let local = target;
  if (!target.startsWith('/')) {
    const authority = /^https?:\/\/[^/?#]*/i.exec(target)?.[0];
    if (authority === undefined) return undefined;
    local = target.slice(authority.length);
    if (!local.startsWith('/')) local = `/${local}`;
  }
  const queryAt = local.indexOf('?');
  if (queryAt === -1) return { path: local, queryText: '' };
  return { path: local.slice(0, queryAt), queryText: local.slice(queryAt + 1) };
}

/**
 * The head of a response: the rules both transports check before a byte leaves.
 *
 * It owns the status line and the assertion that no header can split a response. It is not an error catalogue.
 */
import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from './transport.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PRINTABLE_ASCII = /^[\t\x20-\x7e]*$/;
const OWNED_BY_TRANSPORT = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date', 'upgrade', 'trailer']);

/** Throws when the response cannot be sent as it is: status, header name or header value. */
export function assertResponse(response: HttpResponse): void {
  const { status } = response;
  assert(Number.isInteger(status) && status >= 200 && status <= 599, `response status ${status} is not 200 to 599`);
  assert(
    typeof response.body === 'string' || response.body instanceof Uint8Array,
    'response body is neither a string nor bytes',
  );
  for (const [name, value] of Object.entries(response.headers)) {
    assert(TOKEN.test(name), `response header name ${JSON.stringify(name)} is not a token`);
    assert(!OWNED_BY_TRANSPORT.has(name.toLowerCase()), `response header ${name} belongs to the transport`);
    assert(
      typeof value === 'string' && PRINTABLE_ASCII.test(value),
      `response header ${name} has a value that is not printable ASCII: ${JSON.stringify(value)}`,
    );
  }
}

export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown';
}

/** 204 and 304 carry no body and no Content-Length (RFC 9110 section 8.6). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

export function bodyBytes(body: string | Uint8Array): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}

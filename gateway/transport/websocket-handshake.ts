/**
 * The WebSocket handshake: what an upgrade must carry (RFC 6455 section 4.2.1), and what a close may say.
 *
 * It owns these rules for both transports, since neither library keeps all of them. It is not the frame protocol.
 */
import assert from 'node:assert/strict';
import type { Refusal } from './body-framing.ts';
import type { RequestHead } from './request-head.ts';

export const CLOSE_CODE = { goingAway: 1001, abnormal: 1006, messageTooBig: 1009, internalError: 1011 } as const;

const CLOSE_REASON_BYTES_MAX = 123;
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** True for a request that wants to become a WebSocket; `Upgrade: h2c` (Java's HttpClient, curl --http2) does not. */
export function wantsWebSocket(upgradeField: string | undefined): boolean {
  return tokens(upgradeField).some((token) => token.toLowerCase() === 'websocket');
}

/** undefined when the request is a proper handshake. */
export function handshakeRefusal(head: RequestHead): Refusal | undefined {
  const connection = tokens(head.header('connection')).map((token) => token.toLowerCase());
  if (head.method !== 'GET') return invalid(400, 'a WebSocket handshake must be a GET');
  if (!wantsWebSocket(head.header('upgrade'))) return invalid(400, 'a WebSocket handshake needs Upgrade: websocket');
  if (!connection.includes('upgrade')) return invalid(400, 'a WebSocket handshake needs Connection: Upgrade');
  if (!KEY.test(head.header('sec-websocket-key') ?? '')) return invalid(400, 'Sec-WebSocket-Key is not 16 bytes of base64');
  if (head.header('sec-websocket-version') !== '13') return invalid(426, 'Sec-WebSocket-Version must be 13');
  if (head.header('content-length') !== undefined || head.header('transfer-encoding') !== undefined) {
    return invalid(400, 'a WebSocket handshake has no body');
  }
  return undefined;
}

export function offeredProtocols(head: RequestHead): readonly string[] {
  return tokens(head.header('sec-websocket-protocol'));
}

/** Throws on a code that must not be on the wire; cuts the reason to what a close frame holds, between characters. */
export function closeReason(code: number, reason: string): string {
  const isStandard = code >= 1000 && code <= 1013 && !(code >= 1004 && code <= 1006);
  assert(Number.isInteger(code) && (isStandard || (code >= 3000 && code <= 4999)), `close code ${code} may not be sent`);
  if (Buffer.byteLength(reason) <= CLOSE_REASON_BYTES_MAX) return reason;
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(CLOSE_REASON_BYTES_MAX));
  return reason.slice(0, read);
}

const tokens = (field: string | undefined): string[] =>
  (field ?? '')
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');

const invalid = (status: number, detail: string): Refusal => ({ reason: 'upgrade_invalid', status, detail, mustClose: true });

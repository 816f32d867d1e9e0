/**
 * Body framing: how long the body of a request is, or why the request must be refused for what it says of it.
 *
 * It owns the rules that keep two readers of one byte stream from disagreeing (request smuggling, RFC 9112 section 6.3):
 * Content-Length once and in digits, never next to Transfer-Encoding, and no coding but `chunked`. It reads no bytes.
 */
import type { RequestHead } from './request-head.ts';
import type { RefusalReason } from './transport.ts';

/** `mustClose`: where the next request would start is not certain, so there is no next request. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly status: number;
  readonly detail: string;
  readonly mustClose: boolean;
}

/** `bytes` is undefined for a chunked body. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'body'; readonly bytes: number | undefined }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const NO_BODY: BodyFraming = { kind: 'none' };

export const badRequest = (detail: string): Refusal => ({ reason: 'bad_request', status: 400, detail, mustClose: true });

export const headTooLarge = (bytesMax: number): Refusal => ({
  reason: 'head_too_large',
  status: 431,
  detail: `the request line and header fields are over ${bytesMax} bytes`,
  mustClose: true,
});

/** 413. `bytes` is the declared length, undefined when only reading showed that there is too much. */
export const bodyTooLarge = (bodyBytesMax: number, bytes: number | undefined, discardBytesMax: number): Refusal => ({
  reason: 'body_too_large',
  status: 413,
  detail:
    bytes === undefined
      ? `the body is over the limit of ${bodyBytesMax} bytes`
      : `the body of ${bytes} bytes is over the limit of ${bodyBytesMax} bytes`,
  mustClose: bytes !== undefined && bytes > discardBytesMax,
});

export function bodyFraming(head: RequestHead, bodyBytesMax: number, discardBytesMax: number): BodyFraming {
  const lengthText = head.header('content-length');
  const coding = head.header('transfer-encoding');
  if (head.cameTwice('host')) return refused(badRequest('more than one Host'));
  if (coding !== undefined) {
    if (lengthText !== undefined) return refused(badRequest('Content-Length and Transfer-Encoding in one request'));
    if (coding.trim().toLowerCase() === 'chunked') return { kind: 'body', bytes: undefined };
    const detail = `transfer coding ${JSON.stringify(coding)} is not supported, only chunked`;
    return refused({ reason: 'not_implemented', status: 501, detail, mustClose: true });
  }
  if (lengthText === undefined) return NO_BODY;
  if (head.cameTwice('content-length')) return refused(badRequest('more than one Content-Length'));
  const bytes = Number(lengthText);
  if (!/^[0-9]+$/.test(lengthText) || !Number.isSafeInteger(bytes)) {
    return refused(badRequest('Content-Length is not a number of bytes'));
  }
  if (bytes > bodyBytesMax) return refused(bodyTooLarge(bodyBytesMax, bytes, discardBytesMax));
  return bytes === 0 ? NO_BODY : { kind: 'body', bytes };
}

const refused = (refusal: Refusal): BodyFraming => ({ kind: 'refused', refusal });

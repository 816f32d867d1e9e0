/**
 * The transport port: what routes and streams know of HTTP and WebSocket.
 *
 * It owns the words: request, response, socket, decision. `uws-transport.ts` and `node-transport.ts` speak them, and
 * `test/contract/transport.test.ts` holds both to the same promises. It is not a router and knows no path, no JSON and
 * no error code of ours. Where the two libraries differ is in the head of each adapter.
 */

/** One complete HTTP request. But for its body it may be kept for as long as the answer takes. */
export interface HttpRequest {
  /** In capitals. HEAD arrives as GET; the transport leaves the body of the answer away. */
  readonly method: string;
  /** Raw and percent-encoded, starts with '/', without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** A field that came more than once is joined with ', '. */
  header(lowerCaseName: string): string | undefined;
  /**
   * The whole body, empty where there is none; never longer than `bodyBytesMax`. It is the transport's memory and there until
   * the handler returns, its promise or its answer: who needs it later copies it. After that it may be empty.
   */
  readonly body: Uint8Array;
  /** IPv4 in dots (also when it came mapped into IPv6), IPv6 in its short form. */
  readonly remoteAddress: string;
}

/** Framing (content-length, transfer-encoding, connection, date) is the transport's and refused in `headers`. */
export interface HttpResponse {
  readonly status: number;
  /** Values are printable ASCII: anything else, CR and LF first, is answered with 500 and reported. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** 'sent': with the kernel. 'buffered': kept here, `onDrain` follows. 'dropped': over the limit or closed, nothing kept. */
export type SendOutcome = 'sent' | 'buffered' | 'dropped';

export interface StreamSocket {
  /**
   * Sends one frame, a string as text and bytes as binary; never blocks. Over `socketBufferBytesMax` (what is buffered
   * plus this frame) the frame is 'dropped', and the caller should close: the reader has missed something. The bytes
   * may be kept until `onDrain`: do not change them. One frame may be sent to many sockets.
   */
  send(frame: string | Uint8Array): SendOutcome;
  readonly bufferedBytes: number;
  /**
   * Frames sent inside `sending` leave together, in their order, when it returns. What was 'sent' there may turn out to be
   * buffered; `onDrain` follows then too. On a closed socket it only calls `sending`.
   */
  cork(sending: () => void): void;
  /**
   * Sends a close frame after what is buffered. `code` is 1000 to 1013 (not 1004 to 1006) or 3000 to 4999; `reason` is
   * cut at 123 bytes. Nothing more is received; `onClose` follows with this code, after this call has returned.
   */
  close(code: number, reason: string): void;
  /** The chosen subprotocol, '' when none. */
  readonly protocol: string;
}

/** What happens on one socket. A callback that throws is reported to `onError` and closes its socket with 1011. */
export interface StreamHandler {
  onOpen(socket: StreamSocket): void;
  /** The bytes are the transport's and there until this returns, as a request's body is. */
  onMessage(socket: StreamSocket, data: Uint8Array, isBinary: boolean): void;
  /** After frames were buffered: everything has been taken, `bufferedBytes` is 0. */
  onDrain(socket: StreamSocket): void;
  /** Exactly once for each onOpen. 1005: the peer gave no code. 1006: the connection broke or idled out. */
  onClose(socket: StreamSocket, code: number): void;
}

export interface UpgradeRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  header(lowerCaseName: string): string | undefined;
  /** The subprotocols offered, best first. */
  readonly protocols: readonly string[];
  readonly remoteAddress: string;
}

export type UpgradeDecision =
  | { readonly accept: true; readonly protocol: string | undefined; readonly handler: StreamHandler }
  | { readonly accept: false; readonly response: HttpResponse };

/** Why a transport itself refused, before any handler saw the request. */
export type RefusalReason =
  | 'body_too_large'
  | 'bad_request'
  | 'head_too_large'
  | 'not_implemented'
  | 'request_timeout'
  | 'upgrade_invalid';

export interface TransportHandlers {
  /** An answer that is not a promise leaves in the same turn. */
  onRequest(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
  /** May be a promise: a token is verified here, once per connection. */
  onUpgrade(request: UpgradeRequest): UpgradeDecision | Promise<UpgradeDecision>;
  /** The body to send for what the transport refuses. */
  onRefused(reason: RefusalReason, status: number, detail: string): HttpResponse;
  /** A handler threw, rejected or answered with an impossible response. The client has been told 500, or 1011. */
  onError(error: unknown): void;
}

export type TransportName = 'uws' | 'node';

export interface Transport {
  readonly name: TransportName;
  /** Port 0 takes a free one. Rejects with the address and the reason in its message. Once per transport. */
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>;
  /** Takes no new connection; those that are open stay. */
  stopListening(): void;
  /** Closes everything: sockets with 1001, requests without an answer are cut. May be called again. */
  close(): Promise<void>;
}

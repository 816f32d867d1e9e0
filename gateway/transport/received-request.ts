/** A request as handlers see it: its head, and its body in the transport's memory. Both transports make it. */

import type { RequestHead } from './request-head.ts';
import type { HttpRequest } from './transport.ts';

export class ReceivedRequest implements HttpRequest {
  readonly method: string;
  readonly body: Uint8Array;
  private readonly head: RequestHead;

  constructor(head: RequestHead, body: Uint8Array) {
    this.method = head.method === 'HEAD' ? 'GET' : head.method;
    this.body = body;
    this.head = head;
  }

  get path(): string {
    return this.head.path;
  }

  get query(): URLSearchParams {
    return this.head.query;
  }

  get remoteAddress(): string {
    return this.head.remoteAddress;
  }

  header(lowerCaseName: string): string | undefined {
    return this.head.header(lowerCaseName);
  }
}

/**
 * The handlers of the gateway behind a guard: whatever they throw, the client gets an answer and the process lives.
 *
 * It owns the generic 500 and the calls of `onError`. uWebSockets.js ends the process on an exception in a callback,
 * so no adapter calls a handler but through here. It is not an error catalogue: expected failures are responses.
 */
import assert from 'node:assert/strict';
import type { Refusal } from './body-framing.ts';
import { GuardedStream } from './guarded-stream.ts';
import { MessageTurns } from './message-turns.ts';
import { ReceivedRequest } from './received-request.ts';
import type { RequestHead } from './request-head.ts';
import { assertResponse } from './response-head.ts';
import type { HttpResponse, StreamHandler, TransportHandlers, UpgradeDecision } from './transport.ts';
import { offeredProtocols } from './websocket-handshake.ts';

const INTERNAL_ERROR: HttpResponse = {
  status: 500,
  headers: { 'content-type': 'application/problem+json' },
  body: '{"type":"about:blank","title":"Internal Server Error","status":500}',
};

export class GuardedHandlers {
  private readonly handlers: TransportHandlers;
  private readonly turns = new MessageTurns();

  constructor(handlers: TransportHandlers) {
    this.handlers = handlers;
  }

  /** Asks the gateway and delivers exactly once: in this turn when the answer is no promise. `deliver` must not throw. */
  request(head: RequestHead, body: Uint8Array, deliver: (response: HttpResponse) => void): void {
    const request = new ReceivedRequest(head, body);
    this.settle(
      () => this.handlers.onRequest(request),
      (response) => deliver(this.checked(response)),
      () => deliver(INTERNAL_ERROR),
    );
  }

  /** Like `request`. A protocol that was not offered, or a response that cannot be sent, becomes a refusal with 500. */
  upgrade(head: RequestHead, deliver: (decision: UpgradeDecision) => void): void {
    const protocols = offeredProtocols(head);
    const request = {
      path: head.path,
      get query() {
        return head.query;
      },
      header: (name: string) => head.header(name),
      protocols,
      remoteAddress: head.remoteAddress,
    };
    const failed = (): void => deliver({ accept: false, response: INTERNAL_ERROR });
    const decided = (decision: UpgradeDecision): void => {
      if (!decision.accept) return deliver({ accept: false, response: this.checked(decision.response) });
      if (decision.protocol === undefined || protocols.includes(decision.protocol)) return deliver(decision);
      this.handlers.onError(new Error(`subprotocol ${decision.protocol} was chosen but not offered`));
      failed();
    };
    this.settle(() => this.handlers.onUpgrade(request), decided, failed);
  }

  refuse(refusal: Refusal): HttpResponse {
    try {
      const response = this.handlers.onRefused(refusal.reason, refusal.status, refusal.detail);
      assert.equal(response.status, refusal.status, 'onRefused must keep the status');
      return this.checked(response);
    } catch (error) {
      this.handlers.onError(error);
      return { ...INTERNAL_ERROR, status: refusal.status, body: `{"type":"about:blank","status":${refusal.status}}` };
    }
  }

  stream(handler: StreamHandler): GuardedStream {
    return new GuardedStream(handler, this.turns, (error) => this.handlers.onError(error));
  }

  private checked(response: HttpResponse): HttpResponse {
    try {
      assertResponse(response);
      return response;
    } catch (error) {
      this.handlers.onError(error);
      return INTERNAL_ERROR;
    }
  }

  private settle<Answer>(
    ask: () => Answer | Promise<Answer>,
    answered: (answer: Answer) => void,
    failed: () => void,
  ): void {
    const onFailed = (error: unknown): void => {
      this.handlers.onError(error);
      failed();
    };
    let answer: Answer | Promise<Answer>;
    try {
      answer = ask();
    } catch (error) {
      return onFailed(error);
    }
    if (answer instanceof Promise) void answer.then(answered, onFailed);
    else answered(answer);
  }
}

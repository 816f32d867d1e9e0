/**
 * Functions of a child process, called from the one that started it: one message a call, one a return.
 *
 * It owns the child's life. Only the load runs in children, so that what measures and what is measured do not share a
 * thread with what reports.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A table of functions of one argument each. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

interface CallMessage {
  readonly callNo: number;
  readonly name: string;
  readonly argument: unknown;
}

type ReturnMessage =
  | { readonly callNo: number; readonly value: unknown }
  | { readonly callNo: number; readonly error: string };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The child's side: answers calls until its parent has gone. */
export function serveCalls(calls: Calls): void {
  process.on('message', (message: CallMessage) => {
    void (async () => {
      const { callNo, name, argument } = message;
      try {
        process.send!({ callNo, value: await calls[name]!(argument as never) } satisfies ReturnMessage);
      } catch (error) {
        process.send!({ callNo, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies ReturnMessage);
      }
    })();
  });
  process.on('disconnect', () => process.exit(0));
}

/** The parent's side: a child that runs `module` and answers the calls `C`. */
export class RemoteCalls<C extends Calls> {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private callCount = 0;

  constructor(module: URL) {
    this.child = fork(fileURLToPath(module), { serialization: 'advanced' });
    this.child.on('message', (message: ReturnMessage) => {
      const waiting = this.waiting.get(message.callNo);
      this.waiting.delete(message.callNo);
      if ('error' in message) waiting?.reject(new Error(message.error));
      else waiting?.resolve(message.value);
    });
    this.child.once('exit', (code, signal) => this.failAll(new Error(`${module.pathname} ended with ${signal ?? code}`)));
    this.child.once('error', (error) => this.failAll(error));
  }

  get pid(): number {
    return this.child.pid!;
  }

  call<N extends keyof C & string>(name: N, argument: Parameters<C[N]>[0]): Promise<Awaited<ReturnType<C[N]>>> {
    const callNo = ++this.callCount;
    return new Promise((resolve, reject) => {
      this.waiting.set(callNo, { resolve: (value) => resolve(value as Awaited<ReturnType<C[N]>>), reject });
      this.child.send({ callNo, name, argument } satisfies CallMessage);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await exited;
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

/**
 * An HTTP peer that misbehaves on command, which a real service cannot be asked to: each request takes the next step of a
 * script. It stands for the network and for an overloaded service, not for the service's own behaviour.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly idempotencyKey: string;
  readonly contentType: string;
  readonly lines: readonly string[];
}

/** Cut the connection before answering, or answer. `accept` answers as the contract does, all events accepted. */
export type Step =
  | 'cut'
  | 'accept'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown };

export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): void;
}

/** After the last step every request is accepted. */
export async function startScriptedServer(steps: readonly Step[] = []): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  let sequence = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const lines = body.trimEnd().split('\n');
      const { 'idempotency-key': idempotencyKey, 'content-type': contentType = '' } = request.headers;
      const step = steps[seen.length] ?? 'accept';
      seen.push({ idempotencyKey: String(idempotencyKey), contentType, lines });
      if (step === 'cut') {
        request.socket.destroy();
        return;
      }
      sequence += lines.length;
      const accepted = { accepted: lines.length, duplicates: 0, duplicate_of: [], rejected: [], sequence };
      const { status, headers, body: answer } = step === 'accept' ? { status: 200, headers: {}, body: accepted } : step;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

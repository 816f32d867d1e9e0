/** A reader that never reads: it may not slow down another reader, an answer or the engine. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { StreamReader } from '../../support/stream-reader.ts';
import { Timeline } from '../../support/timeline.ts';

const DEAF_READERS = 20;
const ROUNDS = 80;
const FILLS_PER_ROUND = 20;
const UPDATE_MS_MAX = 1_000;

const line = new Timeline('SLOW', '2026-03-02T14:30:00Z');

/** Opens a stream on a socket of its own and never reads a byte of it. */
function openDeaf(port: number, orderId: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.pause();
      const key = randomBytes(16).toString('base64');
      socket.write(
        `GET /api/v1/monitoring/${orderId}/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
        () => resolve(socket),
      );
    });
    socket.on('error', reject);
  });
}

describe('readers that never read', () => {
  let service: RunningService;
  let client: Client;
  const deaf: Socket[] = [];

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
  });

  after(async () => {
    for (const socket of deaf) socket.destroy();
    assert.equal(await service.stop(), 0, service.stderr());
  });

  test('slow down nobody, and the newest update always comes to who reads', async () => {
    await client.accept(line.quote(0, 99, 101), line.order(0, 'slow', { quantity: 1e6, algorithm: 'TWAP', end_time: line.at(20_000) }));
    await client.statusWhen('slow', () => true);
    for (let n = 0; n < DEAF_READERS; n++) deaf.push(await openDeaf(service.port, 'slow'));
    const reader = await StreamReader.open(service.url, 'slow');
    await reader.next('snapshot');
    let slowestMs = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const fills = Array.from({ length: FILLS_PER_ROUND }, (_, i) => line.fill(round, 'slow', `slow-${round}-${i}`, 1, 100, { venue: `venue-${i}` }));
      const sentMs = performance.now();
      await client.accept(...fills);
      await reader.next(`update of round ${round}`, (frame) => frame['filled_quantity'] === round * FILLS_PER_ROUND, UPDATE_MS_MAX);
      slowestMs = Math.max(slowestMs, performance.now() - sentMs);
    }
    assert.ok(slowestMs < UPDATE_MS_MAX, `${slowestMs} ms`);
    assert.equal((await client.status('slow')).filled_quantity, ROUNDS * FILLS_PER_ROUND);
    reader.close();
  });
});

/** `npm run journal`: what it says of a journal, damaged or not, and that a running service and it come to one hash. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { decodeSegmentHead, encodeSegmentHead, type Frame, frameAt, SEGMENT_HEAD_BYTES, type SegmentHead, segmentFileName } from '../../engine/journal/segment.ts';
import { Memory } from '../../engine/ring/memory.ts';
import { Client } from '../support/client.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { PROJECT_ROOT } from '../support/project-root.ts';
import { startService } from '../support/service.ts';
import { Timeline } from '../support/timeline.ts';

const line = new Timeline('TOOL', '2026-03-02T14:30:00Z');
const BIT = 0x10;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function journal(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['dist/engine/journal-tool/main.js', ...args], { cwd: PROJECT_ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

const EVENTS: readonly Readonly<Record<string, unknown>>[] = [
  { type: 'instrument', timestamp: line.at(0), symbol: 'TOOL', adv: 1_000, index_symbol: 'IDX' },
  { type: 'market_status', timestamp: line.at(0), symbol: 'TOOL', status: 'OPEN' },
  { type: 'quote', timestamp: line.at(0), symbol: 'TOOL', bid: 9.99, ask: 10.01, bid_size: 100, ask_size: 300 },
  { type: 'quote', timestamp: line.at(0), symbol: 'TOOL', bid: null, ask: 10.01 },
  { type: 'trade', timestamp: line.at(0.5), symbol: 'TOOL', price: 10, quantity: 50, venue: 'XNAS', conditions: ['OPENING_AUCTION'], vwap_eligible: false },
  line.fill(1, 'early', 'early-1', 1, 10),
  line.order(1, 'o', { quantity: 100, algorithm: 'TWAP', start_time: line.at(1), end_time: line.at(60), account: 'Ä' }),
  line.of(2, 'o', 'route', { symbol: 'TOOL', child_order_id: 'o-c', venue: 'XNAS', quantity: 30, price: 10.5, order_type: 'LIMIT', time_in_force: 'DAY' }),
  line.of(2, 'o', 'route_accepted', { symbol: 'TOOL', child_order_id: 'o-c' }),
  line.fill(3, 'o', 'o-1', 10, 10.02, { symbol: 'TOOL', child_order_id: 'o-c', liquidity: 'ADDED', fee: -0.5 }),
  line.of(4, 'o', 'execution_corrected', { symbol: 'TOOL', exec_id: 'o-2', ref_exec_id: 'o-1', quantity: 11, price: 10.03, venue: 'BATS', fee: 0.25 }),
  line.of(5, 'o', 'execution_canceled', { symbol: 'TOOL', exec_id: 'o-3', ref_exec_id: 'o-2' }),
  line.of(6, 'o', 'order_canceled', { reason: 'enough' }),
];

describe('npm run journal', () => {
  let dataDir: string;
  let segment: string;
  let expected: { readonly sequence: number; readonly hash: string };
  let snapshot: string;
  let files: () => Record<string, string>;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'execmon-tool-'));
    const folder = join(dataDir, 'journal');
    const pipeline = await EnginePipeline.open({ clock: 'event', shards: 3, folder });
    for (const event of EVENTS.slice(0, 8)) assert.equal(pipeline.accept(event).accepted, 1, JSON.stringify(event));
    snapshot = await pipeline.snapshot();
    for (const event of EVENTS.slice(8)) assert.equal(pipeline.accept(event).accepted, 1, JSON.stringify(event));
    pipeline.start({ order_id: 'o', alert_thresholds: { SLIPPAGE: 2 } });
    pipeline.acceptBatch([{ ...line.quote(7, 9, 11), event_id: 'known' }], { key: 'key', bodyHash: 1 });
    expected = pipeline.stateHash();
    await pipeline.close();
    mkdirSync(join(dataDir, 'snapshots'));
    writeFileSync(join(dataDir, 'snapshots', snapshot.slice(-'00000000000000000000.snapshot'.length)), readFileSync(snapshot));
    const [name] = readdirSync(folder);
    segment = join(folder, name!);
    files = () => Object.fromEntries((readdirSync(dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name: file }) => [file, readFileSync(join(parentPath, file), 'hex')]));
  });

  after(() => rmSync(dataDir, { recursive: true, force: true }));

  test('verify counts what is there, and changes nothing', async () => {
    const found = files();
    const { code, stdout } = await journal('verify', '--data-dir', dataDir);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^journal [0-9a-f-]{36}\nsegments 1, frames ${EVENTS.length + 2}, records ${expected.sequence}, sequences 1 to ${expected.sequence}\nsnapshots 1, of sequences \\d+\n$`));
    assert.deepEqual(files(), found);
  });

  test('cat gives the events as they were sent, and what else was journaled', async () => {
    const { code, stdout } = await journal('cat', '--data-dir', dataDir);
    assert.equal(code, 0);
    const records = stdout.trim().split('\n').map((text) => JSON.parse(text) as { sequence: number; event?: unknown; record?: string });
    assert.deepEqual(records.map(({ sequence }) => sequence), Array.from({ length: expected.sequence }, (_, i) => i + 1));
    const events = records.flatMap(({ event }) => (event === undefined ? [] : [event]));
    assert.deepEqual(events, [...EVENTS, line.quote(7, 9, 11)]);
    const kinds = new Set(records.map(({ record }) => record));
    for (const kind of ['tick', 'define', 'monitoring_started', 'event_id', 'batch_answered']) assert.ok(kinds.has(kind), kind);
  });

  test('cat keeps to --from, --to and --order', async () => {
    const some = await journal('cat', '--data-dir', dataDir, '--from', '5', '--to', '9');
    assert.deepEqual(some.stdout.trim().split('\n').map((text) => (JSON.parse(text) as { sequence: number }).sequence), [5, 6, 7, 8, 9]);
    const ofOrder = await journal('cat', '--data-dir', dataDir, '--order', 'early');
    assert.deepEqual(ofOrder.stdout.trim().split('\n').map((text) => (JSON.parse(text) as { event: unknown }).event), [EVENTS[5]]);
    assert.equal((await journal('cat', '--data-dir', dataDir, '--order', 'nobody')).stdout, '');
  });

  test('where the beginning was removed, names come from a snapshot', async () => {
    const whole = (await journal('cat', '--data-dir', dataDir)).stdout.trim().split('\n');
    const shortened = shortenedBefore('o-c');
    try {
      const { code, stdout, stderr } = await journal('cat', '--data-dir', shortened.dataDir);
      assert.equal(code, 0, stderr);
      const lines = stdout.trim().split('\n');
      assert.ok(lines.length > 5 && lines.length < whole.length, `${lines.length} of ${whole.length} records`);
      assert.deepEqual(lines, whole.slice(-lines.length));
      assert.match(lines.join(), /"symbol":"TOOL".*"child_order_id":"o-c"/);
      const ofOrder = await journal('cat', '--data-dir', shortened.dataDir, '--order', 'o');
      assert.match(ofOrder.stdout, /"exec_id":"o-1"/);

      rmSync(join(shortened.dataDir, 'snapshots'), { recursive: true });
      const refused = await journal('cat', '--data-dir', shortened.dataDir);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, new RegExp(`the journal begins at sequence ${shortened.firstSequence}, and there is no snapshot`));
    } finally {
      rmSync(shortened.dataDir, { recursive: true });
    }
  });

  /** A copy whose journal begins with the frame that first has an id, as if what is before it had been a segment of its own. */
  function shortenedBefore(id: string): { readonly dataDir: string; readonly firstSequence: number } {
    const copy = mkdtempSync(join(tmpdir(), 'execmon-tool-'));
    cpSync(join(dataDir, 'snapshots'), join(copy, 'snapshots'), { recursive: true });
    mkdirSync(join(copy, 'journal'));
    const content = readFileSync(segment);
    const memory = new Memory(new ArrayBuffer(content.length));
    memory.bytes.set(content);
    const { journalId } = decodeSegmentHead(content) as SegmentHead;
    let frame = frameAt(memory, SEGMENT_HEAD_BYTES)!;
    const end = ({ payloadOffset, payloadBytes }: Frame): number => payloadOffset + payloadBytes;
    while (!content.subarray(frame.offset, end(frame)).includes(id)) frame = frameAt(memory, end(frame))!;
    const { firstSequence } = frame;
    writeFileSync(join(copy, 'journal', segmentFileName(firstSequence)), Buffer.concat([encodeSegmentHead({ journalId, firstSequence }), content.subarray(frame.offset)]));
    return { dataDir: copy, firstSequence };
  }

  test('hash is that of the engine which wrote it, from the first record and from a snapshot', async () => {
    const text = `sequence ${expected.sequence} hash ${expected.hash}\n`;
    assert.equal((await journal('hash', '--data-dir', dataDir)).stdout, text);
    assert.equal((await journal('hash', '--data-dir', dataDir, '--snapshot', snapshot)).stdout, text);
    assert.notEqual((await journal('hash', '--data-dir', dataDir, '--to', '20')).stdout, text);
  });

  test('a torn end is told and left, damage before it is named', async () => {
    const whole = readFileSync(segment);
    try {
      appendFileSync(segment, Buffer.alloc(37, 7));
      const torn = files();
      const { code, stdout } = await journal('verify', '--data-dir', dataDir);
      assert.equal(code, 0);
      assert.match(stdout, /torn end: \d+ bytes/);
      assert.equal((await journal('hash', '--data-dir', dataDir)).stdout, `sequence ${expected.sequence} hash ${expected.hash}\n`);
      assert.deepEqual(files(), torn);

      const damaged = Buffer.from(whole);
      damaged[200]! ^= BIT;
      writeFileSync(segment, damaged);
      for (const command of ['verify', 'cat', 'hash']) {
        const refused = await journal(command, '--data-dir', dataDir);
        assert.equal(refused.code, 1, command);
        assert.match(refused.stderr, /journal damaged: \d{20}\.journal at byte \d+, sequence \d+: frame is damaged/);
      }
    } finally {
      writeFileSync(segment, whole);
    }
  });

  test('a damaged snapshot is named', async () => {
    const [name] = readdirSync(join(dataDir, 'snapshots'));
    const path = join(dataDir, 'snapshots', name!);
    const whole = readFileSync(path);
    try {
      const damaged = Buffer.from(whole);
      damaged[100]! ^= BIT;
      writeFileSync(path, damaged);
      const { code, stderr } = await journal('verify', '--data-dir', dataDir);
      assert.equal(code, 1);
      assert.match(stderr, /snapshot damaged: .* at byte \d+: section is damaged/);
    } finally {
      writeFileSync(path, whole);
    }
  });

  test('wrong usage is 2, no journal is 1, help is 0', async () => {
    for (const args of [[], ['mend'], ['verify', 'cat'], ['verify', '--from', '1'], ['hash', '--from', '1'], ['cat', '--from', 'x'], ['cat', '--from', '0'], ['cat', '--fro']]) {
      const { code, stderr } = await journal(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /--help/);
    }
    const { code, stderr } = await journal('verify', '--data-dir', join(dataDir, 'nowhere'));
    assert.equal(code, 1);
    assert.match(stderr, /no journal can be read/);
    assert.equal((await journal('--help')).code, 0);
  });
});

for (const shards of ['1', '3']) {
  test(`a running service and the tool come to one hash at one sequence, ${shards} shards`, async () => {
    const service = await startService({ flags: ['--shards', shards] });
    try {
      const client = new Client(service.url);
      const now = (): string => new Date().toISOString();
      for (let order = 0; order < 5; order++) {
        await client.accept(
          { type: 'quote', timestamp: now(), symbol: `S${order}`, bid: 9, ask: 11 },
          { type: 'order', timestamp: now(), order_id: `o${order}`, symbol: `S${order}`, side: 'BUY', quantity: 1_000, algorithm: 'TWAP', end_time: new Date(Date.now() + 600_000).toISOString() },
          ...Array.from({ length: 20 }, (_, i) => ({ type: 'execution', timestamp: now(), order_id: `o${order}`, exec_id: `e${order}-${i}`, venue: 'V', quantity: 1, price: 10 + i / 100 })),
        );
      }
      const plain = (await client.request('GET', '/health/ready')).body as { state?: unknown };
      assert.equal(plain.state, undefined);
      const { state } = (await client.request('GET', '/health/ready?verbose')).body as { state: { sequence: number; hash: string } };
      assert.match(state.hash, /^[0-9a-f]{16}$/);
      // Ticks are written now and then: by the next acknowledgement all before it are in the file.
      await client.accept({ type: 'quote', timestamp: now(), symbol: 'S0', bid: 9, ask: 11 });
      const found = await journal('hash', '--data-dir', service.dataDir, '--to', String(state.sequence));
      assert.equal(found.stdout, `sequence ${state.sequence} hash ${state.hash}\n`, found.stderr);
      assert.equal((await journal('verify', '--data-dir', service.dataDir)).code, 0);
    } finally {
      await service.stop();
    }
  });
}

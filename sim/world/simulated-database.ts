/**
 * A database server in memory: what is committed, who holds which lock, and whether it answers at all.
 *
 * It goes on when the process that is connected to it dies, and when a connection is cut: a COMMIT that has arrived is carried
 * out, whoever hears of it.
 */

import type { DatabaseConnect } from '../../storage/database.ts';
import { DatabaseError } from '../../storage/database.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';
import { type CutPlace, type Server, SimulatedSession } from './simulated-session.ts';
import { StoredTables } from './stored-tables.ts';
import type { VirtualTime } from './virtual-time.ts';

const CONNECT_US_MAX = 3_000;
const STATEMENT_US_MAX = 800;
const SLOW_FACTOR = 40;

export class SimulatedDatabase implements Server {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly tables = new StoredTables();
  readonly isHypertable: boolean;
  /** Of a server that is broken on purpose, see mutants.ts. */
  isWatermarkAlone = false;
  locksRows = true;
  isDown = false;
  isSlow = false;
  /** Where the next cut is; undefined for nowhere. */
  cutAt: CutPlace | undefined;
  /** SQLSTATE with which the next COPY fails. */
  refusal: string | undefined;
  /** Called after each COMMIT. */
  onCommit: () => void = () => undefined;
  private hangs: Promise<void> | undefined;
  private readonly sessions = new Set<SimulatedSession>();
  private readonly lockHolders = new Map<string, SimulatedSession>();
  private readonly lockQueue: { readonly key: string; readonly session: SimulatedSession; readonly resolve: () => void }[] = [];

  constructor(time: VirtualTime, random: Random) {
    this.time = time;
    this.random = random;
    this.isHypertable = random.chance(0.5);
  }

  /** Connections of one process; they are cut when it dies. */
  connectFor(life: Life): DatabaseConnect {
    return async () => {
      await life.pause(this.random.whole(100, CONNECT_US_MAX));
      if (this.isDown) throw new DatabaseError('connection refused', undefined, undefined);
      await this.answering();
      await life.pause(0);
      const session = new SimulatedSession(this, life);
      this.sessions.add(session);
      return session;
    };
  }

  /** Every connection is lost, now. */
  cutAll(): void {
    for (const session of [...this.sessions]) session.cut();
  }

  /** The server ends, and with it all transactions that are not committed. */
  goDown(): void {
    this.isDown = true;
    for (const session of [...this.sessions]) {
      session.cut();
      session.end();
    }
  }

  /** Nothing is answered and nothing moves, as under SIGSTOP. */
  hang(us: number): void {
    const before = this.hangs;
    const until = this.time.pause(us);
    this.hangs = before === undefined ? until : before.then(() => until);
  }

  async answering(): Promise<void> {
    while (this.hangs !== undefined) {
      const { hangs } = this;
      await hangs;
      if (this.hangs === hangs) this.hangs = undefined;
    }
  }

  async work(): Promise<void> {
    await this.time.pause(this.random.whole(20, STATEMENT_US_MAX) * (this.isSlow ? SLOW_FACTOR : 1));
    await this.answering();
  }

  forget(session: SimulatedSession): void {
    this.sessions.delete(session);
    for (const entry of this.lockQueue.filter((waiting) => waiting.session === session)) this.lockQueue.splice(this.lockQueue.indexOf(entry), 1);
    for (const [key, holder] of [...this.lockHolders]) if (holder === session) this.unlock(key, session);
  }

  lock(key: string, session: SimulatedSession): Promise<void> {
    const holder = this.lockHolders.get(key);
    if (holder === undefined || holder === session) {
      this.lockHolders.set(key, session);
      return Promise.resolve();
    }
    return new Promise((resolve) => this.lockQueue.push({ key, session, resolve }));
  }

  unlock(key: string, session: SimulatedSession): void {
    if (this.lockHolders.get(key) !== session) return;
    this.lockHolders.delete(key);
    const next = this.lockQueue.findIndex((entry) => entry.key === key);
    if (next < 0) return;
    const [entry] = this.lockQueue.splice(next, 1);
    this.lockHolders.set(key, entry!.session);
    entry!.resolve();
  }
}

/**
 * Corrections and busts of one order, by the execution that each names. They may come in any order, before or behind what they
 * name; what is in effect is a function of which there are:
 *
 *     original -> amendment that names it -> amendment that names that one -> ... -> live, or nothing after a bust
 *
 * Where two name the same execution, only one can have named the latest of its chain: the one with the lower
 * (timestamp, exec_id) counts, the other does not fit.
 */

import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import type { Fill } from './fill.ts';

/** A correction or bust. NaN and -1: as the original. */
export interface Amendment {
  readonly executionNo: number;
  readonly execId: string;
  readonly timestampUs: number;
  readonly isBust: boolean;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly venueNo: number;
}

const NONE = -1;

interface Chain {
  readonly original: Fill;
  /** What is left of it; undefined after a bust. */
  live: Fill | undefined;
  /** Amendments in effect, oldest first. */
  inEffect: readonly number[];
}

export class OrderAmendments {
  /** By the execution that they name, the one that counts first. */
  private readonly naming = new Map<number, Amendment[]>();
  /** Of every execution whose chain begins with a fill that is here: that fill. */
  private readonly rootOf = new Map<number, number>();
  private readonly chains = new Map<number, Chain>();
  private waits = 0;

  /** Amendments whose execution has not come. */
  get waitingCount(): number {
    return this.waits;
  }

  /** True when some amendment names this execution. */
  isNamed(executionNo: number): boolean {
    return this.naming.has(executionNo);
  }

  /** The fill that the chain of an execution begins with; undefined while that is not here. */
  rootOfExecution(executionNo: number): number | undefined {
    return this.rootOf.get(executionNo);
  }

  /** Fills that some amendment names, as they came, with what is left of each. */
  get amendedFills(): readonly Readonly<Chain>[] {
    return [...this.chains.values()];
  }

  chain(root: number): Readonly<Chain> {
    return this.chains.get(root)!;
  }

  /** A fill is here; what waited for it is in effect, as far as it fits. */
  begin(original: Fill): void {
    const root = original.executionNo;
    this.chains.set(root, { original, live: original, inEffect: [] });
    this.adopt(root, root);
    this.resolve(root);
  }

  /** Keeps an amendment, which then is part of its chain or waits for it. True when another names the same execution. */
  keep(refExecutionNo: number, amendment: Amendment): boolean {
    const rivals = this.naming.get(refExecutionNo);
    if (rivals === undefined) this.naming.set(refExecutionNo, [amendment]);
    else {
      rivals.push(amendment);
      rivals.sort(inOrderOfEffect);
    }
    const root = this.rootOf.get(refExecutionNo);
    if (root === undefined) this.waits++;
    else {
      this.adopt(amendment.executionNo, root);
      this.resolve(root);
    }
    return rivals !== undefined;
  }

  save(out: StateWriter): void {
    const all = [...this.naming].flatMap(([refExecutionNo, amendments]) => amendments.map((amendment) => ({ refExecutionNo, amendment })));
    out.word(all.length);
    for (const { refExecutionNo, amendment } of all) {
      out.word(refExecutionNo);
      out.word(amendment.executionNo);
      out.text(amendment.execId);
      out.double(amendment.timestampUs);
      out.word(amendment.isBust ? 1 : 0);
      out.double(amendment.quantity);
      out.double(amendment.price);
      out.double(amendment.fee);
      out.word(amendment.venueNo);
    }
  }

  /** Hands over what was saved, for `FillTable.amend`. */
  static load(from: StateReader, onAmendment: (refExecutionNo: number, amendment: Amendment) => void): void {
    for (let left = from.word(); left > 0; left--) {
      onAmendment(from.word(), {
        executionNo: from.word(),
        execId: from.text(),
        timestampUs: from.double(),
        isBust: from.word() === 1,
        quantity: from.double(),
        price: from.double(),
        fee: from.double(),
        venueNo: from.word(),
      });
    }
  }

  /** An execution belongs to a chain, and with it whatever waited for it, directly or not. */
  private adopt(executionNo: number, root: number): void {
    const found = [executionNo];
    for (let no = found.pop(); no !== undefined; no = found.pop()) {
      this.rootOf.set(no, root);
      for (const amendment of this.naming.get(no) ?? []) {
        this.waits--;
        found.push(amendment.executionNo);
      }
    }
  }

  private resolve(root: number): void {
    const chain = this.chains.get(root)!;
    const inEffect: number[] = [];
    let live: Fill | undefined = chain.original;
    for (let next = this.naming.get(root)?.[0]; next !== undefined && live !== undefined; next = this.naming.get(next.executionNo)?.[0]) {
      inEffect.push(next.executionNo);
      live = next.isBust ? undefined : amended(live, next);
    }
    chain.live = live;
    chain.inEffect = inEffect;
  }
}

function amended(fill: Fill, { executionNo, execId, quantity, price, fee, venueNo }: Amendment): Fill {
  return {
    ...fill,
    executionNo,
    execId,
    quantity,
    price,
    fee: Number.isNaN(fee) ? fill.fee : fee,
    venueNo: venueNo === NONE ? fill.venueNo : venueNo,
  };
}

function inOrderOfEffect(a: Amendment, b: Amendment): number {
  return a.timestampUs - b.timestampUs || (a.execId < b.execId ? -1 : 1);
}

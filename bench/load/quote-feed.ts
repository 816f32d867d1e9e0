/**
 * A local market data feed: quotes in big batches on the fast door, at a fixed rate, for as long as a round takes.
 *
 * A second's worth of frames is encoded once; before a frame is sent again the seconds of its timestamps are written anew, so
 * that the quotes of a symbol always rise in time and the feed itself costs little. What has no credit when it is due is not
 * sent: a feed does not queue what is stale, and the rate that is told is the one that was acknowledged.
 */

import { Packr } from 'msgpackr';

import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import { monotonicUs, wallUs } from '../measure/clock.ts';
import type { Batch } from '../workload/batches.ts';
import { quoteEvent } from '../workload/events.ts';
import { msgpackFrame } from '../workload/fill-mark.ts';
import { type BatchLane, REFUSED } from './batch-lane.ts';
import { openBatchLane } from './open-batch-lane.ts';

export interface FeedSpec {
  readonly quotesPerSecond: number;
  readonly batchQuotes: number;
  /** A multiple of the lanes, and so is the count of frames in a second: what is about one symbol is on one lane. */
  readonly symbolCount: number;
  readonly lanes: number;
}

export interface FeedOutcome {
  readonly plannedQuotes: number;
  readonly acknowledgedQuotes: number;
  /** Batches not sent for lack of credit, and those that were answered `overloaded`. */
  readonly heldBackBatches: number;
  readonly refusedBatches: number;
  /** From the first planned send to the last answer. */
  readonly seconds: number;
  readonly faults: readonly string[];
}

/** One encoded frame, and where its timestamps are. */
interface Frame extends Batch {
  readonly timestampsAt: Int32Array;
}

const US_PER_SECOND = 1_000_000;
const FAULTS_MAX = 10;
/** Of the timer; frames that became due meanwhile leave together. */
const SEND_INTERVAL_MS = 1;
/** 2026-01-01T00:00:00, without the fraction. */
const SECONDS_CHARS = 19;
/** The fixed string header of a timestamp of 27 characters, and the key before it. */
const TIMESTAMP_KEY = Buffer.concat([Buffer.from([0xa9]), Buffer.from('timestamp'), Buffer.from([0xbb])]);

const packr = new Packr({ useRecords: false });

export class QuoteFeed {
  private spec: FeedSpec | undefined;
  private frames: Frame[] = [];
  private stopping: (() => void) | undefined;
  private outcome: Promise<FeedOutcome> | undefined;

  /** Encodes the frames of a second. */
  prepare(spec: FeedSpec): void {
    this.spec = spec;
    const frameCount = Math.ceil(spec.quotesPerSecond / spec.batchQuotes);
    this.frames = Array.from({ length: frameCount }, (_, frameNo) => encodeFrame(spec, frameNo, frameCount));
  }

  /** Connects and sends from now on. */
  async start(url: string): Promise<void> {
    const { spec, frames } = this;
    if (spec === undefined) throw new Error('nothing is prepared');
    let fail: (error: Error) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (fail = reject));
    failed.catch(() => undefined);
    const laneOptions = { url, door: 'ws-msgpack', checkAnswers: true, sendsAgain: false, onFailure: (error: Error) => fail(error) } as const;
    const lanes = await Promise.all(Array.from({ length: spec.lanes }, () => openBatchLane(laneOptions)));
    this.outcome = Promise.race([this.send(lanes, frames), failed]).finally(() => {
      for (const lane of lanes) lane.close();
    });
    this.outcome.catch(() => undefined);
  }

  /** Sends no more; resolves when all that was sent is answered. */
  async stop(): Promise<FeedOutcome> {
    if (this.outcome === undefined) throw new Error('no feed has started');
    this.stopping?.();
    return this.outcome;
  }

  private async send(lanes: readonly BatchLane[], frames: readonly Frame[]): Promise<FeedOutcome> {
    const faults: string[] = [];
    let [place, plannedQuotes, acknowledgedQuotes, heldBackBatches, refusedBatches, unanswered] = [0, 0, 0, 0, 0, 0];
    const startUs = monotonicUs();
    const firstSecond = Math.floor(wallUs() / US_PER_SECOND);
    let onAnswered: () => void = () => undefined;
    const sendFrame = (lane: BatchLane, frame: Frame, second: number): void => {
      plannedQuotes += frame.eventCount;
      if (lane.waitingCount > 0) return void heldBackBatches++;
      writeSecond(frame, second);
      unanswered++;
      lane.send(frame, (fault) => {
        unanswered--;
        if (fault === REFUSED) refusedBatches++;
        else if (fault === undefined) acknowledgedQuotes += frame.eventCount;
        else if (faults.length < FAULTS_MAX) faults.push(fault);
        if (unanswered === 0) onAnswered();
      });
    };
    const sending = setInterval(() => {
      const due = ((monotonicUs() - startUs) * frames.length) / US_PER_SECOND;
      for (; place < due; place++) {
        const frameNo = place % frames.length;
        sendFrame(lanes[frameNo % lanes.length]!, frames[frameNo]!, firstSecond + Math.floor(place / frames.length));
      }
    }, SEND_INTERVAL_MS);
    await new Promise<void>((resolve) => (this.stopping = resolve));
    clearInterval(sending);
    if (unanswered > 0) await new Promise<void>((resolve) => (onAnswered = resolve));
    return { plannedQuotes, acknowledgedQuotes, heldBackBatches, refusedBatches, seconds: (monotonicUs() - startUs) / US_PER_SECOND, faults };
  }
}

/** The quotes of a frame come evenly in its part of the second, each of the symbols of its lane in turn. */
function encodeFrame({ batchQuotes, symbolCount, lanes }: FeedSpec, frameNo: number, frameCount: number): Frame {
  const events = Array.from({ length: batchQuotes }, (_, i) => {
    const quoteNo = frameNo * batchQuotes + i;
    const us = Math.floor(((frameNo + i / batchQuotes) * US_PER_SECOND) / frameCount);
    return quoteEvent((frameNo % lanes) + lanes * (i % (symbolCount / lanes)), quoteNo, us);
  });
  const body = msgpackFrame('', packr.pack(events));
  const timestampsAt = new Int32Array(batchQuotes);
  let at = 0;
  for (let i = 0; i < batchQuotes; i++) {
    at = body.indexOf(TIMESTAMP_KEY, at) + TIMESTAMP_KEY.length;
    timestampsAt[i] = at;
  }
  return { body, mark: '', eventCount: batchQuotes, timestampsAt };
}

function writeSecond({ body, timestampsAt }: Frame, second: number): void {
  const text = Buffer.from(formatTimestamp(second * US_PER_SECOND).slice(0, SECONDS_CHARS), 'latin1');
  for (const at of timestampsAt) body.set(text, at);
}

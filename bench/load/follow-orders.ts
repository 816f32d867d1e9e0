/**
 * The subscriber: one WebSocket for each order that is followed, and for each fill the moment at which its order's stream first showed it.
 *
 * A fill is shown by the first `update` frame whose filled_quantity includes it; a frame that covers several fills shows
 * them all (updates may be conflated). A floor's frames say nothing, there the n-th frame of an order shows its n-th fill.
 * Both are parsed alike.
 */

import { once } from 'node:events';

import { WebSocket } from 'ws';

import { monotonicUs } from '../measure/clock.ts';
import { type FillsSpec, makeFills, orderIdOf } from '../workload/fills.ts';

export type FrameReading = 'filled_quantity' | 'frame_count';

export interface FollowRequest {
  readonly url: string;
  readonly spec: FillsSpec;
  /** The orders numbered below are followed. */
  readonly followedCount: number;
  readonly reading: FrameReading;
}

export interface FollowOutcome {
  /** From the round's start to the arrival of the frame that shows each fill; NaN where none came. */
  readonly shownUs: Float64Array;
  readonly updateFrames: number;
  readonly otherFrames: number;
  readonly receivedBytes: number;
  /** Fills of followed orders that were never shown. */
  readonly missing: number;
  /** Sockets that closed before the end, with their code; the first few. */
  readonly faults: readonly string[];
}

interface Frame {
  readonly type: string;
  readonly filled_quantity: number;
}

const FAULTS_MAX = 10;
const CONNECTING_AT_ONCE_MAX = 20;

export class OrderFollower {
  private readonly sockets: WebSocket[] = [];
  private readonly faults: string[] = [];
  private readonly spec: FillsSpec;
  private readonly reading: FrameReading;
  /** The fills of each order that were not shown yet begin at its place. */
  private readonly fillNos: number[][];
  private readonly places: Int32Array;
  private readonly frameCounts: Int32Array;
  private readonly filledThrough: Float64Array;
  private readonly arrivedUs: Float64Array;
  private missing: number;
  private updateFrames = 0;
  private otherFrames = 0;
  private receivedBytes = 0;
  private isEnding = false;
  private onAllShown: () => void = () => undefined;

  private constructor(spec: FillsSpec, followedCount: number, reading: FrameReading) {
    this.spec = spec;
    this.reading = reading;
    const fills = makeFills(spec);
    this.fillNos = Array.from({ length: spec.orderCount }, () => []);
    fills.orderNos.forEach((orderNo, fillNo) => this.fillNos[orderNo]!.push(fillNo));
    this.filledThrough = fills.filledThrough;
    this.places = new Int32Array(spec.orderCount);
    this.frameCounts = new Int32Array(spec.orderCount);
    this.arrivedUs = new Float64Array(spec.fillCount).fill(Number.NaN);
    this.missing = fills.orderNos.reduce((count, orderNo) => count + (orderNo < followedCount ? 1 : 0), 0);
  }

  /** Connects to the stream of each order that is followed. */
  static async open({ url, spec, followedCount, reading }: FollowRequest): Promise<OrderFollower> {
    const follower = new OrderFollower(spec, followedCount, reading);
    for (let orderNo = 0; orderNo < followedCount; orderNo += CONNECTING_AT_ONCE_MAX) {
      const orderNos = Array.from({ length: Math.min(CONNECTING_AT_ONCE_MAX, followedCount - orderNo) }, (_, i) => orderNo + i);
      await Promise.all(orderNos.map((each) => follower.connect(url, each)));
    }
    return follower;
  }

  /** Waits until every fill was shown or `untilUs` (monotonic) has come, and disconnects. `startUs` is the round's start. */
  async finish(startUs: number, untilUs: number): Promise<FollowOutcome> {
    if (this.missing > 0) {
      const allShown = new Promise<void>((resolve) => (this.onAllShown = resolve));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(0, untilUs - monotonicUs()) / 1_000)));
      await Promise.race([allShown, late]);
      clearTimeout(timer);
    }
    this.isEnding = true;
    for (const socket of this.sockets) socket.terminate();
    const shownUs = this.arrivedUs.map((us) => us - startUs);
    const { updateFrames, otherFrames, receivedBytes, missing, faults } = this;
    return { shownUs, updateFrames, otherFrames, receivedBytes, missing, faults };
  }

  private async connect(url: string, orderNo: number): Promise<void> {
    const path = `/api/v1/monitoring/${orderIdOf(this.spec, orderNo)}/stream`;
    const socket = new WebSocket(new URL(path, url), { perMessageDeflate: false });
    socket.on('message', (message: Buffer) => this.onFrame(orderNo, message, monotonicUs()));
    socket.on('close', (code) => {
      if (!this.isEnding && this.faults.length < FAULTS_MAX) this.faults.push(`the stream of order ${orderNo} closed with ${code}`);
    });
    this.sockets.push(socket);
    await once(socket, 'open');
  }

  private onFrame(orderNo: number, message: Buffer, arrivedUs: number): void {
    this.receivedBytes += message.length;
    const frame = JSON.parse(message.toString()) as Frame;
    if (frame.type !== 'update') {
      this.otherFrames++;
      return;
    }
    this.updateFrames++;
    const frameCount = ++this.frameCounts[orderNo]!;
    const fillNos = this.fillNos[orderNo]!;
    let place = this.places[orderNo]!;
    const shows = (fillNo: number): boolean =>
      this.reading === 'frame_count' ? place < frameCount : this.filledThrough[fillNo]! <= frame.filled_quantity;
    for (; place < fillNos.length && shows(fillNos[place]!); place++) {
      this.arrivedUs[fillNos[place]!] = arrivedUs;
      this.missing--;
    }
    this.places[orderNo] = place;
    if (this.missing === 0) this.onAllShown();
  }
}

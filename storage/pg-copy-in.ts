/**
 * COPY FROM STDIN for `pg`, from bytes that are already in memory.
 *
 * It is given to `client.query` like the streams of pg-copy-streams, and speaks the same five messages. Those streams
 * are not used because writing into one after the server has answered with an error throws out of an event handler
 * (pg-copy-streams 7.0.0: "Cannot read properties of null (reading 'stream')"), which would end the storage worker.
 * Here everything is handed to the socket at once, when the server asks for it.
 */

import type { Connection, Submittable } from 'pg';

/** A CopyData message is a frame to the server, not a record: rows may cross its border. */
const FRAME_BYTES_MAX = 1 << 20;
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

export class PgCopyIn implements Submittable {
  readonly finished: Promise<void>;
  private readonly sql: string;
  private readonly chunks: readonly Uint8Array[];
  private settleFinished!: { resolve: () => void; reject: (error: Error) => void };

  constructor(sql: string, chunks: readonly Uint8Array[]) {
    this.sql = sql;
    this.chunks = chunks;
    this.finished = new Promise((resolve, reject) => (this.settleFinished = { resolve, reject }));
  }

  submit(connection: Connection): void {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection: Connection): void {
    const socket = connection.stream;
    socket.cork();
    for (const chunk of this.chunks) {
      for (let offset = 0; offset < chunk.length; offset += FRAME_BYTES_MAX) {
        const frame = chunk.subarray(offset, offset + FRAME_BYTES_MAX);
        const header = Buffer.allocUnsafe(5);
        header[0] = COPY_DATA;
        header.writeUInt32BE(frame.length + 4, 1);
        socket.write(header);
        socket.write(frame);
      }
    }
    socket.write(COPY_DONE);
    socket.uncork();
  }

  handleReadyForQuery(): void {
    this.callback();
    this.settleFinished.resolve();
  }

  handleError(error: Error): void {
    this.callback();
    this.settleFinished.reject(error);
  }

  /** `pg` puts the end of its `query_timeout` here, and expects to be called when the statement is over. */
  callback(): void {}

  handleCommandComplete(): void {}

  handleRowDescription(): void {}

  handleDataRow(): void {}

  handleEmptyQuery(): void {}
}

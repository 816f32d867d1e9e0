/** What stands around the rows in PostgreSQL's binary COPY format. */

/** "PGCOPY\n\xff\r\n\0", no flags, no header extension. */
export const COPY_HEADER: Uint8Array = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
export const COPY_TRAILER: Uint8Array = Buffer.from('ffff', 'hex');

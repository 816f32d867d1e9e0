/** Where the service has its files on the simulated disk. */

export const DATA_DIR = '/data';
export const JOURNAL_DIR = `${DATA_DIR}/journal`;
export const SNAPSHOT_DIR = `${DATA_DIR}/snapshots`;

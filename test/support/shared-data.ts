/**
 * The real recordings that lie beside the project and may not be copied into it. Tests that read them are skipped, by name
 * and with `LOBSTER_ABSENT` as the reason, where they are not there.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project-root.ts';

const LOBSTER_FOLDER = join(PROJECT_ROOT, '..', 'shared', 'data', 'lobster');
const LOBSTER_NAME = 'AAPL_2012-06-21_34200000_37800000';

export const LOBSTER_MESSAGE_PATH = join(LOBSTER_FOLDER, `${LOBSTER_NAME}_message.csv.gz`);
export const LOBSTER_ORDERBOOK_PATH = join(LOBSTER_FOLDER, `${LOBSTER_NAME}_orderbook_1.csv.gz`);

/** For node:test's `skip`: false where the recording is there, else the reason. */
export const LOBSTER_ABSENT: string | false =
  existsSync(LOBSTER_MESSAGE_PATH) && existsSync(LOBSTER_ORDERBOOK_PATH) ? false : `${LOBSTER_FOLDER} is not there`;

/**
 * Runs the test files that were compiled and ends with a line `N passed, N failed`. Exit code 1 when one failed, or when
 * none ran.
 *
 *     npm test                     all
 *     npm test -- journal stream   files whose path contains one of the words
 */

import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const FILES_AT_ONCE_MAX = 2;

const compiled = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('../../test/', import.meta.url));
const words = process.argv.slice(2);

// A compiled test whose source is gone is left over from another version.
const files = (readdirSync(compiled, { recursive: true }) as string[])
  .filter((path) => path.endsWith('.test.js') && existsSync(join(sources, path.replace(/\.js$/, '.ts'))))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .map((path) => join(compiled, path))
  .sort();

let passed = 0;
let failed = 0;
const skipped: string[] = [];
const events = run({ files, concurrency: FILES_AT_ONCE_MAX });
events.on('test:pass', ({ name, skip, details }) => {
  if (skip !== undefined && skip !== false) skipped.push(`${name}${typeof skip === 'string' ? `: ${skip}` : ''}`);
  else if (details.type !== 'suite') passed++;
});
events.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') failed++;
});
events.compose(new spec()).pipe(process.stdout);
events.on('end', () => {
  setImmediate(() => {
    for (const line of skipped) process.stdout.write(`skipped ${line}\n`);
    const ofSkipped = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
    process.stdout.write(`${files.length} files in ${relative(process.cwd(), compiled)}\n${passed} passed, ${failed} failed${ofSkipped}\n`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  });
});

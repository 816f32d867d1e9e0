/** `npm run docs`: puts the catalogue of numbers into docs/metrics.md. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CATALOGUE_BEGIN, CATALOGUE_END, catalogueSection } from '../../engine/analytics/catalogue/page.ts';
import { PROJECT_ROOT } from './project-root.ts';

const path = join(PROJECT_ROOT, 'docs/metrics.md');
const page = readFileSync(path, 'utf8');
const [before] = page.split(CATALOGUE_BEGIN);
const after = page.split(CATALOGUE_END)[1] ?? '\n';
writeFileSync(path, `${before}${catalogueSection()}${after}`);

/** All routes. */

import type { Route } from './route.ts';
import { getAnalytics } from './routes/get-analytics.ts';
import { getOpenApi } from './routes/get-openapi.ts';
import { getStatus } from './routes/get-status.ts';
import { healthLive, healthReady } from './routes/health.ts';
import { postEvents } from './routes/post-events.ts';
import { startMonitoring } from './routes/start-monitoring.ts';

const API_ROUTES: readonly Route[] = [startMonitoring, getStatus, getAnalytics, postEvents, healthLive, healthReady];

export const ROUTES: readonly Route[] = [...API_ROUTES, getOpenApi(API_ROUTES)];

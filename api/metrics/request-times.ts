import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';
import { routeOf } from './measured-route.ts';

/** Most answers take milliseconds; a deploy that asks nodes first takes seconds, a restart a minute. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Measures every request from its arrival until its answer is sent. To be mounted first. */
export function requestTimes(registry: Registry): RequestHandler {
  const times = new Histogram({
    name: 'deployment_engine_http_request_duration_seconds',
    help: 'Requests by method, route of the API and status',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  return ({ method }, response, next) => {
    const end = times.startTimer();
    response.once('finish', () => end({ method, route: routeOf(response), status: response.statusCode }));
    next();
  };
}

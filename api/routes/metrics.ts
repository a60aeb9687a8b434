import { Router } from 'express';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { takesNothing } from '../http/refuse-input.ts';

/** `GET /metrics`, for Prometheus. */
export function metricsRoutes(registry: Registry): Router {
  let isMeasured = false;
  return Router().get('/metrics', takesNothing, async (_request, response) => {
    // They watch the event loop all the time, so only where somebody asks.
    if (!isMeasured) collectDefaultMetrics({ register: registry });
    isMeasured = true;
    const text = await registry.metrics();
    response.setHeader('Content-Type', registry.contentType);
    response.end(text);
  });
}

import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { InputError, isEngineError } from '../domain/errors.ts';
import { speaksTls } from '../domain/schemas/callers.ts';
import type { ApiDependencies } from './api-dependencies.ts';
import { assertInTable, createGate } from './callers/gate.ts';
import { sendLoginPage } from './callers/login-page.ts';
import { askFirst, isNavigation } from './http/ask-first.ts';
import { type Guard, guardRoutes } from './http/guard.ts';
import { knownMethods, routeNotFound } from './http/known-methods.ts';
import { languageOf } from './http/language.ts';
import { problemHeaders, sendProblem } from './http/problem.ts';
import { createGatewayMetrics } from './metrics/gateway-metrics.ts';
import { requestTimes } from './metrics/request-times.ts';
import { pageRoutes } from './pages.ts';
import { activationRoutes } from './routes/activation.ts';
import { adoptRoutes } from './routes/adopt.ts';
import { aliveRoute, createLook } from './routes/alive.ts';
import { configRoutes } from './routes/config.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { deployRoutes } from './routes/deploy.ts';
import { downloadRoutes } from './routes/download.ts';
import { hardwareRoutes } from './routes/hardware.ts';
import { healthRoutes } from './routes/health.ts';
import { hostRoutes } from './routes/hosts.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { openapiRoute } from './routes/openapi.ts';
import { operateRoutes } from './routes/operate.ts';
import { planRoutes } from './routes/plan.ts';
import { preflightRoutes } from './routes/preflight.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { statusRoutes } from './routes/status.ts';
import { temporalUi } from './temporal-ui/temporal-ui.ts';

const MAX_BODY = '1mb';

/** The gateway without a port; the log socket is attached to the server that carries it. */
export function createApp(dependencies: ApiDependencies, guard: Guard): Express {
  const { settings, log } = dependencies;
  const app = express().disable('x-powered-by').disable('etag');
  const look = createLook(dependencies);
  const metrics = createGatewayMetrics(dependencies, look);
  app.use(requestTimes(metrics));
  app.use(guardRoutes(guard, settings.origins));
  if (speaksTls(settings)) app.use(onlyOverTls);
  app.use(createGate(dependencies));

  // Before everything that reads bodies or sets headers: the Web UI has its own.
  app.use('/temporal', temporalUi(settings.temporalUi));

  app.use(securityHeaders());
  app.use('/deployment-engine', aliveRoute(dependencies, look));
  app.use(express.raw({ type: () => true, limit: MAX_BODY }));
  app.use('/deployment-engine', askFirst());
  app.use(knownMethods());
  mount('', [pageRoutes(), metricsRoutes(metrics)]);
  mount('/deployment-engine', [
    configRoutes(dependencies),
    deployRoutes(dependencies),
    operateRoutes(dependencies),
    planRoutes(dependencies),
    statusRoutes(dependencies),
    downloadRoutes(dependencies),
    runRoutes(dependencies),
    credentialRoutes(dependencies),
    hardwareRoutes(dependencies),
    preflightRoutes(dependencies),
    hostRoutes(dependencies),
    adoptRoutes(dependencies),
    sessionRoutes(dependencies),
    activationRoutes(dependencies),
    healthRoutes(dependencies, look),
    openapiRoute(),
    logRoute(),
  ]);
  app.use((request) => {
    throw routeNotFound(request);
  });
  app.use(((error, request, response, _next) => {
    const asksPerson =
      isEngineError(error, 'Unauthorized') && request.method === 'GET' && isNavigation(request.headers);
    if (!asksPerson) return sendProblem(request, response, error, log);
    for (const [name, value] of Object.entries(problemHeaders(error, error))) response.setHeader(name, value);
    sendLoginPage(response, {
      status: error.status,
      next: request.originalUrl,
      language: languageOf(request.headers['accept-language']),
    });
  }) satisfies ErrorRequestHandler);
  return app;

  function mount(path: string, routers: readonly Router[]): void {
    const routes = routers.flatMap(({ stack }) => stack.flatMap(({ route }) => route ?? []));
    for (const route of routes)
      for (const { method } of route.stack) assertInTable(method.toUpperCase(), path + route.path);
    app.use(path, ...routers);
  }
}

/** The log is a WebSocket; a plain request for it is told so. */
const logRoute = (): Router =>
  Router().get('/log', () => {
    throw new InputError('InvalidRequest', [
      { pointer: '', message: 'the log is a WebSocket; /deployment-engine/log.html shows it' },
    ]);
  });

/**
 * Of this host alone, for a day, so that one that loses its certificate is reached again. Not said behind a proxy: whoever keeps
 * the proxy decides.
 */
const onlyOverTls: RequestHandler = (_request, response, next) => {
  response.setHeader('Strict-Transport-Security', 'max-age=86400');
  next();
};

/** Pages load nothing from other origins. The gateway may speak HTTP, so headers that demand HTTPS are left out. */
const securityHeaders = () =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    // Pages of DEPLOYMENT_ENGINE_ORIGINS may read; the guard and CORS keep out all others.
    crossOriginResourcePolicy: false,
  });

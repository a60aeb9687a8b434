import { readFileSync } from 'node:fs';
import { Router } from 'express';

const FILES = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/deployment-engine/index.js': { file: 'index.js', type: 'text/javascript; charset=utf-8' },
  '/deployment-engine/api.html': { file: 'api.html', type: 'text/html; charset=utf-8' },
  '/deployment-engine/api.js': { file: 'api.js', type: 'text/javascript; charset=utf-8' },
  '/deployment-engine/log.html': { file: 'log.html', type: 'text/html; charset=utf-8' },
  '/deployment-engine/log.js': { file: 'log.js', type: 'text/javascript; charset=utf-8' },
  '/deployment-engine/words.js': { file: 'words.js', type: 'text/javascript; charset=utf-8' },
  '/deployment-engine/pages.css': { file: 'pages.css', type: 'text/css; charset=utf-8' },
} as const;

/** The gateway's own pages; they load nothing from elsewhere. */
export function pageRoutes(): Router {
  const router = Router();
  for (const [path, { file, type }] of Object.entries(FILES)) {
    const content = readFileSync(new URL(`pages/${file}`, import.meta.url));
    router.get(path, (_request, response) => {
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': content.length, 'Cache-Control': 'no-cache' });
      response.end(content);
    });
  }
  // The Temporal Web UI asks for it at the root.
  router.get('/favicon.ico', (_request, response) => void response.writeHead(204).end());
  return router;
}

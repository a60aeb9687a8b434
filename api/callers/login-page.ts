import type { ServerResponse } from 'node:http';
import { escaped, sendPage } from '../http/send-page.ts';
import { ownPlace } from './own-place.ts';

interface LoginPage {
  /** 401 or 429. */
  readonly status: number;
  /** The requested page, shown after signing in. */
  readonly next: string;
  /** Why it is shown again. */
  readonly problem?: string;
}

/** Asks a person for a token, in place of a page that needs one. */
export function sendLoginPage(response: ServerResponse, { status, next, problem }: LoginPage): void {
  const place = ownPlace(next);
  sendPage(
    response,
    status,
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Sign in - Deployment Engine</title>
    <link rel="stylesheet" href="/deployment-engine/pages.css" />
  </head>
  <body>
    <main class="sheet">
      <h1>Sign in</h1>
      ${problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`}
      <form method="post" action="/deployment-engine/session">
        <p>
          <label for="token">Token</label>
          <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
          <input name="next" type="hidden" value="${escaped(place)}" />
          <button>Sign in</button>
        </p>
      </form>
      <p>On the control machine <code>./DeploymentEngineServer token create --scope viewer</code> makes one.</p>
      <p>Signed in already, and led here by another page? <a href="${escaped(place)}">Go on</a></p>
    </main>
  </body>
</html>
`,
  );
}

import type { ServerResponse } from 'node:http';
import { type Language, phrase, type Text } from '../../domain/text/text.ts';
import { escaped, sendPage } from '../http/send-page.ts';
import { ownPlace } from './own-place.ts';

interface LoginPage {
  /** 401 or 429. */
  readonly status: number;
  /** The requested page, shown after signing in. */
  readonly next: string;
  /** Why it is shown again. */
  readonly problem?: Text;
  readonly language: Language;
}

const SIGN_IN = phrase('Sign in');
const HOW = phrase('On the control machine {command} makes one.', { command: '{command}' });
const COMMAND = '<code>./DeploymentEngineServer token create --scope viewer</code>';

/** Asks a person for a token, in place of a page that needs one. */
export function sendLoginPage(response: ServerResponse, { status, next, problem, language }: LoginPage): void {
  const place = escaped(ownPlace(next));
  sendPage(response, {
    status,
    language,
    title: SIGN_IN,
    main: (say) => `${problem === undefined ? '' : `<p role="alert">${say(problem)}</p>`}
      <form method="post" action="/deployment-engine/session">
        <p>
          <label for="token">${say(phrase('Token'))}</label>
          <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
          <input name="next" type="hidden" value="${place}" />
          <button>${say(SIGN_IN)}</button>
        </p>
      </form>
      <p>${say(HOW).replace('{command}', COMMAND)}</p>
      <p>${say(phrase('Signed in already, and led here by another page?'))} <a href="${place}">${say(phrase('Go on'))}</a></p>`,
  });
}

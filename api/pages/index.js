// Shows the state of the cluster in a few words, and what waits for a decision.

import { say, sayPage } from './words.js';

const LOOK_EVERY_MS = 5000;
const API = '/deployment-engine';

const caller = document.getElementById('caller');
const now = document.getElementById('now');

async function ask(path) {
  const answer = await fetch(`${API}${path}`, { headers: { accept: 'application/json' } });
  // The session is over: the same place asks for a token.
  if (answer.status === 401) location.reload();
  return answer.ok ? answer.json() : undefined;
}

async function look() {
  try {
    const [newest] = (await ask('/runs?limit=1')) ?? [];
    if (newest === undefined) show('', [say('Nothing has been deployed yet.')]);
    else {
      const [run, rows] = await Promise.all([ask(`/runs/${newest.run}`), ask('/status')]);
      if (run !== undefined) showRun(run, rows ?? []);
    }
  } catch {
    show('bad', [say('The engine does not answer.')]);
  }
  setTimeout(look, LOOK_EVERY_MS);
}

function showRun(run, rows) {
  const name = say('Run {run} ({operation})', run);
  const up = rows.filter(({ Status }) => Status === 'RUNNING').length;
  const cluster = rows.length === 0 ? [] : [say('{up} of {all} instances are running.', { up, all: rows.length })];
  if (run.parked.length > 0) {
    const what = run.parked.map(({ target, step, message }) =>
      message.startsWith(target) ? `${message} (${step})` : `${target}: ${message} (${step})`,
    );
    const where = link(say('Decide in the Temporal Web UI'), run.temporal);
    return show('warn', [say('{name} waits for a decision.', { name }), ...what, where, ...cluster]);
  }
  if (run.outcome === null) return show('', [progressOf(name, run.progress), ...cluster]);
  const isWell = run.outcome === 'ok' || run.outcome === 'unchanged';
  const { outcome, reason } = run;
  const end =
    reason === null
      ? say('{name} ended {outcome}.', { name, outcome })
      : say('{name} ended {outcome}: {reason}.', { name, outcome, reason });
  show(isWell && up === rows.length ? 'good' : 'bad', [end, ...cluster]);
}

function progressOf(name, progress) {
  if (progress === null) return say('{name} is at work.', { name });
  const { over, steps, remainingMs } = progress;
  if (remainingMs === null) return say('{name} is at work: {over} of {steps} steps are done.', { name, over, steps });
  const seconds = Math.max(1, Math.round(remainingMs / 1000));
  return say('{name} is at work: {over} of {steps} steps are done, about {seconds} s left.', {
    name,
    over,
    steps,
    seconds,
  });
}

function link(text, address) {
  const element = document.createElement('a');
  element.href = address;
  element.textContent = text;
  return element;
}

function show(state, lines) {
  now.dataset.state = state;
  now.replaceChildren(
    ...lines.map((line) => {
      const element = document.createElement('p');
      element.append(line);
      return element;
    }),
  );
}

async function showCaller() {
  const { name, scope, until } = (await ask('/session')) ?? {};
  if (until == null) return;
  const leave = document.createElement('button');
  leave.textContent = say('Sign out');
  leave.onclick = async () => {
    await fetch(`${API}/session`, { method: 'DELETE' });
    location.reload();
  };
  caller.append(say('Signed in as {name}, {scope}.', { name, scope }), ' ', leave);
}

sayPage();
void look();
void showCaller();

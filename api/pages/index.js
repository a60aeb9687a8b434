// Shows the state of the cluster in a few words, and what waits for a decision.

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
    if (newest === undefined) show('', ['Nothing has been deployed yet.']);
    else {
      const [run, rows] = await Promise.all([ask(`/runs/${newest.run}`), ask('/status')]);
      if (run !== undefined) showRun(run, rows ?? []);
    }
  } catch {
    show('bad', ['The engine does not answer.']);
  }
  setTimeout(look, LOOK_EVERY_MS);
}

function showRun(run, rows) {
  const name = `Run ${run.run} (${run.operation})`;
  const up = rows.filter(({ Status }) => Status === 'RUNNING').length;
  const cluster = rows.length === 0 ? [] : [`${up} of ${rows.length} instances are running.`];
  if (run.parked.length > 0) {
    const what = run.parked.map(({ target, step, message }) =>
      message.startsWith(target) ? `${message} (${step})` : `${target}: ${message} (${step})`,
    );
    const where = link('Decide in the Temporal Web UI', run.temporal);
    return show('warn', [`${name} waits for a decision.`, ...what, where, ...cluster]);
  }
  if (run.outcome === null) return show('', [`${name} is at work${timeLeft(run.progress)}.`, ...cluster]);
  const isWell = run.outcome === 'ok' || run.outcome === 'unchanged';
  const reason = run.reason === null ? '' : `: ${run.reason}`;
  show(isWell && up === rows.length ? 'good' : 'bad', [`${name} ended ${run.outcome}${reason}.`, ...cluster]);
}

function timeLeft(progress) {
  if (progress === null) return '';
  const { over, steps, remainingMs } = progress;
  const left = remainingMs === null ? '' : `, about ${Math.max(1, Math.round(remainingMs / 1000))} s left`;
  return `: ${over} of ${steps} steps are done${left}`;
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
  leave.textContent = 'Sign out';
  leave.onclick = async () => {
    await fetch(`${API}/session`, { method: 'DELETE' });
    location.reload();
  };
  caller.append(`Signed in as ${name}, ${scope}. `, leave);
}

void look();
void showCaller();

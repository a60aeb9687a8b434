// Shows the log of the current run and of those that follow; after a lost connection it continues with the next line.

import { say, sayPage } from './words.js';

const MAX_SHOWN = 20_000;
const RECONNECT_AFTER_MS = 1000;

const log = document.getElementById('log');
const state = document.getElementById('state');
const streams = document.getElementById('stream');
const follow = document.getElementById('follow');

// The last line shown. Line numbers are per run, so both are needed.
let seen = { run: 0, seq: 0 };

function connect() {
  // First the rest of the run that was interrupted; its end closes the socket, and the next one names no run.
  const rest = seen.run > 0 && seen.isOpen ? `&run=${seen.run}&from=${seen.seq}&until=end` : '';
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${location.host}/deployment-engine/log?format=json${rest}`);
  socket.onopen = () => show('live', say('live'));
  socket.onmessage = ({ data }) => receive(data);
  socket.onclose = ({ code }) => {
    const isEndOfRun = code === 1000;
    seen.isOpen = !isEndOfRun;
    if (isEndOfRun) return connect();
    show('lost', say('connection lost, trying again'));
    setTimeout(reconnect, RECONNECT_AFTER_MS);
  };
}

async function reconnect() {
  const answer = await fetch('/deployment-engine/session').catch(() => undefined);
  // The session is over: the same place asks for a token.
  if (answer?.status === 401) location.reload();
  else connect();
}

function show(name, text) {
  state.dataset.state = name;
  state.textContent = text;
}

let pending = [];

function receive(frame) {
  if (frame.startsWith('gap: '))
    return enqueue(note(say('lines {lines} are no longer kept', { lines: frame.slice(5) })));
  const line = JSON.parse(frame);
  if (line.run < seen.run || (line.run === seen.run && line.seq <= seen.seq)) return;
  if (line.run !== seen.run) enqueue(note(say('run {run}', line)));
  seen = { run: line.run, seq: line.seq, isOpen: true };
  enqueue(row(line));
}

function enqueue(element) {
  if (pending.length === 0) requestAnimationFrame(paint);
  pending.push(element);
  // Browsers do not paint pages in the background.
  if (pending.length > 2 * MAX_SHOWN) pending = pending.slice(-MAX_SHOWN);
}

// Once per frame, however many lines came: a fast log must not make the page slow.
function paint() {
  log.append(...pending);
  pending = [];
  while (log.childElementCount > MAX_SHOWN) log.firstElementChild.remove();
  if (follow.checked) log.scrollTop = log.scrollHeight;
}

function row({ time, stream, level, line }) {
  const element = document.createElement('div');
  element.className = level;
  element.dataset.stream = stream;
  element.append(part('time', time.slice(11, 19)), ' ', part('span', `[${stream}]`, 'stream'), ` ${line}`);
  offer(stream);
  element.classList.toggle('hidden', isHidden(stream));
  return element;
}

function note(text) {
  return part('div', text, 'run');
}

function part(tag, text, className = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

const isHidden = (stream) => streams.value !== '' && streams.value !== stream;

const offered = new Set();

function offer(stream) {
  if (offered.has(stream)) return;
  offered.add(stream);
  const next = [...streams.options].find(({ value }) => value > stream);
  streams.add(new Option(stream, stream), next ?? null);
}

streams.onchange = () => {
  for (const element of log.children)
    if (element.dataset.stream !== undefined) element.classList.toggle('hidden', isHidden(element.dataset.stream));
  if (follow.checked) log.scrollTop = log.scrollHeight;
};

// Scrolling up stops following; scrolling to the end resumes it.
log.onscroll = () => {
  follow.checked = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
};

sayPage();
connect();

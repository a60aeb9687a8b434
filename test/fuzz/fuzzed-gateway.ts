import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { Question } from '../../domain/node/inspection.ts';
import { beginRun, endRun, type Gateway, line, postConfiguration, startGateway } from '../api/gateway.ts';
import { INSPECTION_ANSWERS, NODES } from '../api/inspection-answers.ts';
import type { Fuzzed } from './fuzz.ts';
import { secretsIn } from './spelled-secrets.ts';
import { configurationFor, SECRETS, validDocuments } from './valid-documents.ts';

const HOME = '10.10.101.180';

/** A gateway with a configuration, a run that has ended and one at work, before a worker that answers whatever it is asked. */
export async function fuzzedGateway(): Promise<Fuzzed> {
  const written: string[] = [];
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      written.push(piece.toString());
      done();
    },
  });
  const gateway = await startGateway({ log: pino(sink) });
  gateway.cluster.inspect = async (question: Question, inspection) => {
    await gateway.store.inspections.answer<typeof question>(inspection, INSPECTION_ANSWERS[question]);
  };
  await fill(gateway);
  const port = Number(new URL(gateway.url).port);
  return {
    port,
    secrets: SECRETS,
    valid: validDocuments(HOME, NODES),
    withinMs: () => 10_000,
    faults: () => faultsInLog(written.splice(0)),
  };
}

async function fill(gateway: Gateway): Promise<void> {
  expect((await postConfiguration(gateway, configurationFor(HOME, NODES))).status).toBe(201);
  const { number } = await beginRun(gateway, 'temporal-1');
  await gateway.store.log.append(number, [line(`a node said ${Object.values(SECRETS).join(', ')}`, 'nats_0')]);
  await endRun(gateway, number);
  await beginRun(gateway, 'temporal-2');
}

/** What an engine never writes: that it met something nobody foresaw, and a secret. */
export const faultsInLog = (lines: readonly string[]): string[] =>
  lines.flatMap((each) => [
    ...(/unexpected|"level":(50|60)|Unhandled|UncaughtException/.test(each)
      ? [`the log has ${each.slice(0, 2000)}`]
      : []),
    ...secretsIn(each, SECRETS).map((leak) => `the log shows ${leak}`),
  ]);

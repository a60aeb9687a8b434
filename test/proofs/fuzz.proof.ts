import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everythingWritten, memoryOf, startFuzzedEngine } from '../fuzz/fuzzed-engine.ts';
import { fuzz, table } from '../fuzz/fuzz.ts';
import { fuzzedGateway } from '../fuzz/fuzzed-gateway.ts';
import { healthMeanwhile } from '../fuzz/health-meanwhile.ts';
import { installSchemathesis, schemathesis } from '../fuzz/schemathesis.ts';
import { startSlowClients } from '../fuzz/slow-clients.ts';
import { secretsIn } from '../fuzz/spelled-secrets.ts';
import { configurationFor, SECRETS } from '../fuzz/valid-documents.ts';
import * as cluster from '../integration/test-cluster.ts';
import { createTestEngine, type TestEngine } from '../integration/test-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const FIRST_SEED = Number(process.env['PROOF_SEED'] ?? 1);
const SLICES = 22;
const IN_SLICE = 1000;
/** Of the engine as a whole, where many an input is work on nodes. */
const OF_ENGINE = 400;
/** Of each operation, by schemathesis. */
const OF_OPERATION = 10;
/** MiB that the gateway may grow by: rendering and its caches included. */
const MAY_GROW = 250;
/** Everything but work on nodes is answered in two seconds; here others use the machine too. */
const HEALTH_MS = 5000;

describe('the gateway before a worker that answers whatever it is asked', () => {
  it.each(Array.from({ length: SLICES }, (_, slice) => FIRST_SEED + slice))(
    'answers a thousand odd inputs as documented (seed %i)',
    async (seed) => {
      const counts = await fuzz(await fuzzedGateway(), IN_SLICE, seed);
      console.log(table(counts, seed));
      expect(counts.inputs).toBeGreaterThan(0.7 * IN_SLICE);
    },
  );
});

describe('the whole engine, with machines that only look like nodes', () => {
  let fuzzed: Awaited<ReturnType<typeof startFuzzedEngine>>;

  beforeAll(async () => {
    // Makes the network.
    await cluster.nodes('up', '1');
    fuzzed = await startFuzzedEngine();
  });
  afterAll(async () => {
    await fuzzed?.stop();
    await cluster.nodes('down', '--wipe');
  });

  const gateway = (): number => fuzzed.engine.pidOf('api') ?? Number.NaN;

  it('begins a deploy, which parks', async () => {
    const { run } = await fuzzed.engine.deploy();
    await fuzzed.engine.runWhen(
      run,
      'it parks or ends',
      ({ state, outcome }) => state === 'parked' || outcome !== null,
    );
  });

  it('answers as documented, gives nothing away, lives, and stays small', async () => {
    const [pid, before] = [gateway(), memoryOf(gateway())];
    const health = await healthMeanwhile(fuzzed.fuzzed.port, async () => {
      console.log(table(await fuzz(fuzzed.fuzzed, OF_ENGINE, FIRST_SEED), FIRST_SEED));
    });
    console.log(`health: ${JSON.stringify(health)}; memory: ${before} to ${memoryOf(gateway())} MiB`);
    expect(health.failed).toEqual([]);
    expect(health.slowest).toBeLessThan(HEALTH_MS);
    expect(gateway()).toBe(pid);
    expect(memoryOf(pid)).toBeLessThan(before + MAY_GROW);
  });

  it('answers whatever its own description makes schemathesis think of as that description says', async (context) => {
    const installed = await installSchemathesis();
    if ('lacking' in installed) return context.skip(`schemathesis cannot be installed: ${installed.lacking}`);
    const {
      fuzzed: { port },
    } = fuzzed;
    const { isWell, said } = await schemathesis(installed.program, { port, seed: FIRST_SEED, examples: OF_OPERATION });
    console.log(said.split('\n').slice(-40).join('\n'));
    expect(isWell, said).toBe(true);
  });

  it('goes on watching and deploying while slow clients by the thousand keep their connections', async () => {
    const {
      engine,
      fuzzed: { port },
    } = fuzzed;
    const slow = await startSlowClients(port);
    const health = await healthMeanwhile(port, async () => {
      expect((await engine.status()).length).toBeGreaterThan(0);
      await until(() => slow.open() === 0, 'the gateway lets go of all that never ask', 60_000);
    });
    slow.end();
    console.log(`health: ${JSON.stringify(health)}`);
    expect(health.failed).toEqual([]);
    expect(health.slowest).toBeLessThan(HEALTH_MS);
  });

  it('has written no secret anywhere', async () => {
    const leaks = Object.entries(everythingWritten(fuzzed.engine)).flatMap(([file, bytes]) =>
      secretsIn(bytes, SECRETS).map((leak) => `${file}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });
});

describe('the whole engine where it asks for tokens', () => {
  let fuzzed: Awaited<ReturnType<typeof startFuzzedEngine>>;

  beforeAll(async () => {
    await cluster.nodes('up', '1');
    fuzzed = await startFuzzedEngine({ asksTokens: true });
  });
  afterAll(async () => {
    await fuzzed?.stop();
    await cluster.nodes('down', '--wipe');
  });

  it('lets in whom a token lets in, and nobody else', async () => {
    const counts = await fuzz(fuzzed.fuzzed, OF_ENGINE, FIRST_SEED + SLICES);
    console.log(table(counts, FIRST_SEED + SLICES));
    for (const status of ['200', '401', '403']) expect(counts.statuses.get(status) ?? 0).toBeGreaterThan(0);
  });

  it('has written no token anywhere', async () => {
    const leaks = Object.entries(everythingWritten(fuzzed.engine)).flatMap(([file, bytes]) =>
      secretsIn(bytes, fuzzed.fuzzed.secrets).map((leak) => `${file}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });
});

/** Passwords that act wherever they are not only data; one is changed to the other. */
const ACTING = (canary: string): readonly string[] => [
  `$(touch ${canary}-1)\`touch ${canary}-2\`'; touch ${canary}-3; '"; touch ${canary}-4; "`,
  `<%= File.write("${canary}-5", "") %>#{File.write('${canary}-6', '')} | touch ${canary}-7 & : {x: *y} %n$$`,
];

describe('a real node whose passwords are commands', () => {
  const NODE = cluster.nodeAt(0);
  const CANARY = '/tmp/canary-of-fuzz';
  const SEEN = '/run/seen-by-ps';
  let engine: TestEngine;

  beforeAll(async () => {
    await cluster.nodes('down', '--wipe');
    await cluster.nodes('up', '1');
    engine = await createTestEngine(temporaryFolder());
    await engine.start();
    // Everything that ps would show while the engine works.
    await cluster.onNode(
      NODE,
      `(while [ ! -e ${SEEN}.end ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>${SEEN}; sleep 0.05; done) >/dev/null 2>&1 </dev/null &`,
    );
  });
  afterAll(async () => {
    await engine?.stop();
    await cluster.nodes('down', '--wipe');
  });

  it.each(ACTING(CANARY).map((password, at) => [at + 1, password] as const))(
    'gets password %i as data: nothing else happens, and nobody sees it',
    async (at, password) => {
      const root = ACTING(CANARY).toReversed()[at - 1] ?? '';
      const line = Buffer.from(`root:${root}\n`).toString('base64');
      await cluster.onNode(NODE, `echo ${line} | base64 -d | chpasswd`);
      const { properties } = configurationFor(cluster.HOME, [NODE, NODE]);
      await engine.configure({
        components: { nats: [NODE] },
        properties: { ...properties, user: 'ops', password, root },
      });
      const { run } = await engine.deploy();
      expect((await engine.ended(run, 20 * 60_000)).outcome).toBe('ok');
      const isKept = `IFS= read -r P; P=$P perl -e 'my $hash = (getpwnam "ops")[1]; exit(crypt($ENV{P}, $hash) ne $hash)'`;
      await cluster.onNode(
        NODE,
        `echo ${Buffer.from(`${password}\n`).toString('base64')} | base64 -d | { ${isKept}; }`,
      );
      expect(await cluster.onNode(NODE, `find / -xdev -name 'canary-of-fuzz*' -print`)).toBe('');
      expect(globSync(`${CANARY}*`)).toEqual([]);
      // Each password has one of these words, and no command of this proof has.
      const seen = await cluster.onNode(NODE, `cat ${SEEN}`);
      expect(seen).toContain('monit');
      expect(/touch \/tmp\/canary|File\.write/.exec(seen)?.[0]).toBeUndefined();
      const secrets = { password, root };
      const leaks = Object.entries(everythingWritten(engine)).flatMap(([file, bytes]) =>
        secretsIn(bytes, secrets).map((leak) => `${file}: ${leak}`),
      );
      expect(leaks).toEqual([]);
    },
    25 * 60_000,
  );
});

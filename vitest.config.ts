import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { forgetProxies } from './domain/proxy-variables.ts';

// Tests speak to this machine alone.
forgetProxies(process.env);

const SETUP = ['test/support/set-up.ts'];

// A test's level is in its file name: unit tests need nothing, workflow tests a Temporal server, integration tests nodes.
export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: SETUP,
          globalSetup: 'test/support/start-postgres.ts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.workflow.test.ts', 'test/**/*.integration.test.ts'],
          // What takes a second here takes ten on a machine that is busy with something else.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Vitest leaves one processor free, and most of these tests wait for programs that they have started.
          maxWorkers: Math.max(2, availableParallelism()),
        },
      },
      {
        test: {
          name: 'workflow',
          setupFiles: SETUP,
          include: ['test/**/*.workflow.test.ts'],
          // Several waits of `until` each; what takes ten seconds alone takes two minutes beside other work.
          testTimeout: 400_000,
          hookTimeout: 400_000,
          maxWorkers: Math.max(2, availableParallelism()),
        },
      },
      {
        test: {
          name: 'integration',
          setupFiles: SETUP,
          include: ['test/**/*.integration.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'proof',
          setupFiles: SETUP,
          include: ['test/proofs/*.proof.ts'],
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});

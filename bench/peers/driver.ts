import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';

/** How pyinfra logs in to a test node. */
export const sshSettings = (key: string) => ({
  ssh_key: key,
  ssh_allow_agent: false,
  ssh_look_for_keys: false,
  ssh_strict_host_key_checking: 'off',
  ssh_known_hosts_file: '/dev/null',
});

export interface Driver {
  /** Runs a deploy file over open connections; resolves with its own milliseconds. */
  run(file: string): Promise<number>;
  close(): Promise<void>;
}

/** `bin`: where pyinfra's python is; `env` names the state that it is to know. */
export async function openDriver(bin: string, env: Readonly<Record<string, string>>): Promise<Driver> {
  const child = spawn(join(bin, 'python'), [join(import.meta.dirname, 'driver.py')], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("pyinfra's driver has ended");
    return value;
  };
  await next();
  return {
    async run(file) {
      child.stdin.write(`${file}\n`);
      const { ms, failed } = JSON.parse(await next()) as { ms: number; failed: number };
      if (failed > 0) throw new Error('pyinfra failed on some node');
      return ms;
    },
    async close() {
      child.stdin.end();
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { HOME } from '../test-cluster.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The addresses of the example as the test network has them, and the engine at its port. */
const asHere = (line: string, engine: string): string =>
  line.replaceAll('http://IP:50000', engine).replaceAll('10.10.101.', HOME.replace(/180$/, ''));

/** Runs a curl line in a shell, as a person does; what is not printed in it comes from `.curlrc`. */
export function createCurl(engine: string) {
  const home = temporaryFolder();
  writeFileSync(join(home, '.curlrc'), 'silent\nshow-error\nwrite-out = "\\n%{http_code} %{content_type}"\n');
  return async (line: string): Promise<Answer> => {
    const { stdout } = await promisify(execFile)('bash', ['-c', asHere(line, engine)], {
      env: { ...process.env, CURL_HOME: home, HOME: home },
      maxBuffer: 64 * 1024 ** 2,
    });
    const [, body = '', status, contentType = ''] = /^([^]*)\n(\d+) (.*)$/.exec(stdout) ?? [];
    return { status: Number(status), contentType, body };
  };
}

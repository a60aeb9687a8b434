import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../server/commands.ts';

const PROGRAM = fileURLToPath(new URL('../../DeploymentEngineServer', import.meta.url));
const run = (...words: string[]) => runIn(undefined, ...words);
const runIn = (language: string | undefined, ...words: string[]) =>
  spawnSync(PROGRAM, words, {
    encoding: 'utf8',
    cwd: '/',
    env: { ...process.env, DEPLOYMENT_ENGINE_LANGUAGE: language },
  });

describe('./DeploymentEngineServer', () => {
  it.each(Object.keys(COMMANDS))('%s explains itself', (name) => {
    const { status, stdout, stderr } = run(name, '--help');
    expect([status, stderr]).toEqual([0, '']);
    // Without a word it is the engine.
    const word = name === 'engine' ? '' : ` ${name}`;
    expect(stdout.startsWith(`Usage: ./DeploymentEngineServer${word} `)).toBe(true);
  });

  it('hands the words on, and the exit code back', () => {
    const { status, stderr } = run('render', '--relaese', 'x');
    expect([status, stderr]).toEqual([2, expect.stringContaining('--relaese')]);
  });

  it('names its commands beside its settings', () => {
    const { stdout } = run('--help');
    for (const [name, { does }] of Object.entries(COMMANDS)) expect(stdout).toContain(`${name.padEnd(18)} ${does}`);
    expect(stdout).toContain('DEPLOYMENT_ENGINE_LISTEN');
  });

  it.each([
    ['plann', '; did you mean plan?'],
    ['tokne', '; did you mean token?'],
    ['install', '; did you mean install-service?'],
    ['foo', '.'],
  ])('names the command that %s resembles, if there is one', (word, guess) => {
    const { status, stderr } = run(word);
    expect([status, stderr]).toEqual([2, `There is no command ${word}${guess} --help names them all.\n`]);
  });

  it('says so in Chinese where that is set', () => {
    expect(runIn('zh', 'plann').stderr).toBe('没有命令 plann；是否指 plan？--help 列出全部命令。\n');
    expect(runIn('zh', 'foo').stderr).toBe('没有命令 foo。--help 列出全部命令。\n');
  });
});

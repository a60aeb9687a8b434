import { afterEach, describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { lastLine } from '../../../domain/run/last-line.ts';
import { localLine } from '../../../domain/run/log.ts';
import { carriedText, carrying } from '../../../domain/text/carried-text.ts';
import { inOwnLanguage, speak, speakAsSet } from '../../../domain/text/own-language.ts';
import { phrase } from '../../../domain/text/text.ts';

afterEach(() => speak('en'));

describe('the language of the engine', () => {
  it.each([
    [undefined, 'not installed'],
    ['en', 'not installed'],
    ['zh', '未安装'],
    ['fr', 'not installed'],
  ])('set to %s says %s', (set, said) => {
    speakAsSet({ DEPLOYMENT_ENGINE_LANGUAGE: set });
    expect(inOwnLanguage('not installed')).toBe(said);
  });

  it('is that of lines of the log', () => {
    speak('zh');
    expect(localLine(phrase('done in {seconds} s', { seconds: '1.5' })).line).toBe('完成，用时 1.5 秒');
  });

  it('leaves the contractual words of the last line as they are', () => {
    speak('zh');
    const { line } = lastLine({ operation: 'deploy', number: 7 }, 'failed', inOwnLanguage('not installed'));
    expect(line).toBe('deploy 7 FAILED (未安装)');
  });

  it('is that of errors, which keep what callers of another one read', () => {
    speak('zh');
    const { message, text } = new DeploymentEngineError('JobNotRunning', 'not installed');
    expect(message).toBe('未安装');
    const failure = { message, details: [carrying(text)] };
    expect(carriedText(failure)).toStrictEqual({ text: 'not installed', details: {} });
  });
});

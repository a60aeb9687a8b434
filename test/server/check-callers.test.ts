import { expect, it, onTestFinished } from 'vitest';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { speak } from '../../domain/text/own-language.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { givenServer } from '../../temporal/temporal-server.ts';
import { callersMet } from '../../server/check-callers.ts';

it('says whom tokens do not keep out', () => {
  const own = callersMet(parseSettings({ DEPLOYMENT_ENGINE_AUTH: 'tokens' }), undefined);
  expect(own).toMatch(
    /asked for a token\.\n.*accounts of this machine reach Temporal.*127\.0\.0\.1:7233.*without one/i,
  );
  const env = { DEPLOYMENT_ENGINE_AUTH: 'tokens', TEMPORAL_ADDRESS: 'temporal.example:7233' };
  const settings = parseSettings(env);
  expect(callersMet(settings, givenServer(settings, env))).toMatch(
    /whoever reaches Temporal .*temporal\.example:7233.*without one/i,
  );
});

it('says on loopback which settings open the address of the specification, with tokens and without', () => {
  const said = callersMet(parseSettings({ DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder() }), undefined);
  expect(said).toMatch(/^Only this machine reaches 127\.0\.0\.1:50000\. To open http:\/\/.*:50000 start it with/);
  expect(said).toMatch(/DEPLOYMENT_ENGINE_LISTEN=0\.0\.0\.0:50000 and\n.*_TLS_CERT=FILE .*_TLS_KEY=FILE/);
  expect(said).toMatch(/as in 2014: DEPLOYMENT_ENGINE_AUTH=none-i-know$/);
});

it('says it in Chinese where that is set', () => {
  speak('zh');
  onTestFinished(() => speak('en'));
  const said = callersMet(parseSettings({ DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder() }), undefined);
  expect(said).toBe(
    [
      '只有本机能访问 127.0.0.1:50000。要开放 http://<home>:50000，启动时设置 DEPLOYMENT_ENGINE_LISTEN=0.0.0.0:50000，并且',
      '  使用访问令牌和 TLS（https）：先执行 ./DeploymentEngineServer token create --scope operator，再设置 DEPLOYMENT_ENGINE_TLS_CERT=FILE DEPLOYMENT_ENGINE_TLS_KEY=FILE',
      '  或与 2014 年一样对所有人开放：DEPLOYMENT_ENGINE_AUTH=none-i-know',
    ].join('\n'),
  );
});

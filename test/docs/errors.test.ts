import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { ERROR_GUIDE } from '../../domain/text/error-guide.ts';
import { type ErrorCode, ERRORS } from '../../domain/errors.ts';
import type { Language } from '../../domain/text/text.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Where the customer's files lie beside the checkout. */
const API_PAGE = join(ROOT, '../shared/product/API.md');

const CODES = Object.keys(ERRORS) as ErrorCode[];

const ABOUT: Readonly<Record<Language, { readonly file: string; readonly head: string; readonly row: string }>> = {
  en: {
    file: 'docs/errors.md',
    head: `# Errors

English | [中文](errors.zh.md)

Every error the engine throws on purpose has a code. The code is the \`type\` of the failure in the Temporal Web UI, the
\`code\` of a \`application/problem+json\` answer, and the name in logs. Programs should look at the code, not at the text.

_Retried_: \`always\` = without end inside a run, and no try is used up (a request outside a run is refused);
\`patience\` = repeatedly until \`DEPLOYMENT_ENGINE_PATIENCE\` is over, then the step parks; \`few\` = the
third failure parks; \`once\` = the second parks; \`no\` = the first parks, or the request is refused.

What is parked with \`patience\` or \`few\` retries by itself, after 10 minutes at first and then at doubled intervals up to 6
hours. With \`once\` or \`no\` it waits for you: fix the cause, then decide \`retry\`, or repeat \`GET /deployment-engine/deploy\`.
All routes begin with \`/deployment-engine\`.`,
    row: '| Code | Retried | HTTP | Thrown when | What to do |',
  },
  zh: {
    file: 'docs/errors.zh.md',
    head: `# 错误

[English](errors.md) | 中文

部署引擎有意抛出的每个错误都有代码。它是 Temporal Web UI 中失败的 \`type\`、\`application/problem+json\` 应答中的 \`code\`，也是日志中的名称。程序应判断代码，而不是文字。

“重试”一栏：\`always\` = 在任务中不断重试，不计次数（任务之外的请求则被拒绝）；\`patience\` = 反复重试，直到超过 \`DEPLOYMENT_ENGINE_PATIENCE\`，然后挂起；\`few\` = 第三次失败后挂起；\`once\` = 第二次失败后挂起；\`no\` = 第一次失败即挂起，或请求被拒绝。

以 \`patience\` 或 \`few\` 挂起的步骤会自动重试：起初在 10 分钟之后，此后间隔加倍，最长 6 小时。以 \`once\` 或 \`no\` 挂起的步骤等待处置：排除原因，然后用 \`retry\` 处置，或再次 \`GET /deployment-engine/deploy\`。所有路由都以 \`/deployment-engine\` 开头。`,
    row: '| 代码 | 重试 | HTTP | 何时出现 | 如何处理 |',
  },
};

async function pageIn(language: Language): Promise<string> {
  const { file, head, row } = ABOUT[language];
  const rows = CODES.map((code) => {
    const { retry, status } = ERRORS[code];
    const { when, cure } = ERROR_GUIDE[code];
    return `| \`${code}\` | ${retry} | ${status} | ${when[language]} | ${cure[language]} |`;
  });
  const text = [head, '', row, '| - | - | - | - | - |', ...rows, ''].join('\n');
  return format(text, { ...(await resolveConfig(join(ROOT, file))), parser: 'markdown' });
}

describe('the page of errors', () => {
  it.each(['en', 'zh'] as const)('in %s is what the code says', async (language) => {
    await expect(await pageIn(language)).toMatchFileSnapshot(join(ROOT, ABOUT[language].file));
  });

  it('says something of each code in both languages', () => {
    const unsaid = CODES.filter((code) => !/\p{Script=Han}/u.test(ERROR_GUIDE[code].when.zh));
    expect(unsaid).toEqual([]);
  });

  it.skipIf(!existsSync(API_PAGE))('has every code of the API document', () => {
    const page = readFileSync(API_PAGE, 'utf8');
    const named = [...page.matchAll(/\b[45]\d\d `([A-Z]\w+)`/g)].map(([, code = '']) => code);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});

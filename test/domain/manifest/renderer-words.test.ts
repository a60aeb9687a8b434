import { expect, it } from 'vitest';
import { saidByRenderer } from '../../../domain/manifest/renderer-words.ts';
import { inLanguage } from '../../../domain/text/in-language.ts';

it.each([
  ['property a.b or c is not set', '没有设置属性 a.b or c'],
  ['property a must be a mapping, as a.b, a.c can be set below it', '属性 a 必须是映射，因为其下可以设置 a.b, a.c'],
  ['is not ruby: unexpected end\nof file', '不是 ruby：unexpected end\nof file'],
  ['takes more than 2.5 s', '用时超过 2.5 秒'],
  ['looks at a file of the node: what that gives is known only there', '查看节点的文件：结果只有在节点上才知道'],
  [
    'undefined method x: perhaps only here, where the file is left out',
    '未定义的方法 x：可能只在此处如此，此处略去该文件',
  ],
  [
    "BOSH's templates know no trim mode: write %> instead of -%>, and <% instead of <%- (lines 3, 5)",
    'BOSH 的模板不支持去除空白的标记：用 %> 代替 -%>，用 <% 代替 <%-（第 3, 5 行）',
  ],
  ['RuntimeError: no route', 'RuntimeError: no route'],
])('knows again what the renderer says: %s', (english, chinese) => {
  const said = saidByRenderer(english);
  expect([inLanguage(said, 'en'), inLanguage(said, 'zh')]).toEqual([english, chinese]);
});

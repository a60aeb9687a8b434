import { expect, it } from 'vitest';
import { vcapHome } from '../../../activities/special/vcap-home.ts';
import { reasonsFor } from '../samples.ts';

it.each([
  ['as scripts expect it', 'home=/home/vcap\nowner=vcap\n', []],
  ['elsewhere', 'home=/var/vcap\n', ['it is /var/vcap; jobs expect /home/vcap', '/home/vcap is missing']],
  ['another one’s', 'home=/home/vcap\nowner=root\n', ['/home/vcap belongs to root']],
])('mends the home of vcap where it is not right: %s', (_case, stdout, reasons) => {
  expect(reasonsFor(vcapHome(), stdout)).toEqual(reasons);
});

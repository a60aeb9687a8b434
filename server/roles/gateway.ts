import { runRole } from '../role.ts';

await runRole('gateway');

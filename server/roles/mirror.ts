import { runRole } from '../role.ts';

await runRole('mirror');

import process from 'node:process';
import { listen } from './listen.ts';

/** Simulated nodes on every address of this network namespace; a process of its own, so that its cost is told apart. */
process.on('disconnect', () => process.exit());
await listen(22, '0.0.0.0');
process.send?.('listening');

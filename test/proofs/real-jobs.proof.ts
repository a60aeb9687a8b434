import { v160 } from '../../domain/versions/v160.ts';
import { v194 } from '../../domain/versions/v194.ts';
import { realJobs } from '../integration/real-jobs.ts';

// npm test has v170.
for (const version of [v160, v194]) realJobs(version);

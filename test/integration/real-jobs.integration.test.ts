import { v170 } from '../../domain/versions/v170.ts';
import { realJobs } from './real-jobs.ts';

// The other versions are the proof `real-jobs`.
realJobs(v170);

/** The first version that reads `template(name=... type="list")`, which every forwarder's rules are written in. */
const FIRST_THAT_READS_RULES = 7;

/** Systems whose distribution has an older one. */
const OLDER: Readonly<Record<string, number>> = { 'ubuntu-10.04': 4, 'ubuntu-12.04': 5 };

/** Whether a node of this system can forward its log lines. */
export const forwardsLogs = (system: string): boolean =>
  (OLDER[system] ?? FIRST_THAT_READS_RULES) >= FIRST_THAT_READS_RULES;

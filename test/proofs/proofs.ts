export interface Proof {
  /** What holds when it holds. */
  readonly claim: string;
  /** On two cores, with warm caches. */
  readonly usualMinutes: number;
}

/** Every proof by its name; `test/proofs/<name>.proof.ts` carries it out. */
export const PROOFS: Readonly<Record<string, Proof>> = {
  'log-bytes': {
    claim: 'Every byte that a command says is in the log, however often its worker is killed',
    usualMinutes: 5,
  },
  composition: {
    claim: 'docker-compose.yml, started as it is, deploys a cluster under kills, is scaled, saved and restored',
    usualMinutes: 20,
  },
  fuzz: {
    claim:
      'Whatever routes, log socket and configuration are sent is answered as documented, and reaches nodes as data',
    usualMinutes: 20,
  },
  machines: { claim: 'Machines with the habits of real ones are deployed, or say why not', usualMinutes: 15 },
  'nodes-19': {
    claim: "The specification's example of 19 addresses is deployed, answers, and is left alone by the next deploy",
    usualMinutes: 5,
  },
  package: {
    claim:
      'The package, built twice the same, deploys from a machine without network, npm or git, and over a power cut',
    usualMinutes: 10,
  },
  peers: {
    claim:
      'A deploy that changes nothing takes a third of the time that pyinfra does, and commands little more than ssh2',
    usualMinutes: 30,
  },
  production: {
    claim:
      'Two gateways and two workers on PostgreSQL and temporal-server deploy a cluster, one of each is killed meanwhile',
    usualMinutes: 5,
  },
  'real-jobs': {
    claim: 'The real jobs of v160 and v194 start on a node, and their files are closed to others',
    usualMinutes: 5,
  },
  scale: {
    claim: 'Thousands of simulated nodes are deployed and looked at in time, with short histories and little memory',
    usualMinutes: 60,
  },
  scaling: {
    claim: 'A cluster shrinks, grows and moves while its page is visited, killed workers and dead nodes or not',
    usualMinutes: 12,
  },
  settings: { claim: 'Each setting is changed and changed back, and the nodes follow', usualMinutes: 5 },
  'ubuntu-builds': {
    claim:
      "The Ubuntu profiles' ruby 1.9.3, libyaml 0.1.4 and monit 5.2.4 are built as far as Debian 12's compiler allows",
    usualMinutes: 10,
  },
  'two-of-each': {
    claim: 'The loss of any node with one of two keeps API, logging in and the page of an app, and heals by itself',
    usualMinutes: 35,
  },
};

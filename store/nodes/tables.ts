import type { Generated } from 'kysely';
import type { Json } from '../column-values.ts';

export interface NodeTables {
  nodes: NodeTable;
  instance_numbers: InstanceNumberTable;
  installed_instances: InstalledInstanceTable;
  statuses: StatusTable;
  surveys: SurveyTable;
  adoptions: AdoptionTable;
}

interface NodeTable {
  address: string;
  facts: Json | null;
  host_key: string | null;
  shown_key: string | null;
  shown_at: number | null;
  /** 1 = the engine has claimed it and not given it back. */
  is_claimed: Generated<number>;
}

interface InstanceNumberTable {
  component: string;
  address: string;
  number: number;
}

interface InstalledInstanceTable {
  id: string;
  component: string;
  number: number;
  address: string;
  revision: number;
  release: string;
  /** Null = it should run. */
  stopped_at: number | null;
  /** Null = nobody has agreed to its removal. */
  removal_agreed_at: number | null;
}

interface StatusTable {
  id: string;
  seen_at: number;
  status: Json;
}

interface SurveyTable {
  run: number;
  address: string;
  survey: Json;
}

interface AdoptionTable {
  address: string;
  /** Of the node, as it was seen. */
  owner: string;
  generation: number;
  allowed_at: number;
  /** Who asked. */
  allowed_by: string;
}

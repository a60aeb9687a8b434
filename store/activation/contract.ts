import type { ActivatedSerial, Grant } from '../../domain/activation/serial.ts';

/** Serials this engine was activated with; their texts are not kept. */
export interface Serials {
  /** One that is known keeps what it has used. Returns it, and whether it is new. */
  activate(grant: Grant): Promise<{ readonly serial: ActivatedSerial; readonly isNew: boolean }>;
  /** Newest first. */
  all(): Promise<readonly ActivatedSerial[]>;
}
